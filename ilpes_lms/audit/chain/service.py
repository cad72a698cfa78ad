"""The verbs of the chain: chain what was written, write its end down outside, verify, erase a person from it."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import ColumnElement, insert, select, text, update

from ilpes_lms.audit import queries as record
from ilpes_lms.audit import rules as audit_rules
from ilpes_lms.audit import service as audit
from ilpes_lms.audit.chain import anchors, queries, rules
from ilpes_lms.audit.chain.errors import ChainBroken
from ilpes_lms.audit.chain.models import AuditLink
from ilpes_lms.audit.errors import TooManyDeeds
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.keeping import batch

log = structlog.get_logger(__name__)

# Any number that no other lock of this database has.
_LOCK = 0x41554449
# So many at a time: on SQLite nobody else writes meanwhile.
_BATCH = 500
MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found: how many links there are, what is wrong, and what is not in the chain yet."""

    links: int
    anchors: int
    faults: list[rules.Fault]
    waiting: queries.Waiting


@dataclass(frozen=True, slots=True)
class Exported:
    """What the chain holds of a period, between its first link and its last; `whole` are those that fall into it."""

    first: date
    last: date
    at: datetime
    links: list[tuple[rules.Link, rules.Entry | None]]
    whole: frozenset[int]


def chain(*, everything: bool = False) -> int:
    """Chain what was written since the last time, in the order in which it is found; return how much that was.

    `everything` looks at the whole record, not only at what may have been written since.
    """
    done = added = chain_some(everything=everything)
    while added == _BATCH:
        added = chain_some(everything=everything)
        done += added
    return done


@transaction
def chain_some(*, everything: bool = False, most: int = _BATCH) -> int:
    """Chain a batch in one transaction; return how many entries it had."""
    _alone()
    last = queries.last()
    number, digest = (last.number, last.digest) if last else (rules.FIRST - 1, "")
    found = queries.unlinked(None if everything else last, most)
    rows = []
    for entry in found:
        link = rules.linked(number + 1, digest, queries.as_entry(entry))
        number, digest = link.number, link.digest
        rows.append({"entry_id": entry.id, **asdict(link)})
    if rows:
        db.session.execute(insert(AuditLink), rows)
    return len(rows)


def anchor() -> rules.Anchor | None:
    """Chain all there is and write the end of the chain down outside the database; None while the record is empty.

    Raises ChainBroken where the link that was written down last is not what it was: an anchor after that would only
    make it look whole.
    """
    chain(everything=True)
    before, last = anchors.kept(), queries.last()
    if before and not _still_there(before[-1]):
        raise ChainBroken
    if last is None:
        return None
    end = rules.Anchor(last.number, last.digest)
    if not before or before[-1] != end:
        anchors.keep(end)
        # Logs are collected elsewhere: one more place outside the database.
        log.info("audit_anchor", number=end.number, digest=end.digest)
    return end


def verify(known: Iterable[rules.Anchor]) -> Verified:
    """Go through the whole record and hold it against anchors; what is not chained yet is counted, and is no fault."""
    given = list(known)
    verifier, faults = rules.Verifier(given), list[rules.Fault]()
    for link, entry in queries.chain():
        faults.extend(verifier.faults_of(link, entry))
    # Read after the links: what was erased meanwhile is on record by now.
    faults.extend(verifier.faults_at_end(queries.erasures()))
    return Verified(verifier.number, len(given), faults, queries.waiting())


def export(*, first: date, last: date) -> Exported:
    """Return what was done in a period, with what proves its place in the chain, and record that it was taken along.

    Raises DayNotPlausible, DaysReversed, TooManyDeeds.
    """
    audit_rules.check_days(first, last)
    chain()
    condition = record.within(first, last)
    ends = queries.extent(condition)
    if ends and ends[1] - ends[0] >= MOST_EXPORTED:
        raise TooManyDeeds(field="to", most=MOST_EXPORTED)
    links = queries.between(*ends) if ends else []
    whole = frozenset(queries.numbers_of(*condition))
    audit.record("audit.exported", "record", "", first=first.isoformat(), last=last.isoformat(), entries=len(whole))
    return Exported(first, last, clock.now(), links, whole)


@transaction
def erase(refs: Collection[str], *, deeds: bool = True) -> int:
    """Take what public ids name out of the record; return how many entries that was.

    Without `deeds`, who acted stays: what somebody did in an office is not theirs alone. The seals stay, so the chain
    verifies as before. Which links lost a part is recorded: what looks erased without that is a fault.
    """
    while chain_some(everything=True):
        pass
    _alone()
    parts = {
        "actors": AuditEntry.actor.in_(refs if deeds else ()),
        "objects": AuditEntry.object_id.in_(refs),
        "people": queries.saw(refs),
    }
    numbers = {part: queries.numbers_of(condition) for part, condition in parts.items()}
    if not any(numbers.values()):
        return 0
    _blank(parts["actors"], salt="actor_salt", actor="")
    _blank(parts["objects"], salt="object_salt", object_id="", details={})
    db.session.execute(update(SeenPerson).where(SeenPerson.person_ref.in_(refs)).values(person_ref="", salt=""))
    with actor.acting(actor.SYSTEM if actor.current() in refs else actor.current()):
        audit.record(queries.ERASED, "record", "", **numbers)
    return len(set().union(*numbers.values()))


@transaction
def let_go_of_sights(before: datetime) -> int:
    """Take some of those whose data somebody was shown before a moment out of the record; return how many.

    That somebody was shown something stays, and so do the seals: the chain verifies as before.
    """
    while chain_some(everything=True):
        pass
    _alone()
    ids = batch(SeenPerson, queries.old_sights(before))
    if ids:
        meant = select(SeenPerson.entry_id).where(SeenPerson.id.in_(ids))
        numbers = queries.numbers_of(AuditEntry.id.in_(meant))
        db.session.execute(update(SeenPerson).where(SeenPerson.id.in_(ids)).values(person_ref="", salt=""))
        audit.record(queries.ERASED, "record", "", actors=[], objects=[], people=numbers)
    return len(ids)


def _blank(condition: ColumnElement[bool], *, salt: str, **values: object) -> None:
    meant = select(AuditEntry.id).where(condition)
    db.session.execute(update(AuditLink).where(AuditLink.entry_id.in_(meant)).values({salt: ""}))
    db.session.execute(update(AuditEntry).where(condition).values(**values))


def _still_there(known: rules.Anchor) -> bool:
    found = db.session.scalar(select(AuditLink.digest).where(AuditLink.number == known.number))
    return found == known.digest


def _alone() -> None:
    # On SQLite whoever writes is alone. The lock ends with the transaction, also of a worker that is killed.
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
