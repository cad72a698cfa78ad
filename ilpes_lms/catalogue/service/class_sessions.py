"""Class sessions: entered as wall time at their place, kept with it and as UTC (law 8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import (
    ClassSessionCancelled,
    ClassSessionInUse,
    ClassSessionOutside,
    ClassSessionOver,
    ClassSessionsLeftBehind,
    ClassSessionTwice,
    DateNotPlausible,
    NotPositive,
    ReasonTooLong,
    UnknownChoice,
)
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.queries.visibility import session_named
from ilpes_lms.catalogue.rules.values import check_link, is_plausible
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.listeners import Rescheduled, tell_called_off, tell_rescheduled, when_of
from ilpes_lms.catalogue.service.places import lock, lock_scheduled
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, savepoint, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.people.vocabularies import time_zones

ANYWHERE: frozenset[str] = frozenset()
_LONGEST_REASON = 400


class SessionChanges(TypedDict, total=False):
    """What may be changed of a class session."""

    starts_wall: datetime
    minutes: int
    zone: str | None
    title: str
    joining_link: str | None


@transaction
def add_class_session(
    *,
    starts_wall: datetime,
    minutes: int,
    zone: str | None = None,
    title: str = "",
    joining_link: str | None = None,
    activity_id: int | None = None,
    activity_ref: str | None = None,
    divisions: frozenset[str] | None = ANYWHERE,
    teacher: int | None = None,
) -> ClassSession:
    """Add a dated meeting to an activity, named by its id or by its ref; `zone` is the activity's by default."""
    activity = lock(activity_id) if activity_id is not None else lock_scheduled(activity_ref or "", divisions, teacher)
    place = zone or activity.zone
    _check(starts_wall, minutes, place, joining_link)
    session = new_session(activity, starts_wall, minutes, place, number=_last_number(activity) + 1)
    session.title, session.joining_link = title, joining_link or None
    _check_time(activity, session)
    db.session.add(session)
    put_in_order(activity)
    audit.record("class_session.added", "class_session", session.public_id, activity=activity.public_id)
    return session


@transaction
def edit_class_session(
    *,
    class_session_ref: str,
    divisions: frozenset[str] | None = ANYWHERE,
    teacher: int | None = None,
    version: int | None = None,
    reason: str = "",
    **changes: Unpack[SessionChanges],
) -> ClassSession:
    """Move a class session, or change its length, title or link; one that is over too, to correct what was typed.

    Marks stay with it. Who has a place is told of other times, with the `reason`. Raises Stale where `version` was
    seen and is not in force.
    """
    activity, session = _locked(class_session_ref, divisions, teacher)
    if session.status == "cancelled":
        raise ClassSessionCancelled
    _check_seen(session, version, reason)
    before = when_of(session)
    wall = changes.get("starts_wall") or datetime.fromisoformat(session.wall_start)
    place = changes.get("zone") or session.zone
    link = changes.get("joining_link", session.joining_link)
    minutes = changes.get("minutes", session.minutes)
    _check(wall, minutes, place, link)
    session.title, session.joining_link = changes.get("title", session.title), link or None
    session.version += 1
    if _put_at(session, wall, minutes, place):
        session.reason = reason
    _check_time(activity, session)
    put_in_order(activity)
    if before != when_of(session):
        tell_rescheduled(Rescheduled(session, before))
    audit.record("class_session.edited", "class_session", session.public_id, fields=sorted(changes))
    return session


@transaction
def cancel_class_session(
    *, class_session_ref: str, divisions: frozenset[str] | None = ANYWHERE, teacher: int | None = None, reason: str = ""
) -> ClassSession:
    """Call a class session off and tell who has a place; one that has begun is on record and stays."""
    activity, session = _locked(class_session_ref, divisions, teacher)
    _check_seen(session, None, reason)
    if session.starts_at <= clock.now():
        raise ClassSessionOver
    if session.status == "cancelled":
        return session
    _call_off(session)
    session.reason = reason
    db.session.flush()
    _keep_end(activity)
    tell_called_off(session)
    audit.record("class_session.cancelled", "class_session", session.public_id)
    return session


@transaction
def remove_class_session(
    *, class_session_ref: str, divisions: frozenset[str] | None = ANYWHERE, teacher: int | None = None
) -> None:
    """Take out a class session that was entered by mistake; refuse once anything is on record of it.

    Whatever an upper room keeps of a class session refers to it, so the database knows whether there is anything.
    """
    activity, session = _locked(class_session_ref, divisions, teacher)
    try:
        with savepoint() as inner:
            inner.delete(session)
    except IntegrityError as error:
        raise ClassSessionInUse from error
    put_in_order(activity)
    audit.record("class_session.removed", "class_session", class_session_ref, activity=activity.public_id)


def cancel_coming(activity: Activity) -> None:
    """Call off all class sessions of an activity that have not begun; the caller holds the lock."""
    for session in _scheduled(activity):
        if session.starts_at > clock.now():
            _call_off(session)
    db.session.flush()
    _keep_end(activity)


def move_coming(activity: Activity, shift: timedelta) -> list[Rescheduled]:
    """Move the class sessions that have not begun so much by the calendar; they keep their time of day there."""
    coming = [session for session in _scheduled(activity) if session.starts_at > clock.now()]
    moved = [Rescheduled(session, when_of(session)) for session in coming]
    # Those that go first make room for the others: no two are at one time at any moment.
    for session in reversed(coming) if shift > timedelta() else coming:
        _put_at(session, datetime.fromisoformat(session.wall_start) + shift, session.minutes, session.zone)
        session.version += 1
        _check_free(activity, session)
        db.session.flush()
    put_in_order(activity)
    return moved


