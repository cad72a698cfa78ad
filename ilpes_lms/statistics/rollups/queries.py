"""What is on record as the lines of roll-ups, and the lines that are kept."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import published
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.statistics.rollups import rules
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark
from ilpes_lms.statistics.rollups.rules import COUNTS, KEYS, LINES, Change, Standing
from ilpes_lms.statistics.rules import SEXES

Rows: TypeAlias = Select[*tuple[Any, ...]]
HUNDREDTHS = cast(func.round(Activity.hours * 100), BigInteger)
_WHAT = ("activity_id", "dimension", *KEYS, *COUNTS)

SEX = case(
    (Enrolment.sex == "female", "women"), (Enrolment.sex == "male", "men"), (Enrolment.sex == "other", "other"),
    else_="not_stated",
)  # fmt: skip
# What the cases above say, each in one comparison: of a whole record these are asked millions of times.
_OF_SEX: dict[str, ColumnElement[bool]] = {
    "women": Enrolment.sex == "female",
    "men": Enrolment.sex == "male",
    "other": Enrolment.sex == "other",
    "not_stated": func.coalesce(Enrolment.sex, "").not_in(["female", "male", "other"]),
}
# Looked up for each: nearly all have one or none, and few activities are asked for at a time. The state is no condition
# of the search, because SQLite would look up all that are issued, for each again.
_ISSUED = (
    select(func.count(case((Certificate.state == "issued", 1))))
    .where(Certificate.enrolment_id == Enrolment.id)
    .correlate(Enrolment)
    .scalar_subquery()
)
AS_KEPT: dict[str, ColumnElement[Any]] = {
    "country": func.coalesce(Enrolment.country, ""),
    "sector": func.coalesce(Enrolment.sector, ""),
    "organization_id": func.coalesce(Enrolment.organization_id, 0),
}


def marked() -> Select[int]:
    """Return a statement of the activities that changed since they were rolled up."""
    return select(Mark.activity_id)


def among(activity_id: Any, few: Select[int]) -> ColumnElement[bool]:
    """Return the condition that an activity is one of few.

    As an array in PostgreSQL, which of a subselect expects so many that it would read a whole table to find them.
    """
    if db.engine.dialect.name == "postgresql":
        found: ColumnElement[bool] = activity_id == any_(func.array(few.scalar_subquery()))
        return found
    return activity_id.in_(few)  # type: ignore[no-any-return]


def among_marked(activity_id: Any) -> ColumnElement[bool]:
    """Return the condition that an activity changed since it was rolled up."""
    return among(activity_id, marked())


def marks(limit: int | None) -> list[tuple[int, int]]:
    """Return the oldest marks with their activities, or all."""
    found = db.session.execute(select(Mark.id, Mark.activity_id).order_by(Mark.id).limit(limit))
    return [(row.id, row.activity_id) for row in found]


def from_record(activities: ColumnElement[bool]) -> Rows:
    """Return cells by institution of some activities (a condition on enrolments), straight from what is on record."""
    numbers: dict[str, Any] = {
        "participations": func.count(),
        "completed": func.count(case((Outcome.result == "completed", 1))),
        "decided": func.count(Outcome.result),
        "certificates": func.sum(_ISSUED),
    }
    counts = [
        cast(func.coalesce(count.filter(_OF_SEX[sex]), 0), BigInteger).label(f"{sex}_{name}")
        for name, count in numbers.items()
        for sex in SEXES
    ]
    return (
        select(Enrolment.activity_id.label("activity_id"), *[kept.label(key) for key, kept in AS_KEPT.items()], *counts)
        .select_from(Enrolment)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(activities, Enrolment.state == "confirmed")
        .group_by(Enrolment.activity_id, *AS_KEPT.values())
    )


def kept() -> Rows:
    """Return the cells by institution that are kept."""
    found = select(Cell.activity_id, *[getattr(Cell, name) for name in (*KEYS, *COUNTS)])
    return found.where(Cell.dimension == rules.INSTITUTION)


def lines_of(cells: FromClause, dimension: str) -> Rows:
    """Return cells by institution as the lines of a dimension, which tells apart as much or less."""
    what = (cells.c.activity_id, literal(dimension).label("dimension"))
    if dimension == rules.INSTITUTION:
        return select(*what, *[cells.c[name] for name in (*KEYS, *COUNTS)])
    told = [cells.c[key] for key in LINES[dimension]]
    keys = [cells.c[key] if key in LINES[dimension] else literal(nothing).label(key) for key, nothing in KEYS.items()]
    counts = [cast(func.sum(cells.c[name]), BigInteger).label(name) for name in COUNTS]
    return select(*what, *keys, *counts).group_by(cells.c.activity_id, *told)


def changes(activities: Sequence[int], *, whole: bool) -> list[Change]:
    """Return how the lines of some activities differ on record from what is kept.

    `whole` returns all that is kept as going and all that is on record as coming, for activities that count elsewhere
    now. One statement, so that both are seen at the same moment.
    """
    if not activities:
        return []
    found = db.session.execute(_changes(whole), {"activities": list(activities)})
    return [_change(row._asdict()) for row in found]


@cache
def _changes(whole: bool) -> Rows:
    among_them: BindParameter[Any] = bindparam("activities", expanding=True)
    sides = {
        -1: kept().where(Cell.activity_id.in_(among_them)).cte("there"),
        1: from_record(Enrolment.activity_id.in_(among_them)).cte("here"),
    }
    lines = union_all(*[_signed(sign, lines_of(side, rules.INSTITUTION)) for sign, side in sides.items()]).subquery()
    # What is the same on both sides comes twice; it is looked for in one pass, which takes half as long as two EXCEPTs.
    what = [lines.c[name] for name in _WHAT]
    differing = select(func.sum(lines.c.sign).label("sign"), *what).group_by(*what).having(func.count() == 1)
    fine = (select(lines) if whole else differing).cte("fine")
    # Lines that tell less apart differ only where these do.
    others = [
        _signed(sign, lines_of(_touched(side, fine, dimension), dimension))
        for dimension in LINES
        if dimension != rules.INSTITUTION
        for sign, side in sides.items()
    ]
    return select(union_all(select(fine), *others).subquery())


def _touched(cells: FromClause, fine: FromClause, dimension: str) -> FromClause:
    keys = ("activity_id", *LINES[dimension])
    places = select(*[fine.c[key] for key in keys])
    return select(cells).where(tuple_(*[cells.c[key] for key in keys]).in_(places)).subquery()


def counted(activities: Iterable[int]) -> dict[int, Standing]:
    """Return how some activities were added to the months."""
    columns = (Counted.activity_id, Counted.month, Counted.until, Counted.kind, Counted.hours)
    found = db.session.execute(select(*columns).where(Counted.activity_id.in_(activities)))
    return {row.activity_id: Standing(row.month, row.until, row.kind, row.hours) for row in found}


def standings(activities: Iterable[int]) -> dict[int, Standing]:
    """Return how some activities are to count in the months; drafts and cancelled ones do not."""
    columns = (Activity.id, Activity.starts_on, Activity.ends_on, Activity.kind, HUNDREDTHS.label("hundredths"))
    found = db.session.execute(select(*columns).where(Activity.id.in_(activities), took_place()))
    return {
        row.id: Standing(rules.month_of(row.starts_on), rules.month_of(row.ends_on), row.kind, row.hundredths)
        for row in found
    }


def as_cells(lines: Rows) -> Rows:
    """Return cells by institution with the name of their dimension."""
    return lines_of(lines.subquery(), rules.INSTITUTION)


def to_be_counted() -> Rows:
    """Return how all activities are to count in the months."""
    months = (_month_of(Activity.starts_on).label("month"), _month_of(Activity.ends_on).label("until"))
    columns = (Activity.id.label("activity_id"), *months, Activity.kind, HUNDREDTHS.label("hours"))
    return select(*columns).where(took_place())


def months_of(dimension: str) -> Rows:
    """Return the lines of all months in a dimension, as the cells and standings that are kept make them."""
    lines = lines_of(kept().subquery(), dimension).subquery()
    stays = _stays()
    kind = literal("") if dimension == rules.ORGANIZATION else stays.c.kind
    keys = [lines.c[key] for key in KEYS]
    people = {sex: lines.c[f"{sex}_participations"] for sex in SEXES}
    sums = [
        func.count().label("activities"), _total(stays.c.hours).label("hours"),
        func.count().filter(stays.c.hours.is_(None)).label("without_hours"),
        *[_total(stays.c.hours * number).label(f"{sex}_hours") for sex, number in people.items()],
        *[_total(lines.c[name]).label(name) for name in COUNTS],
    ]  # fmt: skip
    told = (lines.c.dimension, stays.c.month, stays.c.carried, kind.label("kind"), *keys)
    joined = select(*told, *sums).join(stays, stays.c.activity_id == lines.c.activity_id)
    by_kind = () if dimension == rules.ORGANIZATION else (kind,)
    return joined.group_by(lines.c.dimension, stays.c.month, stays.c.carried, *by_kind, *keys)


def took_place() -> ColumnElement[bool]:
    """Return the condition that an activity is neither a draft nor cancelled."""
    return and_(published(), Activity.status != "cancelled")


def _stays() -> FromClause:
    """Return how each activity counts in its months: in the one in which it began, and carried into each later one."""
    what = (Counted.activity_id, Counted.kind, Counted.hours, Counted.until)
    began = select(*what, Counted.month, literal(False).label("carried")).cte(recursive=True)
    again = [began.c[column.name] for column in what]
    later = select(*again, _month_after(began.c.month), literal(True)).where(began.c.month < began.c.until)
    return began.union_all(later)


def _signed(sign: int, rows: Rows) -> Rows:
    lines = rows.subquery()
    return select(literal(sign).label("sign"), *[lines.c[name] for name in _WHAT])


def _change(row: Mapping[str, Any]) -> Change:
    line = {name: row[name] for name in (*KEYS, *COUNTS)}
    return Change(int(row["sign"]), row["activity_id"], row["dimension"], line)


def _month_of(day: Any) -> ColumnElement[Any]:
    if db.engine.dialect.name == "postgresql":
        return cast(func.date_trunc("month", day), Date)
    return func.date(day, "start of month", type_=Date)


def _month_after(month: Any) -> ColumnElement[Any]:
    if db.engine.dialect.name == "postgresql":
        return cast(month + text("INTERVAL '1 month'"), Date)
    return func.date(month, "+1 month", type_=Date)


def _total(column: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
