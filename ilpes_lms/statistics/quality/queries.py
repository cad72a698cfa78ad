"""What figures lack, counted and listed, for the divisions that somebody coordinates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from ilpes_lms.attendance.models import Mark, Outcome
from ilpes_lms.catalogue.models import Activity, ClassSession, Headcount
from ilpes_lms.catalogue.queries.visibility import managed_by, published
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.settings import institute_day
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.people.rules import Evidence, Known, evidence
from ilpes_lms.statistics.quality.rules import ACTIVITY_GAPS, ENROLMENT_GAPS, TWINS

PAGE_SIZE = 25
_Earlier = aliased(Person)
_KNOWN = (
    Person.organization_id, Person.organization_text, Person.position, Person.residence_country, Person.nationality,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Twin:
    """A person with those on record before who may be the same, and what speaks for it."""

    person: Person
    like: Sequence[tuple[Person, Evidence]]


def numbers(divisions: frozenset[str]) -> dict[str, int]:
    """Return how often each gap is found. Three statements."""
    enrolled = [func.count().filter(_lacks(gap)) for gap in ENROLMENT_GAPS]
    of_enrolments = db.session.execute(_confirmed(select(*enrolled).select_from(Enrolment), divisions)).one()
    found = [func.count().filter(_of_activity(gap)) for gap in ACTIVITY_GAPS]
    of_activities = db.session.execute(_counted(select(*found).select_from(Activity), divisions)).one()
    twins = db.session.scalar(select(func.count()).select_from(_twins(divisions).subquery())) or 0
    told = zip((*ENROLMENT_GAPS, *ACTIVITY_GAPS), (*of_enrolments, *of_activities), strict=True)
    return {**dict(told), TWINS: twins}


def enrolments(gap: str, divisions: frozenset[str], cursor: str | None) -> Page[Enrolment]:
    """Return confirmed enrolments that do not say something of a person, by activity as they were entered."""
    lacking = _confirmed(select(Enrolment), divisions).where(_lacks(gap))
    told = lacking.options(joinedload(Enrolment.activity), joinedload(Enrolment.person))
    return page_of(told, keys=[Enrolment.activity_id, Enrolment.id], cursor=cursor, size=PAGE_SIZE)


def activities(gap: str, divisions: frozenset[str], cursor: str | None) -> Page[Activity]:
    """Return past activities of which something is not on record, the latest first."""
    lacking = _counted(select(Activity), divisions).where(_of_activity(gap)).options(joinedload(Activity.headcount))
    return page_of(lacking, keys=[Activity.ends_on, Activity.id], cursor=cursor, size=PAGE_SIZE, descending=True)


def twins(divisions: frozenset[str], cursor: str | None) -> Page[Twin]:
    """Return people who may be somebody who was on record before, with those and what speaks for it."""
    page = page_of(_twins(divisions), keys=[Person.id], cursor=cursor, size=PAGE_SIZE)
    keys = {person.name_key for person in page.items}
    told = (joinedload(Person.organization), selectinload(Person.emails))
    named = select(Person).where(Person.name_key.in_(keys), _took_part(Person.id, divisions)).options(*told)
    namesakes: dict[str, list[Person]] = defaultdict(list)
    for person in db.session.scalars(named.order_by(Person.id)):
        namesakes[person.name_key].append(person)
    return Page([_twin(person, namesakes[person.name_key]) for person in page.items], page.next_cursor)


def _twin(person: Person, namesakes: Sequence[Person]) -> Twin:
    compared = [(one, evidence(_known(person), _known(one))) for one in namesakes if one.id < person.id]
    return Twin(person, [(one, found) for one, found in compared if found.speaks_for_one])


def _known(person: Person) -> Known:
    return Known(
        fold(person.organization_name), fold(person.position), person.residence_country or "",
        person.nationality or "", has_address=bool(person.emails),
    )  # fmt: skip


def _confirmed(statement: Any, divisions: frozenset[str]) -> Any:
    belonging = _counted(statement.join(Activity, Activity.id == Enrolment.activity_id), divisions)
    return belonging.where(Enrolment.state == "confirmed")


def _counted(statement: Any, divisions: frozenset[str]) -> Any:
    begun = Activity.starts_on <= institute_day()
    return statement.where(published(), Activity.status != "cancelled", begun, managed_by(divisions))


def _lacks(gap: str) -> ColumnElement[bool]:
    if gap == "sex":
        return or_(Enrolment.sex.is_(None), Enrolment.sex == "not_stated")
    if gap == "country":
        return Enrolment.country.is_(None)
    return and_(Enrolment.organization_id.is_(None), func.coalesce(Enrolment.organization_name, "") == "")


def _of_activity(gap: str) -> ColumnElement[bool]:
    if gap == "source":
        return exists().where(Headcount.activity_id == Activity.id, Headcount.source == "")
    over = Activity.ends_on < institute_day()
    return and_(over, _without_marks() if gap == "marks" else _without_record())


def _without_marks() -> ColumnElement[bool]:
    held = and_(ClassSession.activity_id == Activity.id, ClassSession.status == "scheduled")
    marked = exists().where(Mark.class_session_id == ClassSession.id)
    decided = exists().where(Outcome.enrolment_id == Enrolment.id, Enrolment.activity_id == Activity.id)
    # What has no class sessions is known by its outcomes.
    unmarked = or_(exists().where(held, ~marked), and_(~exists().where(held), ~decided))
    return and_(Activity.record == "people", Activity.confirmed_count > 0, unmarked)


def _without_record() -> ColumnElement[bool]:
    confirmed = exists().where(Enrolment.activity_id == Activity.id, Enrolment.state == "confirmed")
    return or_(
        Activity.record == "no_record",
        and_(Activity.record == "headcount", ~exists().where(Headcount.activity_id == Activity.id)),
        # Counted as zero: nobody came, or nobody wrote it down.
        and_(Activity.record == "people", ~confirmed),
    )


def _twins(divisions: frozenset[str]) -> Select[Person]:
    earlier = exists().where(
        _Earlier.name_key == Person.name_key, _Earlier.id < Person.id, or_(_agree(), _only_a_name()),
        _took_part(_Earlier.id, divisions),
    )  # fmt: skip
    return select(Person).where(Person.name_key != "", earlier, _took_part(Person.id, divisions))


def _agree() -> ColumnElement[bool]:
    ids = [Person.organization_id, Person.residence_country, Person.nationality]
    texts = [Person.organization_text, Person.position]
    same = [column == getattr(_Earlier, column.key) for column in ids]
    alike = [and_(column != "", func.lower(column) == func.lower(getattr(_Earlier, column.key))) for column in texts]
    return or_(*same, *alike)


def _only_a_name() -> ColumnElement[bool]:
    return or_(*(and_(*_nothing(person)) for person in (Person, _Earlier)))


def _nothing(person: Any) -> list[ColumnElement[bool]]:
    unknown = [getattr(person, column.key) for column in _KNOWN]
    empty = [column.is_(None) if column.nullable else column == "" for column in unknown]
    reachable = select(EmailAddress.id).where(EmailAddress.person_id == person.id).correlate(Person, _Earlier)
    return [*empty, ~reachable.exists()]


def _took_part(person_id: Any, divisions: frozenset[str]) -> Any:
    taken = select(Enrolment.id).where(Enrolment.person_id == person_id).correlate(Person, _Earlier)
    return _confirmed(taken, divisions).exists()
