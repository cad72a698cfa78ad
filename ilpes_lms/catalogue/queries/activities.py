"""Activities one by one, by who asks, and in lists."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.catalogue.models import Activity, Course, Material, Module
from ilpes_lms.catalogue.queries.search import having_words
from ilpes_lms.catalogue.queries.visibility import (
    co_coordinated_by,
    managed_by,
    named,
    published,
    scheduled_by,
    staffed_by,
    taught_by,
)
from ilpes_lms.catalogue.rules import Conditions, Traits
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.settings import institute_day
from ilpes_lms.people.models import Person

PAGE_SIZE = 50


def published_activity(activity_ref: str) -> Activity:
    """Return an activity that everyone may see, with all that its page shows; raises NotFound."""
    return _one(named(activity_ref), published())


def managed_activity(activity_ref: str, divisions: frozenset[str]) -> Activity:
    """Return an activity that a coordinator of these divisions (none: of all) may see; raises NotFound."""
    return _one(named(activity_ref), managed_by(divisions))


def managed_refs(refs: Collection[str], divisions: frozenset[str]) -> frozenset[str]:
    """Return which of some activities a coordinator of these divisions (none: of all) may see."""
    statement = select(Activity.public_id).where(Activity.public_id.in_(refs), managed_by(divisions))
    return frozenset(db.session.scalars(statement)) if refs else frozenset()


def managed_outline(activity_ref: str, divisions: frozenset[str]) -> Activity:
    """Return the same without partners and class sessions, which are read when somebody asks for them."""
    statement = select(Activity).where(named(activity_ref), managed_by(divisions))
    return _found(statement.options(joinedload(Activity.course), joinedload(Activity.headcount)))


def scheduled_outline(activity_ref: str, divisions: frozenset[str] | None, teacher: int | None) -> Activity:
    """Return the same of an activity whose class sessions somebody sets; raises NotFound."""
    statement = select(Activity).where(named(activity_ref), scheduled_by(divisions, teacher, institute_day()))
    return _found(statement.options(joinedload(Activity.course), joinedload(Activity.headcount)))


def reviewed_activity(activity_ref: str, person_id: int, divisions: frozenset[str] | None) -> Activity:
    """Return an activity whose applications a person judges; raises NotFound.

    A coordinator of its division does (no divisions: of all, None: of none), and whoever helps to coordinate it today.
    """
    judges = co_coordinated_by(person_id, institute_day())
    if divisions is not None:
        judges = or_(judges, managed_by(divisions))
    statement = select(Activity).where(named(activity_ref), judges)
    return _found(statement.options(joinedload(Activity.course), joinedload(Activity.headcount)))


def activities_co_coordinated_by(person_id: int) -> list[Activity]:
    """Return the activities that a person helps to coordinate today, the next to begin first."""
    statement = select(Activity).where(co_coordinated_by(person_id, institute_day()), Activity.status != "cancelled")
    return list(db.session.scalars(statement.order_by(Activity.starts_on, Activity.id)))


def taught_activity(activity_ref: str, person_id: int) -> Activity:
    """Return an activity whose instructor a person is today; raises NotFound."""
    return _one(named(activity_ref), taught_by(person_id, institute_day()))


def staffed_activity(activity_ref: str, person_id: int) -> Activity:
    """Return an activity for which a person is named today, as instructor or as co-coordinator; raises NotFound."""
    return _found(select(Activity).where(named(activity_ref), staffed_by(person_id, institute_day())))


def is_staff(activity: Activity, person_id: int) -> bool:
    """Tell whether a person is named for an activity today."""
    condition = staffed_by(person_id, institute_day())
    return db.session.scalar(select(Activity.id).where(Activity.id == activity.id, condition)) is not None


def activity_by_id(activity_id: int) -> Activity:
    """Return any activity by number, for rooms that hold it already; raises NotFound."""
    return _one(Activity.id == activity_id)


def activities_taught_by(person_id: int) -> list[Activity]:
    """Return the activities whose instructor a person is today, the latest first."""
    statement = select(Activity).where(taught_by(person_id, institute_day()), Activity.status != "cancelled")
    return list(db.session.scalars(_whole(statement).order_by(Activity.starts_on.desc(), Activity.id)))


def activities_overlapping(start: date, end: date) -> list[Activity]:
    """Return the public activities with a day in a period, in a report's order, then by date; partners not loaded.

    Cancelled ones did not take place and are left out.
    """
    statement = (
        select(Activity)
        .where(published(), Activity.status != "cancelled", Activity.starts_on <= end, Activity.ends_on >= start)
        .options(joinedload(Activity.headcount))
        .order_by(Activity.position.is_(None), Activity.position, Activity.starts_on, Activity.id)
    )
    return list(db.session.scalars(statement))


def managed_list(
    divisions: frozenset[str],
    *,
    status: str | None = None,
    kind: str | None = None,
    text: str = "",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Activity]:
    """Return a page of the activities a coordinator may see, the latest start first."""
    statement = select(Activity).where(managed_by(divisions))
    if status:
        statement = statement.where(Activity.status == status)
    if kind:
        statement = statement.where(Activity.kind == kind)
    statement = statement.where(*having_words(text))
    keys = (Activity.starts_on, Activity.public_id)
    return page_of(statement, keys=keys, cursor=cursor, size=size, descending=True)


def course(course_ref: str) -> Course:
    """Return a course; raises NotFound."""
    found = db.session.scalar(select(Course).where(Course.public_id == course_ref))
    if found is None:
        raise NotFound
    return found


def courses() -> Sequence[Course]:
    """Return all courses by their address, which sorts as their title does."""
    return db.session.scalars(select(Course).order_by(Course.slug)).all()


def material_in(activity: Activity, material_ref: str) -> Material:
    """Return one of an activity's materials; one of another does not exist."""
    found = next((material for material in activity.materials if material.public_id == material_ref), None)
    if found is None:
        raise NotFound
    return found


def module_in(activity: Activity, module_ref: str) -> Module:
    """Return one of an activity's modules; one of another does not exist."""
    found = next((module for module in activity.modules if module.public_id == module_ref), None)
    if found is None:
        raise NotFound
    return found


def modules_of(activity_id: int) -> list[Module]:
    """Return an activity's modules in their order."""
    return list(db.session.scalars(select(Module).where(Module.activity_id == activity_id).order_by(Module.number)))


def conditions_of(activity: Activity) -> Conditions:
    """Return whom an activity is for, as the rules take it."""
    return Conditions(
        kind=activity.kind,
        countries=tuple(activity.eligible_countries),
        organizations=tuple(activity.eligible_organizations),
        sectors=tuple(activity.eligible_sectors),
        languages=tuple(activity.eligible_languages),
    )


def traits_of(person: Person) -> Traits:
    """Return what a person says of themselves that conditions ask for; an institution's sector stands in for theirs."""
    organization = person.organization
    return Traits(
        residence_country=person.residence_country,
        organization=organization.public_id if organization else None,
        organization_country=organization.country if organization else None,
        names_organization=bool(person.organization_text),
        sector=person.sector or (organization.sector if organization else None),
        languages=tuple(person.working_languages),
    )


def _one(*conditions: ColumnElement[bool]) -> Activity:
    return _found(_whole(select(Activity).where(*conditions)))


def _found(statement: Select[Activity]) -> Activity:
    activity = db.session.scalar(statement)
    if activity is None:
        raise NotFound
    return activity


def _whole(statement: Select[Activity]) -> Select[Activity]:
    return statement.options(
        joinedload(Activity.course),
        joinedload(Activity.headcount),
        selectinload(Activity.partners),
        selectinload(Activity.class_sessions),
    )
