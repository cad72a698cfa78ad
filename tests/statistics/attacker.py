"""Somebody who reads all that was published and solves the linear programme over it, activity by activity.

Written apart from what protects: it knows the tables by activity and sex of every release, the cells that are shown,
which rows are listed, that numbers of people are not negative, and how many of each sex came to an activity and left it
from one release to the next, which is more than anybody can know.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence

import highspy

from ilpes_lms.statistics.disclosure import rules
from ilpes_lms.statistics.disclosure.rules import SEX_COLUMNS, SMALL, WIDTH, Cell, Edition

NOISE = 1e-5


class Attacker:
    """All relations over the published releases of one attribute; `reads` leaves out what is hidden."""

    def __init__(self, attribute: str, releases: Sequence[Edition]) -> None:
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._attribute, self._releases = attribute, [one for one in releases if one.columns]
        self._rows = sorted({row for one in self._releases for row in one.rows} | {rules.OTHERS})
        self._unknown: dict[tuple[int, str, str, str], int] = {}
        self._know_activities()
        self._know_who_stayed()
        self._cells = {
            (place, cell): self._terms(place, cell) for place, one in enumerate(self._releases) for cell in one.cells
        }
        self._read_tables()

    def possible(self, place: int, cell: Cell) -> tuple[float, float]:
        """Return between which numbers a cell must lie."""
        terms = self._cells[place, cell]
        return self._furthest(terms, 1), self._furthest(terms, -1)

    def found(self) -> list[tuple[int, Cell, int, tuple[float, float]]]:
        """Return the hidden cells of which more is known than should be."""
        told = []
        for place, one in enumerate(self._releases):
            for cell in sorted(one.hidden):
                number, (low, high) = one.cells[cell], self.possible(place, cell)
                assert low - NOISE <= number <= high + NOISE
                small = number in SMALL
                known = low > SMALL[0] + NOISE or high < SMALL[-1] - NOISE if small else high - low < WIDTH - NOISE
                if known:
                    told.append((place, cell, number, (low, high)))
        return told

    def _furthest(self, terms: list[int], sign: int) -> float:
        for column in range(self._solver.getNumCol()):
            self._solver.changeColCost(column, 0.0)
        for column in terms:
            self._solver.changeColCost(column, float(sign))
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "what is published is true"
        return sign * self._solver.getObjectiveValue()

    def _new(self) -> int:
        self._solver.addVar(0.0, highspy.kHighsInf)
        return self._solver.getNumCol() - 1

    def _bind(self, low: float, high: float, terms: dict[int, float]) -> None:
        self._solver.addRow(low, high, len(terms), list(terms), list(terms.values()))

    def _row(self, row: str) -> str:
        return row if row in self._rows else rules.OTHERS

    def _counts(self, place: int, ref: str) -> Counter[Cell]:
        counts: Counter[Cell] = Counter()
        for (row, sex), number in self._releases[place].activities[ref][1].items():
            counts[self._row(row), sex] += number
        return counts

    def _know_activities(self) -> None:
        for place, one in enumerate(self._releases):
            for ref in one.activities:
                counts = self._counts(place, ref)
                for sex in SEX_COLUMNS:
                    terms = {}
                    for row in self._rows:
                        terms[self._unknown.setdefault((place, ref, row, sex), self._new())] = 1.0
                    headcount = sum(number for (_row, its), number in counts.items() if its == sex)
                    self._bind(headcount, headcount, terms)

    def _know_who_stayed(self) -> None:
        versions = defaultdict(list)
        for place, one in enumerate(self._releases):
            for ref in one.activities:
                versions[ref].append(place)
        for ref, places in versions.items():
            for before, now in itertools.pairwise(places):
                for sex in SEX_COLUMNS:
                    self._know_moves(ref, sex, before, now)

    def _know_moves(self, ref: str, sex: str, before: int, now: int) -> None:
        was, is_now = self._counts(before, ref), self._counts(now, ref)
        came, went = {}, {}
        for row in self._rows:
            old, new = self._unknown[before, ref, row, sex], self._unknown[now, ref, row, sex]
            plus, minus = self._new(), self._new()
            self._bind(0, 0, {new: 1.0, old: -1.0, plus: -1.0, minus: 1.0})
            self._bind(0, highspy.kHighsInf, {old: 1.0, minus: -1.0})
            came[plus], went[minus] = 1.0, 1.0
        moves = [is_now[row, sex] - was[row, sex] for row in self._rows]
        for terms, number in ((came, sum(n for n in moves if n > 0)), (went, -sum(n for n in moves if n < 0))):
            self._bind(number, number, terms)

    def _terms(self, place: int, cell: Cell) -> list[int]:
        one, (shown, column) = self._releases[place], cell
        return [
            unknown
            for (where, ref, row, sex), unknown in self._unknown.items()
            if where == place and one.row_of(row) == shown
            and column in (sex, one.activities[ref][0], rules.TOTAL)
        ]  # fmt: skip

    def _read_tables(self) -> None:
        for place, one in enumerate(self._releases):
            for (where, _ref, row, _sex), unknown in self._unknown.items():
                if where == place and one.row_of(row) not in one.rows:
                    self._solver.changeColBounds(unknown, 0.0, 0.0)
            for cell, number in one.cells.items():
                terms = dict.fromkeys(self._cells[place, cell], 1.0)
                if cell not in one.hidden:
                    self._bind(number, number, terms)
                elif cell[1] == rules.TOTAL:
                    self._bind(rules.floor(self._attribute, cell[0]), highspy.kHighsInf, terms)
