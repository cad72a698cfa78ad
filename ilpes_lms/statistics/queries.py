"""What is on record of a period, each source in one statement; compilations that were kept."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.catalogue.queries import published
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.models import Compilation
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


def persons(period: Period, as_of: date) -> dict[str | None, int]:
    """Return how many distinct persons took part in activities on record by people: by kind, and all under None."""
    counted = func.count(func.distinct(Enrolment.person_id))
    everyone = _confirmed(select(counted), period, as_of)
    by_kind = _confirmed(select(Activity.kind, counted), period, as_of).group_by(Activity.kind)
    return {**dict(db.session.execute(by_kind).all()), None: db.session.scalar(everyone) or 0}


def compilation(compilation_ref: str) -> Compilation:
    """Return a kept compilation; raises NotFound."""
    found = db.session.scalar(select(Compilation).where(Compilation.public_id == compilation_ref))
    if found is None:
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
        Activity.id, Activity.kind, Activity.titles, Activity.languages, Activity.starts_on, Activity.ends_on,
        Activity.start_precision, Activity.end_precision, Activity.dates_as_published, Activity.location,
        Activity.country, Activity.hours, Activity.record,
    )  # fmt: skip
    return (
        select(*printed, Headcount.women, Headcount.men, Headcount.other, Headcount.not_stated)
        .outerjoin(Headcount, Headcount.activity_id == Activity.id)
        .where(_belong(period, as_of))
        .order_by(Activity.position.is_(None), Activity.position, Activity.starts_on, Activity.id)
    )


def _people(period: Period, as_of: date) -> Mapping[int, Counts]:
    statement = select(Enrolment.activity_id, Enrolment.sex, func.count())
    grouped = _confirmed(statement, period, as_of).group_by(Enrolment.activity_id, Enrolment.sex)
    numbers: dict[int, list[tuple[str | None, int]]] = defaultdict(list)
    for activity_id, code, number in db.session.execute(grouped):
        numbers[activity_id].append((code, number))
    return {activity_id: rules.counts_of(found) for activity_id, found in numbers.items()}


def _confirmed(statement: Rows, period: Period, as_of: date) -> Rows:
    return (
        statement.select_from(Enrolment)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.state == "confirmed", _belong(period, as_of))
    )


def _line(row: Row[*tuple[Any, ...]], people: Mapping[int, Counts]) -> Line:
    by_people = row.record == "people"
    return Line(
        kind=row.kind, title=_title(row.titles, row.languages), starts_on=row.starts_on, ends_on=row.ends_on,
        start_precision=row.start_precision, end_precision=row.end_precision,
        dates_as_published=row.dates_as_published, location=row.location, country=row.country, hours=row.hours,
        counts=people.get(row.id, Counts()) if by_people else _headcount(row), by_people=by_people,
    )  # fmt: skip


def _headcount(row: Row[*tuple[Any, ...]]) -> Counts | None:
    if row.record != "headcount" or row.women is None:
        return None
    return Counts(row.women, row.men, row.other, row.not_stated)


def _title(titles: Mapping[str, str], languages: list[str]) -> str:
    # In a language the activity was given in, as the report prints titles.
    known = [code for code in (*languages, "es", "en") if titles.get(code)]
    return titles[known[0]] if known else next(iter(titles.values()))
