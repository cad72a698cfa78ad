"""Whom news of an activity concerns."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from ilpes_lms.catalogue.models import Assignment
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person


def reached(activity_id: int, states: Collection[str]) -> list[tuple[str, int]]:
    """Return the people who stand in some states in an activity: the enrolment's ref and the person's id."""
    statement = select(Enrolment.public_id, Enrolment.person_id).where(
        Enrolment.activity_id == activity_id, Enrolment.state.in_(states)
    )
    return [(ref, person_id) for ref, person_id in db.session.execute(statement.order_by(Enrolment.id))]


def teaching(activity_id: int) -> list[tuple[str, int]]:
    """Return who teaches an activity today or is to: the person's ref and id."""
    statement = select(Person.public_id, Person.id).join(Assignment, Assignment.person_id == Person.id)
    in_order = statement.where(*_taught(activity_id)).order_by(Person.id)
    return [(ref, person_id) for ref, person_id in db.session.execute(in_order)]


def teaches(person_id: int, activity_id: int) -> bool:
    """Tell whether a person teaches an activity today or is to."""
    mine = select(Assignment.id).where(Assignment.person_id == person_id, *_taught(activity_id))
    return db.session.scalar(mine) is not None


def _taught(activity_id: int) -> tuple[ColumnElement[bool], ...]:
    not_over = or_(Assignment.ends_on.is_(None), Assignment.ends_on >= institute_day())
    return (Assignment.activity_id == activity_id, Assignment.role == "instructor", not_over)
