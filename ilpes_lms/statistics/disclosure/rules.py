"""What is counted across, in which tables, and which cells are too small to be published."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ilpes_lms.core.text import N_
from ilpes_lms.statistics.rules import KINDS

# A cell of one to four people is not published, nor is one that would give it away.
SMALL = range(1, 5)
WIDTH = 5
POLICY_VERSION = 1
POLICY = N_(
    "Cells of 1 to 4 people are hidden, and as many others as it takes that no hidden one can be computed from totals, "
    "from other tables or from other releases: what is hidden could be any number from 1 to 4, or lies in a range of "
    "at least 5. All hidden cells carry the same mark. Zeros are published, except where one is hidden to protect "
    "another cell; a row that is not listed is zero."
)
# The few who state another sex, or none, stand in one column: two would nearly always be hidden.
SEX_COLUMNS = ("women", "men", "other_or_not_stated")
COLUMN_OF_SEX = {"women": "women", "men": "men", "other": "other_or_not_stated", "not_stated": "other_or_not_stated"}
OTHER_OR_NOT_STATED = N_("Other or not stated")
TOTAL, UNKNOWN, OTHERS = "total", "unknown", "others"
COUNTRY, SECTOR, INSTITUTION = "country", "sector", "institution"
ATTRIBUTES = (COUNTRY, SECTOR, INSTITUTION)
# An institution has a line of its own from so many participations on, and so many of them have.
LISTED_FROM, LONGEST_LIST = 10, 20

Cell: TypeAlias = tuple[str, str]
Counted: TypeAlias = Counter[tuple[str, str]]
OwnCells: TypeAlias = Counter[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Activity:
    """How many took part in one activity: by attribute, then by row and column of sex."""

    kind: str
    counts: Mapping[str, Counted]


# Which columns of an attribute are published: from what is best to what is always safe, which is none.
_BY_SEX, _BY_KIND = (*SEX_COLUMNS, TOTAL), (*SEX_COLUMNS, *KINDS, TOTAL)
PLANS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    COUNTRY: (_BY_KIND, _BY_SEX, (TOTAL,), ()),
    SECTOR: (_BY_SEX, (TOTAL,), ()),
    INSTITUTION: (_BY_SEX, (TOTAL,), ()),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """The tables of one attribute in one release: what was counted, which rows are listed, what is published.

    `cells` are all that the tables have, with their true numbers; those in `hidden` carry a mark instead.
    """

    activities: Mapping[str, tuple[str, Counted]]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    hidden: frozenset[Cell] = frozenset()
    cells: Mapping[Cell, int] = field(default_factory=dict)

    def row_of(self, row: str) -> str:
        """Return under which row of these tables somebody is counted."""
        return row if row in self.rows else OTHERS


def edition(
    attribute: str,
    activities: Mapping[str, Activity],
    columns: tuple[str, ...],
    rows: Iterable[str] | None = None,
    hidden: Iterable[Cell] | None = None,
) -> Edition:
    """Return the tables of an attribute with these columns.

    Without `rows`, it lists those that today's rule lists; without `hidden`, only small cells are hidden.
    """
    counted = {ref: (one.kind, one.counts[attribute]) for ref, one in activities.items()}
    chosen = listed(attribute, activities) if rows is None else tuple(rows)
    made = Edition(counted, chosen if columns else (), columns)
    cells = _cells(made)
    small = (cell for cell, number in cells.items() if number in SMALL)
    return replace(made, hidden=frozenset(small if hidden is None else hidden), cells=cells)


def listed(attribute: str, activities: Mapping[str, Activity]) -> tuple[str, ...]:
    """Return the rows of an attribute's tables; of institutions only the largest have one."""
    numbers: Counter[str] = Counter()
    for one in activities.values():
        for (row, _column), number in one.counts[attribute].items():
            numbers[row] += number
    if attribute != INSTITUTION:
        return tuple(sorted(row for row, number in numbers.items() if number))
    large = [row for row, number in numbers.items() if number >= LISTED_FROM and row not in (UNKNOWN, OTHERS)]
    named = sorted(large, key=lambda row: (-numbers[row], row))[:LONGEST_LIST]
    rest = any(number for row, number in numbers.items() if row not in (UNKNOWN, *named))
    return (*sorted(named), *([OTHERS] if rest else []), *([UNKNOWN] if numbers[UNKNOWN] else []))


def named_in(activities: Mapping[str, Activity]) -> set[str]:
    """Return the institutions that have a row of their own."""
    return set(listed(INSTITUTION, activities)) - {OTHERS, UNKNOWN}


def column_totals(activities: Mapping[str, tuple[str, Counted]]) -> Counter[str]:
    """Return how many stand in each column, of whatever row: known to all from the tables by activity and sex."""
    totals: Counter[str] = Counter()
    for kind, counted in activities.values():
        for (_row, column), number in counted.items():
            totals[column] += number
            totals[kind] += number
            totals[TOTAL] += number
    return totals


def own_cells(one: Activity, lines: Mapping[str, Collection[str]]) -> OwnCells:
    """Return what one activity adds to each cell, by attribute, row and column; `lines` are rows of their own."""
    found: OwnCells = Counter()
    for attribute, counted in one.counts.items():
        for (row, column), number in counted.items():
            rows = {row} if row in (*lines[attribute], UNKNOWN) else {row, OTHERS}
            found.update({(attribute, of, name): number for of in rows for name in (column, one.kind, TOTAL)})
    return found


def participations(activities: Mapping[str, Activity]) -> int:
    """Return how many took part in all."""
    return sum(one.counts[COUNTRY].total() for one in activities.values())


def floor(attribute: str, row: str) -> int:
    """Return how many a row that is listed has at least."""
    return LISTED_FROM if attribute == INSTITUTION and row not in (OTHERS, UNKNOWN) else 1


def as_kept(activities: Mapping[str, Activity]) -> dict[str, Any]:
    """Return true counts as they are kept beside a release."""
    return {ref: {"kind": one.kind, **_kept_counts(one)} for ref, one in activities.items()}


def from_kept(kept: Mapping[str, Any]) -> dict[str, Activity]:
    """Return true counts from what was kept beside a release."""
    return {ref: Activity(one["kind"], {name: _counted(one[name]) for name in ATTRIBUTES}) for ref, one in kept.items()}


def _kept_counts(one: Activity) -> dict[str, Any]:
    return {name: sorted([*cell, number] for cell, number in one.counts[name].items()) for name in ATTRIBUTES}


def _counted(kept: Iterable[tuple[str, str, int]]) -> Counted:
    return Counter({(row, column): number for row, column, number in kept})


def _cells(made: Edition) -> dict[Cell, int]:
    cells = {(row, column): 0 for row in made.rows for column in made.columns}
    known = column_totals(made.activities)
    for kind, counted in made.activities.values():
        for (row, column), number in counted.items():
            for name in {column, kind, TOTAL} & set(made.columns):
                cells[made.row_of(row), name] += number
    # Where nobody stands in a whole column, everybody knows that each of its cells is zero.
    return {(row, column): number for (row, column), number in cells.items() if known[column]}
