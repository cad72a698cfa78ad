"""What a question keeps, as conditions on activities, on people's cells and on people."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.people.models import Organization
from ilpes_lms.statistics import rules as statistics
from ilpes_lms.statistics.dashboard.rules import UNKNOWN, Question
from ilpes_lms.statistics.rollups.queries import AS_KEPT, SEX, took_place

Rows: TypeAlias = Select[*tuple[Any, ...]]
Key: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
TOPICS = cast(Activity.topics, Text)
_AT_NONE = 0
_Asked = TypeVarTuple("_Asked")
# A page of the dashboard asks about ten; each takes up to 0.6 MB.
_KEPT = 24


def built_once(build: Callable[[*_Asked], Rows]) -> Callable[[*_Asked], Rows]:
    """Keep the newest statements that a function builds.

    Building one takes longer than PostgreSQL needs to answer it, and most people ask about the same period.
    """

    @lru_cache(_KEPT)
    def kept(_today: date, _dialect: str, *asked: *_Asked) -> Rows:
        return build(*asked)

    @wraps(build)
    def found(*asked: *_Asked) -> Rows:
        # What the statement depends on beside what is asked.
        return kept(institute_day(), db.engine.dialect.name, *asked)

    return found


def in_scope(question: Question) -> ColumnElement[bool]:
    """Return the condition that an activity is one of those that a question asks for, whoever took part."""
    return and_(
        took_place(),
        statistics.belongs(Activity.starts_on, Activity.ends_on, question.period, institute_day()),
        _one_of(Activity.kind, question.kinds),
        _one_of(Activity.division, question.divisions),
        _one_of(Activity.modality, question.modalities),
        _of_topics(question.topics),
    )


def chosen(question: Question) -> ColumnElement[bool]:
    """Return the condition that a person is one of those that a question asks for, by what they were at the time."""
    of_sexes = SEX.in_(question.sexes) if question.sexes else true()
    return and_(of_sexes, *conditions(question, AS_KEPT))


def conditions(question: Question, columns: Any) -> list[ColumnElement[bool]]:
    """Return the conditions on country, sector and institution, where "" and 0 stand for "not on record"."""
    asked = {"country": question.countries, "sector": question.sectors}
    found: list[ColumnElement[bool]] = [columns[name].in_(values) for name, values in asked.items() if values]
    if question.institutions:
        found.append(_at_institutions(columns["organization_id"], question.institutions))
    return found


def _one_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    if not values:
        return true()
    named = column.in_([value for value in values if value != UNKNOWN])
    return or_(named, column.is_(None)) if UNKNOWN in values else named


def _at_institutions(column: ColumnElement[Any], refs: Sequence[str]) -> ColumnElement[bool]:
    named = column.in_(select(Organization.id).where(Organization.public_id.in_(refs)))
    return or_(named, column == _AT_NONE) if UNKNOWN in refs else named


def _of_topics(topics: Sequence[str]) -> ColumnElement[bool]:
    # Codes are words of ASCII, so in the text of the list each stands between its quotes.
    return or_(*[TOPICS.contains(f'"{topic}"', autoescape=True) for topic in topics]) if topics else true()
