"""People whom a question chooses: from what is rolled up, and from the record what is not rolled up yet.

Both in one statement, which sees one moment: no answer is older than what is on record.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import found_once
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.statistics.dashboard import rules
from ilpes_lms.statistics.dashboard.queries.facts import Rows, conditions, in_scope
from ilpes_lms.statistics.dashboard.rules import Question
from ilpes_lms.statistics.rollups import rules as rollups
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark, Month
from ilpes_lms.statistics.rollups.queries import HUNDREDTHS, among, among_marked, from_record, marked
from ilpes_lms.statistics.rollups.rules import COUNTS, SUMS
from ilpes_lms.statistics.rules import SEXES

_ANY_MARKED = exists(select(Mark.id))


def people(question: Question, key: str | None = None, few: ColumnElement[bool] | None = None) -> Subquery:
    """Return a line for each activity that a question chooses (and each value of a key) with its people by sex.

    `few` keeps few of the activities that are rolled up, by a condition; those that are not are all kept.
    """
    scope, cells = in_scope(question), _cells(question, key).where(Cell.activity_id.not_in(marked()))
    if few is None:
        some = cells.join(Activity, Activity.id == Cell.activity_id).where(scope)
    else:
        some = cells.where(among(Cell.activity_id, select(Activity.id).where(scope, few)))
    return _by_activity(some, _fresh(question, key, scope))


def people_each(question: Question) -> Subquery:
    """Return a line for each activity with the people that a question chooses by sex, where it has one cell of them.

    Of any activity: those that a question does not choose are left to a join with those that it does.
    """
    kept = _cells(question, None).where(Cell.activity_id.not_in(marked()))
    # Found once: PostgreSQL would count them again for each activity where it expects few.
    fresh = found_once(select(_by_activity(_fresh(question, None, in_scope(question)))))
    return union_all(kept, select(fresh)).subquery()


def lines_by(question: Question, key: str) -> Subquery:
    """Return lines with the sums of people by a key, several of each value: of whole months, and of activities."""
    dimension = rules.months_for(question, key)
    if dimension is None:
        return _of_activities(people(question, key)).subquery()
    first, until = rollups.whole_months(question.period, institute_day())
    if first >= until:
        return _of_activities(people(question, key)).subquery()
    carried = and_(Month.carried.is_(True), Month.month == first)
    return union_all(
        _of_months(question, dimension, key, and_(Month.carried.is_(False), Month.month >= first, Month.month < until)),
        _of_months(question, dimension, key, carried),
        # What the months say of activities that changed is taken out, and comes back as the record has it.
        _taken_out(question, key, and_(Counted.month < until, Counted.until >= first)),
        # Those of the days before and after the whole months; of none where the period is whole months.
        _of_activities(people(question, key, or_(Activity.ends_on < first, Activity.starts_on >= until))),
    ).subquery()


def _fresh(question: Question, key: str | None, scope: ColumnElement[bool]) -> Rows:
    cells = from_record(among_marked(Enrolment.activity_id)).subquery()
    return (
        select(cells.c.activity_id, *_key(key, cells.c), *[cells.c[name] for name in COUNTS])
        .join(Activity, Activity.id == cells.c.activity_id)
        .where(scope, _ANY_MARKED, *conditions(question, cells.c))
    )


def _cells(question: Question, key: str | None) -> Rows:
    columns = {name: getattr(Cell, name) for name in rollups.KEYS}
    dimension = rules.cells_for(question, frozenset({key} if key else ()))
    found = select(Cell.activity_id, *_key(key, columns), *[getattr(Cell, name) for name in COUNTS])
    return found.where(Cell.dimension == dimension, *conditions(question, columns))


def _by_activity(*parts: Rows) -> Subquery:
    cells = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    told = [cells.c[name] for name in ("activity_id", "key") if name in cells.c]
    # As integers, as those of months.
    counts = [cast(func.sum(cells.c[name]), Integer).label(name) for name in COUNTS]
    return select(*told, *counts).group_by(*told).subquery()


def _of_months(question: Question, dimension: str, key: str, whole: ColumnElement[bool]) -> Rows:
    columns = {name: getattr(Month, name) for name in rollups.KEYS}
    # As integers but for hours: PostgreSQL adds integers up many times as quickly as larger ones.
    sums = [
        cast(func.sum(getattr(Month, name)), BigInteger if "hours" in name else Integer).label(name) for name in SUMS
    ]
    found = select(columns[key].label("key"), *sums).where(Month.dimension == dimension, whole)
    of_kinds = found.where(Month.kind.in_(question.kinds)) if question.kinds else found
    return of_kinds.where(*conditions(question, columns)).group_by(columns[key])


def _of_activities(found: Subquery) -> Rows:
    return _lines(found, HUNDREDTHS, 1).join(Activity, Activity.id == found.c.activity_id)


def _taken_out(question: Question, key: str, whole: ColumnElement[bool]) -> Rows:
    found = _by_activity(_cells(question, key).where(among_marked(Cell.activity_id), _ANY_MARKED))
    lines = _lines(found, Counted.hours, -1).join(Counted, Counted.activity_id == found.c.activity_id)
    return lines.where(whole, Counted.kind.in_(question.kinds)) if question.kinds else lines.where(whole)


def _lines(found: Subquery, known: Any, sign: int) -> Rows:
    hours = cast(func.coalesce(known, 0), BigInteger)
    sums = {
        "activities": literal(1), "hours": hours, "without_hours": case((known.is_(None), 1), else_=0),
        **{f"{sex}_hours": hours * found.c[f"{sex}_participations"] for sex in SEXES},
        **{name: found.c[name] for name in COUNTS},
    }  # fmt: skip
    return select(found.c.key, *[(sign * sums[name]).label(name) for name in SUMS])


def _key(key: str | None, columns: Any) -> list[ColumnElement[Any]]:
    return [columns[key].label("key")] if key else []
