"""Sums for the lines of a table: of activities with their people, and of people by what they were."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, cast, func, literal, or_, select, true

from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.core.database import found_once
from ilpes_lms.statistics.dashboard import rules
from ilpes_lms.statistics.dashboard.queries.facts import Key, Rows, built_once, in_scope
from ilpes_lms.statistics.dashboard.queries.people import lines_by, people, people_each
from ilpes_lms.statistics.dashboard.rules import Figures, Question
from ilpes_lms.statistics.rollups.queries import HUNDREDTHS
from ilpes_lms.statistics.rollups.rules import COUNTS, SUMS
from ilpes_lms.statistics.rules import SEXES

_NOTHING: ColumnElement[int] = literal(0)
_COUNTED = and_(Activity.record == "headcount", Headcount.id.is_not(None))
_HEADCOUNTED = tuple(f"{sex}_headcounted" for sex in SEXES)


@built_once
def of_all(question: Question, place: int) -> Rows:
    """Return sums over all activities that a question chooses: one line, whose key is its place among others."""
    return _of_activities(question).add_columns(literal(place).label("key"))


@built_once
def of_activities(question: Question, key: Key) -> Rows:
    """Return sums over the activities that a question chooses, a line for each value of a key of theirs."""
    return _of_activities(question, key)


@built_once
def of_people(question: Question, key: str) -> Rows:
    """Return sums over the people that a question chooses, a line for each value of something they were."""
    found = lines_by(question, key)
    sums = [_sum(found.c[name]).label(name) for name in SUMS]
    # Of whom nobody is left, nothing is said.
    somebody = func.sum(found.c.activities) > 0
    lines = select(found.c.key, *sums).group_by(found.c.key).having(somebody).subquery()
    return select(lines, lines.c.activities.label("recorded"), *_of_nobody())


def answered(rows: Iterable[Any], question: Question) -> dict[Any, Figures]:
    """Return the figures of lines by their keys."""
    return {row.key: rules.figures(row._asdict(), question.sexes) for row in rows}


def _of_activities(question: Question, key: Key | None = None) -> Rows:
    # Once: hours in hundredths are asked for five times, and making them takes longer than everything else.
    scope = found_once(_activities(question, key))
    # Once, too, for a topic: PostgreSQL expects few activities of one, and would read all cells again for each.
    each = rules.has_one_cell_each(question) and not question.topics
    found = people_each(question) if each else found_once(select(people(question)))
    sums = _few(scope, found) if question.chooses_people else _all(scope, found)
    lines = select(*sums).outerjoin_from(scope, found, found.c.activity_id == scope.c.activity_id)
    return lines if key is None else lines.add_columns(scope.c.key).group_by(scope.c.key)


def _activities(question: Question, key: Key | None) -> Rows:
    """Return the activities that a question chooses, whoever took part, with what their headcounts say."""
    headcounted = [case((_COUNTED, getattr(Headcount, sex)), else_=0).label(f"{sex}_headcounted") for sex in SEXES]
    return (
        select(Activity.id.label("activity_id"), HUNDREDTHS.label("hours"), *headcounted)
        .add_columns((Activity.record == "people").label("by_people"), _COUNTED.label("by_headcount"))
        .add_columns(*(() if key is None else (key.label("key"),)))
        .outerjoin_from(Activity, Headcount, Headcount.activity_id == Activity.id)
        .where(in_scope(question))
    )


def _all(scope: FromClause, found: FromClause) -> list[ColumnElement[Any]]:
    """With every activity: by people, by headcount, or without record."""
    recorded = or_(scope.c.by_people, scope.c.by_headcount)
    return [
        func.count().label("activities"),
        func.count().filter(recorded).label("recorded"),
        func.count().filter(~recorded).label("without_record"),
        func.count().filter(scope.c.by_headcount).label("by_headcount"),
        _NOTHING.label("left_out"),
        *[_sum(scope.c[name]).label(name) for name in _HEADCOUNTED],
        *_hours(scope, true()),
        *_counts(scope, found, counted=True),
    ]


def _few(scope: FromClause, found: FromClause) -> list[ColumnElement[Any]]:
    """With the activities of which somebody was chosen, beside those that nobody can be chosen of."""
    return [
        func.count(found.c.activity_id).label("activities"),
        func.count().filter(scope.c.by_people).label("recorded"),
        func.count().filter(~scope.c.by_people).label("left_out"),
        *[column for column in _of_nobody() if column.name != "left_out"],
        *_hours(scope, found.c.activity_id.is_not(None)),
        *_counts(scope, found),
    ]


def _of_nobody() -> list[ColumnElement[Any]]:
    return [_NOTHING.label(name) for name in ("without_record", "by_headcount", "left_out", *_HEADCOUNTED)]


def _hours(scope: FromClause, condition: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    return [
        _sum(scope.c.hours, condition).label("hours"),
        func.count().filter(condition, scope.c.hours.is_(None)).label("without_hours"),
    ]


def _counts(scope: FromClause, found: FromClause, *, counted: bool = False) -> list[ColumnElement[Any]]:
    # An activity is on record by people or by headcount, never both: what is not there is nothing.
    present: dict[str, ColumnElement[int]] = {sex: func.coalesce(found.c[f"{sex}_participations"], 0) for sex in SEXES}
    if counted:
        present = {sex: number + scope.c[f"{sex}_headcounted"] for sex, number in present.items()}
    return [
        *[_sum(number).label(f"{sex}_participations") for sex, number in present.items()],
        *[_sum(scope.c.hours * number).label(f"{sex}_hours") for sex, number in present.items()],
        *[_sum(found.c[name]).label(name) for name in COUNTS if not name.endswith("_participations")],
    ]


def _sum(column: ColumnElement[Any], condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    total = func.sum(column) if condition is None else func.sum(column).filter(condition)
    return cast(func.coalesce(total, 0), BigInteger)
