"""Whether the roll-ups that are kept are those that would be made of what is on record."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Select, except_, func, select, true, union_all

from ilpes_lms.core.database import db
from ilpes_lms.statistics.rollups import queries, rules
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark, Month


@dataclass(frozen=True, slots=True)
class Differences:
    """How many activities have other lines than the record says, and how many lines of months are not their sums."""

    activities: int
    months: int

    def __bool__(self) -> bool:
        return bool(self.activities or self.months)


def differences() -> Differences:
    """Return what differs, in two statements, those activities aside that wait to be refreshed."""
    return Differences(
        activities=db.session.scalar(select(func.count(func.distinct(_differing().c.activity_id)))) or 0,
        months=db.session.scalar(select(func.count()).select_from(_unlike(_months_kept(), _months_made()))) or 0,
    )


def _differing() -> FromClause:
    marked = select(Mark.activity_id)
    names = ("dimension", "activity_id", *rules.KEYS, *rules.COUNTS)
    made = queries.from_record(true()).cte("made")
    lines = union_all(*[_picked(queries.lines_of(made, dimension).subquery(), names) for dimension in rules.CELLS])
    cells = _unlike(select(*[getattr(Cell, name) for name in names]), lines)
    standings = ("activity_id", "month", "until", "kind", "hours")
    counted = _unlike(
        select(*[getattr(Counted, name) for name in standings]), _picked(queries.to_be_counted().subquery(), standings)
    )
    found = [select(part.c.activity_id).where(part.c.activity_id.not_in(marked)) for part in (cells, counted)]
    return union_all(*found).subquery()


def _months_kept() -> Any:
    return select(*[getattr(Month, name) for name in (*rules.PLACE, *rules.SUMS)])


def _months_made() -> Any:
    names = (*rules.PLACE, *rules.SUMS)
    return union_all(*[_picked(queries.months_of(dimension).subquery(), names) for dimension in rules.MONTHS])


def _unlike(some: Any, others: Any) -> FromClause:
    """Return the rows that are in one of two and not in the other."""
    pairs = ((some, others), (others, some))
    parts = [except_(select(one.subquery()), select(other.subquery())).subquery() for one, other in pairs]
    return union_all(*[select(part) for part in parts]).subquery()


def _picked(rows: FromClause, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return select(*[rows.c[name] for name in names])
