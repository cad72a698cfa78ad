"""What is on record of a period, each source in one statement; compilations that were kept."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from ilpes_lms.catalogue.models import Activity, Headcount, Partner
from ilpes_lms.catalogue.queries import published
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.statistics.reconciling import Entry
from ilpes_lms.statistics.rules import Counts, Line, Period

PAGE_SIZE = 10
Rows: TypeAlias = Select[*tuple[Any, ...]]


def lines(period: Period, as_of: date) -> list[Line]:
    """Return the activities of a period with what is known of their participants.

    By position in a published table, then by date. Two statements, one where nobody is on record by people.
    """
    found = db.session.execute(_activities(period, as_of)).all()
    by_people = any(row.record == "people" for row in found)
    people = _people(period, as_of) if by_people else {}
    return [_line(row, people) for row in found]


def entries(period: Period, as_of: date) -> list[Entry]:
    """Return the activities of a period with their rows in a published table and what else a report says of them."""
    more = (Activity.position, Activity.modality, Activity.topics)
    found = db.session.execute(_activities(period, as_of).add_columns(*more)).all()
    people, partners = _people(period, as_of), _partners(period, as_of)
    return [
        Entry(_line(row, people), row.position, row.modality, row.topics, partners.get(row.id, [])) for row in found
    ]


def persons(period: Period, as_of: date) -> dict[str | None, int]:
    """Return how many distinct persons took part in activities on record by people: by kind, and all under None."""
    counted = func.count(func.distinct(Enrolment.person_id))
    everyone = confirmed(select(counted), period, as_of)
    by_kind = confirmed(select(Activity.kind, counted), period, as_of).group_by(Activity.kind)
    return {**dict(db.session.execute(by_kind).all()), None: db.session.scalar(everyone) or 0}


def confirmed(statement: Rows, period: Period, as_of: date) -> Rows:
    """Return a statement over who took part in the activities of a period."""
    return (
        statement.select_from(Enrolment)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.state == "confirmed", _belong(period, as_of))
    )


def newest_start(as_of: date) -> date | None:
    """Return the day on which the newest activity that counts began, None if none has."""
    begun = and_(published(), Activity.status != "cancelled", Activity.starts_on <= as_of)
    return db.session.scalar(select(func.max(Activity.starts_on)).where(begun))


def compilation(compilation_ref: str) -> Compilation:
    """Return a kept compilation; raises NotFound."""
    found = db.session.scalar(select(Compilation).where(Compilation.public_id == compilation_ref))
    if found is None:
        raise NotFound
    return found


def compiled(compilation_ref: str) -> Compilation:
    """Return a compilation that is done; raises NotFound."""
    found = compilation(compilation_ref)
    if found.state != "done":
        raise NotFound
    return found


def compilations(cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Compilation]:
    """Return a page of the compilations, newest first."""
    return page_of(select(Compilation), keys=[Compilation.id], cursor=cursor, size=size, descending=True)


def queued() -> list[str]:
    """Return the compilations that wait for the worker, oldest first."""
    statement = select(Compilation.public_id).where(Compilation.state == "queued").order_by(Compilation.id)
    return list(db.session.scalars(statement))


def _belong(period: Period, as_of: date) -> ColumnElement[bool]:
    # Cancelled activities did not take place.
    overlapping = rules.belongs(Activity.starts_on, Activity.ends_on, period, as_of)
    return and_(published(), Activity.status != "cancelled", overlapping)


def _activities(period: Period, as_of: date) -> Rows:
    printed = (
        Activity.id, Activity.public_id, Activity.kind, Activity.titles, Activity.languages, Activity.starts_on,
        Activity.ends_on, Activity.start_precision, Activity.end_precision, Activity.dates_as_published,
        Activity.location, Activity.country, Activity.hours, Activity.record,
    )  # fmt: skip
    return (
        select(*printed, Headcount.women, Headcount.men, Headcount.other, Headcount.not_stated)
        .outerjoin(Headcount, Headcount.activity_id == Activity.id)
        .where(_belong(period, as_of))
        .order_by(Activity.position.is_(None), Activity.position, Activity.starts_on, Activity.id)
    )


def _people(period: Period, as_of: date) -> Mapping[int, Counts]:
    statement = select(Enrolment.activity_id, Enrolment.sex, func.count())
    grouped = confirmed(statement, period, as_of).group_by(Enrolment.activity_id, Enrolment.sex)
    numbers: dict[int, list[tuple[str | None, int]]] = defaultdict(list)
    for activity_id, code, number in db.session.execute(grouped):
        numbers[activity_id].append((code, number))
    return {activity_id: rules.counts_of(found) for activity_id, found in numbers.items()}


def _partners(period: Period, as_of: date) -> Mapping[int, list[str]]:
    statement = select(Partner.activity_id, Partner.name).join(Activity).where(_belong(period, as_of))
    names: dict[int, list[str]] = defaultdict(list)
    for activity_id, name in db.session.execute(statement):
        names[activity_id].append(name)
    return names


def _line(row: Row[*tuple[Any, ...]], people: Mapping[int, Counts]) -> Line:
    by_people = row.record == "people"
    return Line(
        kind=row.kind, title=rules.title_of(row.titles, row.languages), starts_on=row.starts_on, ends_on=row.ends_on,
        start_precision=row.start_precision, end_precision=row.end_precision,
        dates_as_published=row.dates_as_published, location=row.location, country=row.country, hours=row.hours,
        counts=people.get(row.id, Counts()) if by_people else _headcount(row), by_people=by_people,
        ref=row.public_id,
    )  # fmt: skip


def _headcount(row: Row[*tuple[Any, ...]]) -> Counts | None:
    if row.record != "headcount" or row.women is None:
        return None
    return Counts(row.women, row.men, row.other, row.not_stated)
