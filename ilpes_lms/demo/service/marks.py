"""Marks at class sessions that have taken place, and the outcomes they lead to."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from ilpes_lms.attendance import service as attendance
from ilpes_lms.attendance.models import Mark
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.demo.service.population import Population
from ilpes_lms.enrolment import queries
from ilpes_lms.people.models import Person

_MARKS = ("present", "late", "excused", "absent")
_DILIGENT = (88, 6, 3, 3)
_SELDOM_THERE = (45, 10, 5, 40)
_SHARE_DILIGENT = 0.8


def mark_people(activity: Activity, plan: Mapping[str, Any], population: Population, chance: Random) -> None:
    """Mark the invented people at each class session that is over and has no marks yet, and decide the outcomes.

    The rows are written at once, as the roster would write them one by one; outcomes come from attendance.
    """
    over = over_without_marks(activity)
    if plan.get("unmarked") or not over:
        return
    marker, invented = _marker(plan, population), population.ids
    for enrolment in queries.confirmed(activity.id):
        if enrolment.person_id not in invented:
            continue
        always = enrolment.person_id == population.participant.id
        weights = _DILIGENT if always or chance.random() < _SHARE_DILIGENT else _SELDOM_THERE
        for session in over:
            mark = "present" if always else chance.choices(_MARKS, weights)[0]
            db.session.add(_mark(enrolment.id, session, mark, marker))
    db.session.flush()
    attendance.recompute(activity_id=activity.id)


def over_without_marks(activity: Activity) -> list[ClassSession]:
    """Return the class sessions of an activity that are over and where nobody has a mark, in their order."""
    statement = select(ClassSession).where(
        ClassSession.activity_id == activity.id,
        ClassSession.status == "scheduled",
        ClassSession.ends_at < clock.now(),
        ~select(Mark.id).where(Mark.class_session_id == ClassSession.id).exists(),
    )
    return list(db.session.scalars(statement.order_by(ClassSession.starts_at)))


def _marker(plan: Mapping[str, Any], population: Population) -> Person:
    number = plan.get("instructor")
    return population.instructors[number - 1] if number else population.accounts["coordinator"]


def _mark(enrolment_id: int, session: ClassSession, mark: str, marker: Person) -> Mark:
    return Mark(
        enrolment_id=enrolment_id, class_session_id=session.id, mark=mark, source="hand", evidence={},
        marked_by=marker.public_id, marked_at=session.starts_at + timedelta(minutes=10),
    )  # fmt: skip
