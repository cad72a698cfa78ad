"""Linear programmes, solved by HiGHS: the one place that knows it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Smaller than what this tells apart is the noise of computing with floating point.
NOISE = 1e-6
# From one solution to the next; the true numbers always are one.
_PRIMAL = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A sum of unknowns between two bounds, with its true value.

    With a price, it may leave its bounds by so much a unit, but not fall below `least`.
    """

    terms: Sequence[int]
    value: int
    lower: float
    upper: float
    least: int = 0
    price: float | None = None


class Programme:
    """Unknowns that are not negative, under rows that bind them, beginning with what they truly are.

    Of the rows that are watched, the least and the greatest that each was in a solution are kept.
    """

    def __init__(self, true: Sequence[int], rows: Sequence[Row]) -> None:
        # It is large, and only who publishes needs it.
        import highspy

        self._true, self._rows = true, list(rows)
        self._bounds = [(row.lower, row.upper) for row in rows]
        self._infinite = highspy.kHighsInf
        self._optimal = highspy.HighsModelStatus.kOptimal
        # Each row with a price has two more unknowns: by how much it is above its bounds, and below.
        self._slack = {place: len(true) + 2 * n for n, place in enumerate(_priced(rows))}
        self._watched: Sequence[int] = ()
        self._solver = _quiet(highspy)
        for name, value in (("threads", 1), ("simplex_strategy", _PRIMAL)):
            self._solver.setOptionValue(name, value)
        self._solver.passModel(self._model(highspy))
        self.least = [float(row.value) for row in rows]
        self.greatest = [float(row.value) for row in rows]

    def watch(self, rows: Sequence[int], moving: Container[int]) -> None:
        """Watch some rows, and let only some unknowns be other than what they truly are."""
        self._watched = rows
        for column, value in enumerate(self._true):
            bounds = (0.0, self._infinite) if column in moving else (value, value)
            self._solver.changeColBounds(column, *bounds)

    def free(self, place: int) -> None:
        """Let a row take any value from its least on; it has no price any more."""
        self._bounds[place] = (self._rows[place].least, self._infinite)
        self._solver.changeRowBounds(place, *self._bounds[place])
        slack = self._slack.pop(place)
        for column in (slack, slack + 1):
            self._solver.changeColBounds(column, 0.0, 0.0)

    def cheapest(self, place: int, lower: float, upper: float) -> list[int] | None:
        """Return which priced rows leave their bounds, at the least price, for a row to lie between others.

        None where nothing makes it lie there.
        """
        before = self._bounds[place]
        self._solver.changeRowBounds(place, max(lower, before[0]), min(upper, before[1]))
        solved = self._solve()
        self._solver.changeRowBounds(place, *before)
        if solved is None:
            return None
        columns, rows = solved
        left = [row for row, slack in self._slack.items() if columns[slack] + columns[slack + 1] > NOISE]
        self._keep(rows, {row: columns[self._slack[row]] - columns[self._slack[row] + 1] for row in left})
        return left

    def furthest(self, place: int, sign: int) -> float:
        """Return the least (sign 1) or greatest (sign -1) that a row can be, whatever price is paid."""
        self._price(dict.fromkeys(self._rows[place].terms, float(sign)), paid=0.0)
        solved = self._solve()
        self._price(dict.fromkeys(self._rows[place].terms, 0.0), paid=1.0)
        if solved is None:
            return self._infinite * sign
        return float(solved[1][place])

    def _solve(self) -> tuple[Any, Any] | None:
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            return None
        found = self._solver.getSolution()
        return found.col_value, found.row_value

    def _keep(self, rows: Any, moved: Mapping[int, float]) -> None:
        for place in self._watched:
            there = rows[place] + moved.get(place, 0.0)
            self.least[place] = min(self.least[place], there)
            self.greatest[place] = max(self.greatest[place], there)

    def _price(self, costs: Mapping[int, float], *, paid: float) -> None:
        for column, cost in costs.items():
            self._solver.changeColCost(column, cost)
        for place, slack in self._slack.items():
            for column in (slack, slack + 1):
                self._solver.changeColCost(column, paid * (self._rows[place].price or 0.0))

    def _model(self, highspy: Any) -> Any:
        made, slacks = highspy.HighsLp(), len(self._slack)
        made.num_col_, made.num_row_ = len(self._true) + 2 * slacks, len(self._rows)
        prices = [self._rows[place].price for place in self._slack for _side in range(2)]
        made.col_cost_ = [0.0] * len(self._true) + prices
        made.col_lower_ = [0.0] * made.num_col_
        falls = [(self._infinite, float(row.value - row.least)) for row in map(self._rows.__getitem__, self._slack)]
        made.col_upper_ = [self._infinite] * len(self._true) + [bound for both in falls for bound in both]
        made.row_lower_ = [max(row.lower, -self._infinite) for row in self._rows]
        made.row_upper_ = [min(row.upper, self._infinite) for row in self._rows]
        starts, columns, values = [0], list[int](), list[float]()
        for place, row in enumerate(self._rows):
            columns += row.terms
            values += [1.0] * len(row.terms)
            if place in self._slack:
                columns += [self._slack[place], self._slack[place] + 1]
                values += [-1.0, 1.0]
            starts.append(len(columns))
        made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        made.a_matrix_.start_, made.a_matrix_.index_, made.a_matrix_.value_ = starts, columns, values
        return made


def _quiet(highspy: Any) -> Any:
    """Return a solver that does not print its name and licence where programs read."""

    class Quiet(highspy.Highs):  # type: ignore[misc]
        def __init__(self) -> None:
            # Past the constructor that prints.
            super(highspy.Highs, self).__init__()
            self.setOptionValue("output_flag", False)

    return Quiet()


def _priced(rows: Sequence[Row]) -> list[int]:
    return [place for place, row in enumerate(rows) if row.price is not None]
