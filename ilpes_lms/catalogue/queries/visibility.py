"""Who may see which activities, as conditions that every query is built on (law 6)."""

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, false, or_, select, true

from ilpes_lms.catalogue.models import Activity, Assignment, ClassSession


def named(activity_ref: str) -> ColumnElement[bool]:
    """Return the condition that an activity has a public id; a text that can't be one names none."""
    return Activity.public_id == activity_ref if activity_ref.isalnum() else false()


def session_named(class_session_ref: str) -> ColumnElement[bool]:
    """Return the condition that a class session has a public id."""
    return ClassSession.public_id == class_session_ref if class_session_ref.isalnum() else false()


def published() -> ColumnElement[bool]:
    """Return the condition that everyone may see an activity."""
    return and_(Activity.published_at.is_not(None), Activity.status != "draft")


def managed_by(divisions: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition that a coordinator of these divisions may see an activity; none means of all."""
    return Activity.division.in_(sorted(divisions)) if divisions else true()


def in_force(person_id: int | BindParameter[int], today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition that an assignment is a person's and stands on a day."""
    return and_(
        Assignment.person_id == person_id,
        or_(Assignment.starts_on.is_(None), Assignment.starts_on <= today),
        or_(Assignment.ends_on.is_(None), Assignment.ends_on >= today),
    )


def assigned(person_id: int | BindParameter[int], role: str, today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition that an assignment of a person in a role is in force."""
    return and_(Assignment.role == role, in_force(person_id, today))


def taught_by(person_id: int | BindParameter[int], today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition that a person is an instructor of an activity today."""
    return Activity.id.in_(select(Assignment.activity_id).where(assigned(person_id, "instructor", today)))


def co_coordinated_by(person_id: int, today: date) -> ColumnElement[bool]:
    """Return the condition that a person helps to coordinate an activity today."""
    return Activity.id.in_(select(Assignment.activity_id).where(assigned(person_id, "co_coordinator", today)))


def staffed_by(person_id: int, today: date) -> ColumnElement[bool]:
    """Return the condition that a person is named for an activity today, as instructor or as co-coordinator."""
    named_for = or_(*(assigned(person_id, role, today) for role in ("instructor", "co_coordinator")))
    return Activity.id.in_(select(Assignment.activity_id).where(named_for))


def scheduled_by(divisions: frozenset[str] | None, teacher: int | None, today: date) -> ColumnElement[bool]:
    """Return the condition that somebody sets an activity's class sessions.

    A coordinator of these divisions does (none: of all, None: of none), and whoever teaches it today.
    """
    manages = managed_by(divisions) if divisions is not None else false()
    return or_(manages, taught_by(teacher, today)) if teacher is not None else manages
