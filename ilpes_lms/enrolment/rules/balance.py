"""How those who are chosen compare with those who applied: plain values in, lines of a table out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ilpes_lms.enrolment.rules.standings import HOLDING

# What the balance is about; of the last two only the largest are shown one by one.
ATTRIBUTES = ("sex", "country", "sector", "institution")
_MANY = frozenset({"country", "institution"})
MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """What the balance asks of one application; None is unknown."""

    ref: str
    state: str
    sex: str
    country: str | None = None
    sector: str | None = None
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """One value of an attribute: how many applied with it, and how many of them are chosen.

    `value` None is unknown. `others` says of how many values this line is the sum, 0 of one alone.
    """

    value: str | None
    applied: int
    chosen: int
    others: int = 0


Balance = dict[str, list[Meter]]


def holding(facts: Iterable[Fact]) -> frozenset[str]:
    """Return who holds a place: the confirmed and those it is offered to."""
    return frozenset(fact.ref for fact in facts if fact.state in HOLDING)


def balance(facts: Sequence[Fact], chosen: frozenset[str]) -> Balance:
    """Return, attribute by attribute, how many applied and how many of them are chosen."""
    return {attribute: _lines(facts, chosen, attribute) for attribute in ATTRIBUTES}


def share(part: int, whole: int) -> int | None:
    """Return a part in hundredths of the whole, None of nothing."""
    return round(100 * part / whole) if whole else None


def _lines(facts: Sequence[Fact], chosen: frozenset[str], attribute: str) -> list[Meter]:
    applied = Counter(getattr(fact, attribute) or None for fact in facts)
    taken = Counter(getattr(fact, attribute) or None for fact in facts if fact.ref in chosen)
    # The most frequent first, equal ones by their code; unknown at the end.
    ordered = sorted(applied, key=lambda value: (value is None, -applied[value], value or ""))
    lines = [Meter(value, applied[value], taken[value]) for value in ordered]
    return _shortened(lines) if attribute in _MANY else lines


def _shortened(lines: list[Meter]) -> list[Meter]:
    known = [line for line in lines if line.value is not None]
    if len(known) <= MOST_LINES + 1:
        return lines
    rest = known[MOST_LINES:]
    others = Meter("", sum(line.applied for line in rest), sum(line.chosen for line in rest), others=len(rest))
    return [*known[:MOST_LINES], others, *(line for line in lines if line.value is None)]
