"""Figures, each a ratio to something measured beside it in turn, and the table they make."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    """One thing measured: rounds of its value and of what stands beside it.

    `least` bounds the ratio from below; `most` bounds the value itself from above; neither given, it is only shown.
    """

    name: str
    unit: str
    beside: str
    least: float | None = None
    most: float | None = None
    rounds: list[tuple[float, float]] = field(default_factory=list)

    def add(self, value: float, reference: float) -> None:
        self.rounds.append((value, reference))

    @property
    def value(self) -> float:
        return median(value for value, _ in self.rounds)

    @property
    def reference(self) -> float:
        return median(reference for _, reference in self.rounds)

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def ratios(self) -> list[float]:
        # Both of a round were measured within seconds of each other, so what else the machine did touched both.
        return sorted(value / reference for value, reference in self.rounds)

    @property
    def range(self) -> str:
        return f"{_short(self.ratios[0])} to {_short(self.ratios[-1])}"

    @property
    def bound(self) -> str:
        if self.least is not None:
            return f"ratio ≥ {self.least:g}"
        return f"value ≤ {self.most:g} {self.unit}" if self.most is not None else "none"

    @property
    def met(self) -> bool:
        return (self.least is None or self.ratio >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def verdict(self) -> str:
        if self.least is None and self.most is None:
            return "shown only"
        return "met" if self.met else "NOT MET"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    head = ["Figure", "Value", "Beside it", "Ratio", "Ratio by round", "Bound", ""]
    rows = [head, ["---"] * len(head), *[_row(figure) for figure in figures]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(figure: Figure) -> list[str]:
    return [
        figure.name,
        f"{_short(figure.value)} {figure.unit}",
        f"{_short(figure.reference)} {figure.unit}: {figure.beside}",
        _short(figure.ratio),
        figure.range,
        figure.bound,
        figure.verdict,
    ]


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"
