"""Class sessions and the people assigned to activities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import contains_eager

from ilpes_lms.catalogue.models import Activity, Assignment, ClassSession
from ilpes_lms.catalogue.queries.visibility import in_force, published, session_named
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.settings import institute_day
from ilpes_lms.people.models import Person

# Asked with every request of somebody who is signed in, so made once.
_ROLES = select(Assignment.role).where(in_force(bindparam("person"), bindparam("today", type_=Date))).distinct()


@dataclass(frozen=True)
class Staff:
    """A person assigned to an activity."""

    person: Person
    role: str
    starts_on: date | None
    ends_on: date | None


def class_sessions(activity_id: int) -> Sequence[ClassSession]:
    """Return an activity's class sessions in the order they take place, cancelled ones among them."""
    statement = select(ClassSession).where(ClassSession.activity_id == activity_id)
    return db.session.scalars(statement.order_by(ClassSession.starts_at, ClassSession.number)).all()


def class_session(class_session_ref: str) -> ClassSession:
    """Return a class session with its activity; raises NotFound. Whether the asker may see it is theirs to check."""
    statement = select(ClassSession).join(ClassSession.activity).where(session_named(class_session_ref))
    found = db.session.scalar(statement.options(contains_eager(ClassSession.activity)))
    if found is None:
        raise NotFound
    return found


def sessions_between(start: datetime, end: datetime) -> Sequence[ClassSession]:
    """Return the class sessions that start in a span, activities loaded; drafts and cancelled ones are left out."""
    statement = (
        select(ClassSession)
        .join(ClassSession.activity)
        .where(
            ClassSession.starts_at >= start,
            ClassSession.starts_at < end,
            ClassSession.status == "scheduled",
            published(),
            Activity.status != "cancelled",
        )
        .options(contains_eager(ClassSession.activity))
    )
    return db.session.scalars(statement.order_by(ClassSession.starts_at, ClassSession.id)).all()


def roles_by_assignment(person_id: int) -> set[str]:
    """Return what a person is in any activity today: instructor, co_coordinator."""
    return set(db.session.connection().scalars(_ROLES, {"person": person_id, "today": institute_day()}))


def staff_of(activity_id: int) -> list[Staff]:
    """Return who is assigned to an activity, instructors first, by name."""
    rows = db.session.execute(
        select(Assignment, Person)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.activity_id == activity_id)
        .order_by(Assignment.role.desc(), Person.name_key)
    )
    return [Staff(person, found.role, found.starts_on, found.ends_on) for found, person in rows]
