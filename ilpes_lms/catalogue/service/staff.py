"""Who teaches and who helps to coordinate."""

from datetime import date

from sqlalchemy import delete, func, select, update

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import DatesReversed, NobodyHasAddress, UnknownChoice
from ilpes_lms.catalogue.models import Activity, Assignment
from ilpes_lms.catalogue.rules.labels import ASSIGNMENT_LABELS
from ilpes_lms.catalogue.service.places import lock, lock_managed
from ilpes_lms.core.database import db, transaction
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person

ANYWHERE: frozenset[str] = frozenset()


@transaction
def assign(
    *, activity_id: int, person_id: int, role: str, starts_on: date | None = None, ends_on: date | None = None
) -> Assignment:
    """Make a person instructor or co-coordinator of an activity; said again, it changes the dates."""
    if role not in ASSIGNMENT_LABELS:
        raise UnknownChoice(field="role", value=role)
    if starts_on and ends_on and ends_on < starts_on:
        raise DatesReversed(field="ends_on")
    activity = lock(activity_id)
    assignment = db.session.scalar(
        select(Assignment).where(
            Assignment.activity_id == activity_id, Assignment.person_id == person_id, Assignment.role == role
        )
    )
    if assignment is None:
        assignment = Assignment(activity_id=activity_id, person_id=person_id, role=role)
        db.session.add(assignment)
    assignment.starts_on, assignment.ends_on = starts_on, ends_on
    db.session.flush()
    audit.record("activity.assigned", "activity", activity.public_id, role=role, assignment=assignment.id)
    return assignment


@transaction
def assign_by_address(*, activity_ref: str, email: str, role: str, divisions: frozenset[str] = ANYWHERE) -> Assignment:
    """Assign the person who has an e-mail address."""
    activity = lock_managed(activity_ref, divisions)
    person = people.person_by_email(email)
    if person is None:
        raise NobodyHasAddress(field="email")
    return assign(activity_id=activity.id, person_id=person.id, role=role)


@transaction
def unassign(*, activity_ref: str, person_ref: str, role: str, divisions: frozenset[str] = ANYWHERE) -> None:
    """Take a person off an activity; saying so again changes nothing."""
    activity = lock_managed(activity_ref, divisions)
    gone = select(Person.id).where(Person.public_id == person_ref).scalar_subquery()
    db.session.execute(
        delete(Assignment).where(
            Assignment.activity_id == activity.id, Assignment.person_id == gone, Assignment.role == role
        )
    )
    audit.record("activity.unassigned", "activity", activity.public_id, role=role)


@transaction
def forget(person_id: int) -> int:
    """Take a person off the activities they taught or coordinated, and their addresses out of the contacts."""
    traces = people.traces_of(person_id)
    theirs = select(Assignment.id).where(Assignment.person_id == person_id)
    number = len(list(db.session.scalars(theirs)))
    db.session.execute(delete(Assignment).where(Assignment.person_id == person_id))
    named = func.lower(Activity.contact).in_([address.lower() for address in traces.addresses])
    db.session.execute(update(Activity).where(named).values(contact=None))
    return number
