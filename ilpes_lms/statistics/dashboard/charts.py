"""Charts as plain values: columns beside each other, and a map of tiles with the classes that shade them."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

# Where each country stands, by column and row, so that neighbours are neighbours as far as squares allow. The member
# States of ECLAC in the region and its associate members, by alpha-3 code.
_ROWS = (
    ".    .    .    .    BHS  .    .    .    BMU",
    "MEX  .    .    CUB  .    TCA  .    VGB  AIA",
    ".    BLZ  CYM  JAM  HTI  DOM  PRI  VIR  SXM",
    "GTM  HND  .    .    .    .    .    KNA  ATG",
    "SLV  NIC  .    .    .    .    .    MSR  GLP",
    ".    CRI  .    ABW  CUW  .    .    DMA  MTQ",
    ".    .    PAN  .    TTO  GRD  VCT  LCA  BRB",
    ".    .    .    COL  VEN  GUY  SUR  GUF  .",
    ".    .    .    ECU  PER  BRA  .    .    .",
    ".    .    .    .    BOL  PRY  .    .    .",
    ".    .    .    CHL  ARG  URY  .    .    .",
)
PLACES: Mapping[str, tuple[int, int]] = {
    code: (column, row) for row, line in enumerate(_ROWS) for column, code in enumerate(line.split()) if code != "."
}
MAP_COLUMNS, MAP_ROWS = len(_ROWS[0].split()), len(_ROWS)
# Where the map leaves room for the meaning of its shades.
LEGEND_ROW = 8
DEEPEST = 5
# Each ladder climbs faster than the one before; the first that needs few enough classes is taken.
_LADDERS = ((1, 2, 5), (1, 5), (1,))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the classes that give its look, its length, the text beside it; a number None has no bar."""

    look: str
    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows of bars on one scale; the longest takes so much of the width, in per cent, the rest is for its text."""

    rows: Sequence[tuple[str, Sequence[Bar]]]
    longest: int = 24
    shape: str = "bars"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column: the classes that give its look, and how many it stands for."""

    look: str
    number: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of parts, the lowest first; the lines beneath it, and the text on top. Without parts, no record."""

    labels: Sequence[str]
    parts: Sequence[Part]
    text: str

    @property
    def total(self) -> int:
        return sum(part.number for part in self.parts)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns beside each other, on one scale, and what their looks mean."""

    columns: Sequence[Column]
    legend: Sequence[tuple[str, str]] = field(default_factory=tuple)
    shape: str = "columns"

    @property
    def most(self) -> int:
        return max((column.total for column in self.columns), default=0) or 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A country of the map: where it stands, its class (0: nobody), and how many, as short as a tile is narrow."""

    code: str
    column: int
    row: int
    shade: int
    text: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """A map of tiles and what their shades mean."""

    tiles: Sequence[Tile]
    legend: Sequence[tuple[int, str]]
    shape: str = "tiles"
    columns: int = MAP_COLUMNS
    rows: int = MAP_ROWS
    legend_row: int = LEGEND_ROW


def classes(numbers: Iterable[int]) -> list[int]:
    """Return where each class of a map begins, from 1 up, for numbers that are to be told apart by at most five shades.

    The bounds are round numbers that people remember; each class but the first holds at least one country's order of
    size. Where nobody is, there is no class.
    """
    most = max(numbers, default=0)
    found = (_bounds(steps, most) for steps in _LADDERS)
    fitting = next((bounds for bounds in found if len(bounds) <= DEEPEST), None)
    return fitting if fitting is not None else [1, *_bounds(_LADDERS[-1], most)[1 - DEEPEST :]]


def shade(number: int, bounds: Sequence[int]) -> int:
    """Return the class of a number: 0 for nobody, then 1 and up."""
    return bisect_right(bounds, number)


def ranges(bounds: Sequence[int]) -> list[tuple[int, int | None]]:
    """Return the first and the last number of each class; the last class is open."""
    ends = [bound - 1 for bound in bounds[1:]]
    return list(zip(bounds, [*ends, None][: len(bounds)], strict=True))


def _bounds(steps: Sequence[int], most: int) -> list[int]:
    decades = (10**power for power in range(len(str(most))))
    return list(takewhile(lambda bound: bound <= most, (decade * step for decade in decades for step in steps)))
