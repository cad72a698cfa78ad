"""Reads of the chain: its end, what waits for it, and all of it in order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from ilpes_lms.audit.chain import rules
from ilpes_lms.audit.chain.models import AuditLink
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.audit.rules import Seen
from ilpes_lms.core.database import UTCDateTime, db

ERASED = "audit.erased"
# No transaction is open for so long: an entry found later than this after it was written was not looked for.
_LONGEST_TRANSACTION = timedelta(hours=1)
_STRIDE = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many entries are not in the chain yet, and when the oldest of them was written."""

    number: int
    oldest: datetime | None


def last() -> AuditLink | None:
    """Return the newest link with its entry."""
    newest = select(AuditLink).options(joinedload(AuditLink.entry)).order_by(AuditLink.number.desc())
    return db.session.scalar(newest.limit(1))


def unlinked(after: AuditLink | None, most: int) -> Sequence[AuditEntry]:
    """Return entries that are not in the chain, oldest first; those alone that a link may have left behind it."""
    statement = select(AuditEntry).options(selectinload(AuditEntry.seen)).where(_is_unlinked())
    if after is not None and after.entry is not None:
        statement = statement.where(AuditEntry.at > after.entry.at - _LONGEST_TRANSACTION)
    return db.session.scalars(statement.order_by(AuditEntry.id).limit(most)).all()


def waiting() -> Waiting:
    """Return what is not in the chain yet."""
    oldest = func.min(AuditEntry.at, type_=UTCDateTime())
    return Waiting(*db.session.execute(select(func.count(), oldest).where(_is_unlinked())).one())


def erasures() -> rules.Erasures:
    """Return which links lost which part, as the record says."""
    told = db.session.scalars(select(AuditEntry.details).where(AuditEntry.verb == ERASED)).all()
    parts = ("actors", "objects", "people")
    return rules.Erasures(*({number for details in told for number in details.get(part, ())} for part in parts))


def chain() -> Iterator[tuple[rules.Link, rules.Entry | None]]:
    """Return all links in their order, each with its entry or None where that is gone, a stride at a time."""
    after = rules.FIRST - 1
    while links := _stride(after):
        for link in links:
            yield as_link(link), as_entry(link.entry) if link.entry else None
        after = links[-1].number
        db.session.expunge_all()


def extent(condition: Sequence[ColumnElement[bool]]) -> tuple[int, int] | None:
    """Return the numbers of the first and of the last link whose entries fulfil conditions, None where none does."""
    ends = select(func.min(AuditLink.number), func.max(AuditLink.number))
    first, last = db.session.execute(ends.join(AuditEntry, AuditEntry.id == AuditLink.entry_id).where(*condition)).one()
    return None if first is None else (first, last)


def between(first: int, last: int) -> list[tuple[rules.Link, rules.Entry | None]]:
    """Return the links from one number to another with their entries, in two statements however many they are."""
    here, seen = AuditLink.number.between(first, last), defaultdict[int, list[SeenPerson]](list)
    people = select(SeenPerson).join(AuditLink, AuditLink.entry_id == SeenPerson.entry_id).where(here)
    for one in db.session.scalars(people.order_by(SeenPerson.id)):
        seen[one.entry_id].append(one)
    both = select(AuditLink, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id).where(here)
    found = db.session.execute(both.order_by(AuditLink.number))
    return [(as_link(link), as_entry(entry, seen[entry.id]) if entry else None) for link, entry in found]


def numbers_of(*conditions: ColumnElement[bool]) -> list[int]:
    """Return the numbers of the links whose entries fulfil conditions."""
    statement = select(AuditLink.number).join(AuditEntry, AuditEntry.id == AuditLink.entry_id).where(*conditions)
    return list(db.session.scalars(statement.order_by(AuditLink.number)))


def old_sights(before: datetime) -> Select[int, datetime]:
    """Find whose data somebody was shown before a moment, as far as that is still known."""
    found = select(SeenPerson.id, AuditEntry.at.label("since")).join(AuditEntry, AuditEntry.id == SeenPerson.entry_id)
    return found.where(AuditEntry.at < before, SeenPerson.person_ref != "")


def saw(refs: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that an entry says somebody saw the data of one of these people."""
    return AuditEntry.id.in_(_entries_that_saw(refs))


def as_link(link: AuditLink) -> rules.Link:
    """Return a link as the rules take it."""
    return rules.Link(
        link.number, link.predecessor, link.actor_salt, link.actor_seal, link.object_salt, link.object_seal, link.digest
    )


def as_entry(entry: AuditEntry, people: Iterable[SeenPerson] | None = None) -> rules.Entry:
    """Return an entry as the rules take it, with the people who were seen; they are read where they are not given."""
    seen = tuple(Seen(one.person_ref, one.salt, one.seal) for one in (entry.seen if people is None else people))
    return rules.Entry(entry.at, entry.verb, entry.object_type, entry.actor, entry.object_id, entry.details, seen)


def _stride(after: int) -> Sequence[AuditLink]:
    statement = select(AuditLink).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    whole = contains_eager(AuditLink.entry).selectinload(AuditEntry.seen)
    ordered = statement.options(whole).where(AuditLink.number > after).order_by(AuditLink.number)
    return db.session.scalars(ordered.limit(_STRIDE)).all()


def _is_unlinked() -> ColumnElement[bool]:
    return ~select(AuditLink.id).where(AuditLink.entry_id == AuditEntry.id).exists()


def _entries_that_saw(refs: Collection[str]) -> Select[int]:
    return select(SeenPerson.entry_id).where(SeenPerson.person_ref.in_(refs))