def check_none_left_behind(activity: Activity) -> None:
    """Refuse dates that leave out one of the activity's class sessions."""
    if not all(_is_within(activity, session) for session in _scheduled(activity)):
        raise ClassSessionsLeftBehind(field="starts_on")


def copy_class_sessions(models: Iterable[ClassSession], activity: Activity, shift: timedelta) -> None:
    """Give an activity copies of class sessions, so much later by the calendar, at the same time of day."""
    for number, model in enumerate(models, start=1):
        wall = datetime.fromisoformat(model.wall_start) + shift
        session = new_session(activity, wall, model.minutes, model.zone, number=number)
        session.title = model.title
        db.session.add(session)
    db.session.flush()
    _keep_end(activity)


def _keep_end(activity: Activity) -> None:
    """Write on an activity when its last class session ends, which says how long a webinar takes people."""
    scheduled = (ClassSession.activity_id == activity.id, ClassSession.status == "scheduled")
    ends_at = db.session.scalar(select(func.max(ClassSession.ends_at)).where(*scheduled))
    if ends_at != activity.sessions_end_at:
        activity.sessions_end_at = ends_at
        new_edition()


def _locked(
    class_session_ref: str, divisions: frozenset[str] | None, teacher: int | None
) -> tuple[Activity, ClassSession]:
    """Lock the activity of a class session and return both, read afresh."""
    found = db.session.execute(
        select(ClassSession.id, Activity.public_id)
        .join(Activity, Activity.id == ClassSession.activity_id)
        .where(session_named(class_session_ref))
    ).first()
    if found is None:
        raise NotFound
    activity = lock_scheduled(found.public_id, divisions, teacher)
    session = db.session.get(ClassSession, found.id, populate_existing=True)
    if session is None:
        raise NotFound
    return activity, session


def _scheduled(activity: Activity) -> list[ClassSession]:
    statement = select(ClassSession).where(ClassSession.activity_id == activity.id, ClassSession.status == "scheduled")
    in_time = statement.order_by(ClassSession.starts_at).execution_options(populate_existing=True)
    return list(db.session.scalars(in_time))


def _check_seen(session: ClassSession, version: int | None, reason: str) -> None:
    if version not in (None, session.version):
        raise Stale
    if len(reason) > _LONGEST_REASON:
        raise ReasonTooLong(field="reason", most=_LONGEST_REASON)


def _call_off(session: ClassSession) -> None:
    session.status = "cancelled"
    session.sequence += 1
    session.version += 1


def new_session(activity: Activity, wall: datetime, minutes: int, zone: str, *, number: int) -> ClassSession:
    """Return a class session that is not kept yet."""
    session = ClassSession(
        activity_id=activity.id, number=number, title="", status="scheduled", sequence=0, reason="", version=1
    )
    _set_times(session, wall, minutes, zone)
    return session


def _put_at(session: ClassSession, wall: datetime, minutes: int, zone: str) -> bool:
    """Give a class session other times, if they are others, and count that it was moved; tell whether it was."""
    before = (session.starts_at, session.ends_at, session.zone)
    if (wall.isoformat(timespec="minutes"), minutes, zone) == (session.wall_start, session.minutes, session.zone):
        return False
    _set_times(session, wall, minutes, zone)
    moved = (session.starts_at, session.ends_at, session.zone) != before
    session.sequence += moved
    return moved


def _set_times(session: ClassSession, wall: datetime, minutes: int, zone: str) -> None:
    session.starts_at = clock.at_place(wall, zone)
    session.ends_at, session.zone = session.starts_at + timedelta(minutes=minutes), zone
    # What clocks there will show, which differs from what was typed when they jump over it.
    session.wall_start = clock.wall_time(session.starts_at, zone).isoformat(timespec="minutes")


def _check(starts_wall: datetime, minutes: int, zone: str, joining_link: str | None) -> None:
    if not is_plausible(starts_wall):
        raise DateNotPlausible(field="starts_wall")
    if minutes <= 0:
        raise NotPositive(field="minutes")
    if not time_zones.is_zone(zone):
        raise UnknownChoice(field="zone", value=zone)
    check_link(joining_link)


def _check_time(activity: Activity, session: ClassSession) -> None:
    """Refuse a class session outside its activity's days there, or at the time of another."""
    if not _is_within(activity, session):
        raise ClassSessionOutside(field="starts_wall")
    _check_free(activity, session)


def _is_within(activity: Activity, session: ClassSession) -> bool:
    return activity.starts_on <= clock.wall_time(session.starts_at, activity.zone).date() <= activity.ends_on


def _check_free(activity: Activity, session: ClassSession) -> None:
    another = select(ClassSession.id).where(
        ClassSession.activity_id == activity.id, ClassSession.status == "scheduled",
        ClassSession.starts_at == session.starts_at, ClassSession.id != (session.id or 0),
    )  # fmt: skip
    with db.session.no_autoflush:
        if db.session.scalar(another.limit(1)):
            raise ClassSessionTwice(field="starts_wall")


def _last_number(activity: Activity) -> int:
    last = db.session.scalar(select(func.max(ClassSession.number)).where(ClassSession.activity_id == activity.id))
    return last or 0


def put_in_order(activity: Activity) -> None:
    """Count an activity's class sessions in the order they take place, and keep when the last of them ends."""
    db.session.flush()
    statement = select(ClassSession).where(ClassSession.activity_id == activity.id)
    in_time = db.session.scalars(statement.order_by(ClassSession.starts_at, ClassSession.id))
    wrong = [(number, session) for number, session in enumerate(in_time, start=1) if session.number != number]
    # The database holds the numbers apart at every moment, so all step aside first.
    for sign in (-1, 1):
        for number, session in wrong:
            session.number = sign * number
        db.session.flush()
    _keep_end(activity)
