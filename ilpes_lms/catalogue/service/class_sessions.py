"""Class sessions: entered as wall time at their place, kept with it and as UTC (law 8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import ClassSessionOver, DateNotPlausible, NotPositive, UnknownChoice
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.queries.visibility import session_named
from ilpes_lms.catalogue.rules.values import check_link, is_plausible
from ilpes_lms.catalogue.service.editions import new_edition
from ilpes_lms.catalogue.service.places import lock, lock_managed
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people.vocabularies import time_zones

ANYWHERE: frozenset[str] = frozenset()


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
    divisions: frozenset[str] = ANYWHERE,
) -> ClassSession:
    """Add a dated meeting to an activity, named by its id or by its ref; `zone` is the activity's by default."""
    activity = lock(activity_id) if activity_id is not None else lock_managed(activity_ref or "", divisions)
    place = zone or activity.zone
    _check(starts_wall, minutes, place, joining_link)
    session = _new(activity, starts_wall, minutes, place, number=_last_number(activity) + 1)
    session.title, session.joining_link = title, joining_link or None
    db.session.add(session)
    db.session.flush()
    _keep_end(activity)
    audit.record("class_session.added", "class_session", session.public_id, activity=activity.public_id)
    return session


@transaction
def cancel_class_session(*, class_session_ref: str, divisions: frozenset[str] = ANYWHERE) -> ClassSession:
    """Call a class session off; one that has begun is on record and stays."""
    found = db.session.execute(
        select(ClassSession.id, Activity.public_id)
        .join(Activity, Activity.id == ClassSession.activity_id)
        .where(session_named(class_session_ref))
    ).first()
    if found is None:
        raise NotFound
    activity = lock_managed(found.public_id, divisions)
    session = db.session.get_one(ClassSession, found.id, populate_existing=True)
    if session.starts_at <= clock.now():
        raise ClassSessionOver
    _call_off(session)
    db.session.flush()
    _keep_end(activity)
    audit.record("class_session.cancelled", "class_session", session.public_id)
    return session


def cancel_coming(activity: Activity) -> None:
    """Call off all class sessions of an activity that have not begun; the caller holds the lock."""
    coming = select(ClassSession).where(
        ClassSession.activity_id == activity.id, ClassSession.status == "scheduled",
        ClassSession.starts_at > clock.now(),
    )  # fmt: skip
    for session in db.session.scalars(coming.execution_options(populate_existing=True)):
        _call_off(session)


def copy_class_sessions(models: Iterable[ClassSession], activity: Activity, shift: timedelta) -> None:
    """Give an activity copies of class sessions, so much later by the calendar, at the same time of day."""
    for number, model in enumerate(models, start=1):
        minutes = int((model.ends_at - model.starts_at).total_seconds() // 60)
        wall = datetime.fromisoformat(model.wall_start) + shift
        session = _new(activity, wall, minutes, model.zone, number=number)
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


def _call_off(session: ClassSession) -> None:
    session.status = "cancelled"
    session.sequence += 1


def _new(activity: Activity, wall: datetime, minutes: int, zone: str, *, number: int) -> ClassSession:
    starts_at = clock.at_place(wall, zone)
    return ClassSession(
        activity_id=activity.id, number=number, title="", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes), zone=zone, status="scheduled",
        # What clocks there will show, which differs from what was typed when they jump over it.
        wall_start=clock.wall_time(starts_at, zone).isoformat(timespec="minutes"),
    )  # fmt: skip


def _check(starts_wall: datetime, minutes: int, zone: str, joining_link: str | None) -> None:
    if not is_plausible(starts_wall):
        raise DateNotPlausible(field="starts_wall")
    if minutes <= 0:
        raise NotPositive(field="minutes")
    if not time_zones.is_zone(zone):
        raise UnknownChoice(field="zone", value=zone)
    check_link(joining_link)


def _last_number(activity: Activity) -> int:
    last = db.session.scalar(select(func.max(ClassSession.number)).where(ClassSession.activity_id == activity.id))
    return last or 0
