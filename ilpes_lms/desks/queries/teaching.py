"""What stands on an instructor's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from ilpes_lms.attendance.models import Mark
from ilpes_lms.attendance.queries import Behind, Viewer, falling_behind
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.queries.visibility import managed_by, taught_by
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment

_A_DAY = timedelta(days=1)
# Whoever has not marked people for longer than this will hardly remember who was there.
LOOKED_BACK = timedelta(weeks=12)
_SHOWN_AFTER_END = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Attended:
    """A class session with how many may be marked there, and how many are."""

    class_session: ClassSession
    participants: int
    marked: int

    @property
    def activity(self) -> Activity:
        return self.class_session.activity

    @property
    def unmarked(self) -> int:
        return self.participants - self.marked


@dataclass(frozen=True, slots=True)
class Taught:
    """An activity with its class sessions so far, the next one, and how many fall behind or can't complete it."""

    activity: Activity
    sessions: int = 0
    held: int = 0
    next_at: datetime | None = None
    behind: int = 0
    out_of_reach: int = 0


@dataclass(frozen=True, slots=True)
class TeachingDesk:
    """An instructor's page. A coordinator sees today's class sessions of all activities in their charge."""

    today: list[Attended]
    unmarked: list[Attended]
    activities: list[Taught]


def teaching_desk(viewer: Viewer, now: datetime) -> TeachingDesk:
    """Return all that stands on an instructor's page."""
    taught = _taught(viewer.person_id, now)
    return TeachingDesk(
        today=_today(viewer, now),
        unmarked=class_sessions_without_marks([activity.id for activity in taught], now),
        activities=_with_sessions(taught, now),
    )


def class_sessions_without_marks(activity_ids: Collection[int], now: datetime) -> list[Attended]:
    """Return the past class sessions of some activities where participants have no mark, the oldest first."""
    if not activity_ids:
        return []
    over = and_(ClassSession.ends_at <= now, ClassSession.ends_at > now - LOOKED_BACK)
    found = _attended(_sessions().where(over, Activity.id.in_(activity_ids)))
    return [each for each in found if each.unmarked]


def _today(viewer: Viewer, now: datetime) -> list[Attended]:
    # Two days hold everybody's today; which of them it is, the class session's own place decides.
    near = and_(ClassSession.starts_at > now - _A_DAY, ClassSession.starts_at < now + _A_DAY)
    found = _attended(_sessions().where(near, _within_sight(viewer)))
    return [each for each in found if _is_today(each.class_session, now)]


def _is_today(session: ClassSession, now: datetime) -> bool:
    today = clock.wall_time(now, session.zone).date()
    return (
        clock.wall_time(session.starts_at, session.zone).date() == today or session.starts_at <= now < session.ends_at
    )


def _within_sight(viewer: Viewer) -> Any:
    teaches = taught_by(viewer.person_id or 0, institute_day())
    return or_(teaches, managed_by(viewer.divisions)) if viewer.coordinates else teaches


def _sessions() -> Select[ClassSession]:
    return (
        select(ClassSession)
        .join(ClassSession.activity)
        .where(ClassSession.status == "scheduled", Activity.status.in_(("published", "closed")))
        .order_by(ClassSession.starts_at, ClassSession.id)
    )


def _attended(sessions: Select[ClassSession]) -> list[Attended]:
    """Count, of the class sessions of a statement, the participants and those of them who have a mark."""
    found = list(db.session.scalars(sessions.options(contains_eager(ClassSession.activity))))
    marked = _marked([session.id for session in found])
    return [
        Attended(session, session.activity.confirmed_count, marked.get(session.id, 0))
        for session in found
        if session.activity.record == "people"
    ]


def _marked(session_ids: Sequence[int]) -> dict[int, int]:
    if not session_ids:
        return {}
    statement = (
        select(Mark.class_session_id, func.count())
        .join(Mark.enrolment)
        .where(Mark.class_session_id.in_(session_ids), Enrolment.state == "confirmed")
        .group_by(Mark.class_session_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _taught(person_id: int | None, now: datetime) -> list[Activity]:
    """Return what someone teaches: what is not over, the first to begin first, then what is over, the last first."""
    statement = (
        select(Activity)
        .where(
            taught_by(person_id or 0, institute_day()),
            Activity.status != "cancelled",
            Activity.ends_on >= (now - _SHOWN_AFTER_END).date(),
        )
        .order_by(Activity.starts_on, Activity.id)
    )
    found = list(db.session.scalars(statement))
    over = [activity for activity in found if activity.ends_on < clock.wall_time(now, activity.zone).date()]
    return [activity for activity in found if activity not in over] + over[::-1]


def _with_sessions(activities: list[Activity], now: datetime) -> list[Taught]:
    ids = [activity.id for activity in activities]
    if not ids:
        return []
    counts, behind = _session_counts(ids, now), falling_behind(ids)
    return [
        Taught(activity, *counts.get(activity.id, (0, 0, None)), *_behind(behind.get(activity.id, [])))
        for activity in activities
    ]


def _behind(people: Sequence[Behind]) -> tuple[int, int]:
    return len(people), sum("out_of_reach" in each.reasons for each in people)


def _session_counts(activity_ids: list[int], now: datetime) -> dict[int, tuple[int, int, datetime | None]]:
    statement = (
        select(
            ClassSession.activity_id,
            func.count(),
            func.sum(case((ClassSession.ends_at <= now, 1), else_=0)),
            func.min(case((ClassSession.ends_at > now, ClassSession.starts_at))),
        )
        .where(ClassSession.activity_id.in_(activity_ids), ClassSession.status == "scheduled")
        .group_by(ClassSession.activity_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(statement)}
