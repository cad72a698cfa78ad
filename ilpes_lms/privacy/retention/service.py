"""Let go of what was kept long enough, and say for how long what is kept."""

import time
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import delete, select, update

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.keeping import AT_ONCE, counted
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people.models import Account, Person
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.retention import disuse, queries, rules
from ilpes_lms.privacy.retention.errors import PeriodChanged
from ilpes_lms.privacy.retention.keeping import Keeping, keeping_of, registered
from ilpes_lms.privacy.retention.models import DisuseNotice, RetentionPeriod, RetentionRun

log = structlog.get_logger(__name__)
UNUSED = "privacy.account_unused"
# A job may take a quarter of an hour; what is left is for the next one.
_LONGEST_SECONDS = 600.0
_ERASED_AT_ONCE = 20


@transaction
def change_period(*, kind: str, days: int | None, reason: str, seen: int) -> RetentionPeriod:
    """Keep a kind of data for so many days from now on, or (None) for ever; the reason stays on record.

    Raises NoSuchKind, PeriodOutOfBounds, ReasonMissing, and PeriodChanged where `seen` is not the version in force.
    """
    keeping, reason = keeping_of(kind), reason.strip()[: rules.LONGEST_REASON]
    rules.check_period(days, reason, keeping.least, keeping.most)
    found = _locked_period(keeping)
    if found.version != seen:
        raise PeriodChanged
    before, found.days, found.reason = found.days, days, reason
    found.version, found.changed_at = found.version + 1, clock.now()
    audit.record("retention.changed", "retention_period", kind, before=before, days=days, reason=reason)
    return found


def let_go(*, at_night: bool = True) -> int:
    """Let go, kind by kind, of what was kept long enough; return how many records that was.

    At night each kind has its turn once; one that failed, or was cut off, has another the next time. A kind that
    fails stops no other. Two at once do no harm: who comes second leaves a kind to who works on it.
    """
    until = time.monotonic() + _LONGEST_SECONDS
    return sum(_let_go_of(keeping, until) for keeping in registered() if _begin(keeping.kind, at_night=at_night))


@transaction
def tell_unused(before: datetime) -> int:
    """Tell some of those whose account will have been unused since before a moment in a month; return how many."""
    found = disuse.unused_and_not_told(before + rules.TOLD_BEFORE).subquery()
    people = select(Person).where(Person.id.in_(select(found.c.id))).order_by(Person.id).limit(AT_ONCE)
    told = list(db.session.scalars(people.with_for_update(skip_locked=True)))
    for person in told:
        _tell(person)
    return len(told)


def erase_unused(before: datetime) -> int:
    """Erase some of those who were told and have not used their account since; return how many."""
    found = disuse.unused(before).subquery()
    refs = select(Person.public_id).join(found, found.c.id == Person.id).order_by(Person.id).limit(_ERASED_AT_ONCE)
    return privacy.forget_those(list(db.session.scalars(refs)), partial(_is_unused, before))


@transaction
def forget(person_id: int) -> int:
    """Delete that somebody was told of being erased; return 1 if they were."""
    found = db.session.execute(delete(DisuseNotice).where(DisuseNotice.person_id == person_id))
    number: int = getattr(found, "rowcount", 0)
    return number


def _tell(person: Person) -> None:
    now = clock.now()
    notice = inserting(DisuseNotice).values(person_id=person.id, told_at=now)
    db.session.execute(notice.on_conflict_do_update(index_elements=["person_id"], set_={"told_at": now}))
    key, day = f"{UNUSED}:{person.public_id}:{now.date()}", (now + rules.TOLD_BEFORE).date()
    notifications.send(kind=UNUSED, key=key, values={"on": day.isoformat()}, person_id=person.id)


def _is_unused(before: datetime, person_id: int) -> bool:
    # Whoever signs in locks the account: either that is seen here, or they come too late.
    db.session.execute(select(Account.id).where(Account.person_id == person_id).with_for_update())
    found = disuse.unused(before).subquery()
    return db.session.scalar(select(found.c.id).where(found.c.id == person_id)) is not None


@transaction
def _begin(kind: str, *, at_night: bool) -> bool:
    """Take a kind in hand; tell whether it is to be let go now, and nobody else does it."""
    now = clock.now()
    new = {"started_at": now, "touched_at": now, "let_go": 0, "left_over": 0, "error": ""}
    first = inserting(RetentionRun).values(kind=kind, **new).on_conflict_do_nothing(index_elements=["kind"])
    is_first = db.session.scalar(first.returning(RetentionRun.id)) is not None
    run = db.session.scalars(select(RetentionRun).where(RetentionRun.kind == kind).with_for_update()).one()
    if not is_first and not _has_turn(run, at_night=at_night):
        return False
    if not run.is_under_way:
        run.let_go = 0
    run.started_at = run.touched_at = now
    return True


def _has_turn(run: RetentionRun, *, at_night: bool) -> bool:
    now, zone = clock.now(), institute_zone()
    if run.is_under_way:
        return now - run.touched_at > rules.GIVEN_UP_AFTER
    due = clock.at_place(rules.night(clock.wall_time(now, zone)), zone)
    return not at_night or bool(run.error) or run.started_at < due


def _let_go_of(keeping: Keeping, until: float) -> int:
    days, number = queries.days_by_kind()[keeping.kind], 0
    if days is None:
        return _end(keeping.kind, 0)
    before = queries.before(days)
    try:
        for step in (keeping.tell, keeping.let_go):
            while time.monotonic() < until and (some := step(before)):
                number += _note(keeping.kind, some) if step is keeping.let_go else 0
        left = counted(keeping.due(before)).number
    except Exception as error:
        db.session.rollback()
        log.exception("retention_failed", kind=keeping.kind, error=type(error).__name__)
        _end(keeping.kind, 0, error=type(error).__name__)
        return number
    _end(keeping.kind, left)
    return number


@transaction
def _note(kind: str, number: int) -> int:
    """Write down how far the work is."""
    noted = {"let_go": RetentionRun.let_go + number, "touched_at": clock.now()}
    db.session.execute(update(RetentionRun).where(RetentionRun.kind == kind).values(**noted))
    return number


@transaction
def _end(kind: str, left_over: int, *, error: str = "") -> int:
    ended = {"ended_at": clock.now(), "left_over": left_over, "error": error[:100]}
    db.session.execute(update(RetentionRun).where(RetentionRun.kind == kind).values(**ended))
    return 0


def _locked_period(keeping: Keeping) -> RetentionPeriod:
    """Return the row of a kind's period, locked; the first change makes it."""
    new = inserting(RetentionPeriod).values(
        kind=keeping.kind, days=keeping.days, reason="", version=0, changed_at=clock.now()
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["kind"]))
    wanted = select(RetentionPeriod).where(RetentionPeriod.kind == keeping.kind).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()
