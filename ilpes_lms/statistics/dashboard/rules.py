"""What a dashboard asks and what it is answered: plain values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ilpes_lms.statistics.rollups import rules as rollups
from ilpes_lms.statistics.rollups.rules import MEASURES
from ilpes_lms.statistics.rules import SEXES, Period

# Hours are kept in hundredths, so that sums are exact in both databases.
_HUNDRED = Decimal(100)
# Stands in a question for "not on record"; what is answered says None.
UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: a period, and what to keep of it; an empty tuple keeps all.

    Kinds, divisions, topics and modalities choose activities. Countries (of residence), sectors and institutions
    (public ids of organizations) choose people by what they were at the time, so an activity known by headcount is left
    out, and one counts only with somebody who was chosen. Sexes (`women`, `men`, `other`, `not_stated`) choose which
    of the people are counted, in headcounts too, and leave the activities as they are. "" asks for what is not known.
    """

    period: Period
    kinds: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()

    @property
    def asked_of_people(self) -> dict[str, tuple[str, ...]]:
        """What it asks of people that no headcount tells, by what roll-ups name it."""
        return {"country": self.countries, "sector": self.sectors, "organization_id": self.institutions}

    @property
    def of_people(self) -> frozenset[str]:
        """By what of that it chooses people."""
        return frozenset(name for name, values in self.asked_of_people.items() if values)

    @property
    def chooses_people(self) -> bool:
        """Whether it asks for people by what no headcount tells."""
        return bool(self.of_people)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a question is answered for one line of a table; None is "no record", which is not zero (law 13).

    `activities` are those on record and those without; `by_headcount` of them are known by headcount, with
    `headcounted` of the participations. `left_out` activities have nobody on record here, so a question for people by
    country, sector or institution can't be answered of them. `decided` participations have an outcome, `completed` of
    them a good one. Hours of activities whose hours are not known (`without_hours`) are missing from both sums.
    `persons` are distinct, of activities on record by people; they add up to nothing, so `persons()` tells them apart.
    """

    activities: int = 0
    without_record: int = 0
    by_headcount: int = 0
    headcounted: int = 0
    left_out: int = 0
    participations: int | None = 0
    women: int | None = 0
    men: int | None = 0
    other: int | None = 0
    not_stated: int | None = 0
    completed: int = 0
    decided: int = 0
    certificates: int = 0
    activity_hours: Decimal = Decimal(0)
    without_hours: int = 0
    person_hours: Decimal = Decimal(0)
    persons: int | None = None


@dataclass(frozen=True, slots=True)
class Institution:
    """One line of the table by institution; `ref` and `name` are None for people of none on the list."""

    ref: str | None
    name: str | None
    country: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """An activity behind a figure, with its part of it; its title as statistics print it."""

    ref: str
    title: str
    kind: str
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    hours: Decimal | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that occur in a period, most participations first where people have them, else by code."""

    countries: list[str]
    sectors: list[str]
    divisions: list[str]
    topics: list[str]
    modalities: list[str]


def cells_for(question: Question, told_apart: frozenset[str]) -> str:
    """Return the dimension with the fewest cells that tell apart what is asked for and what lines are made by."""
    needed = question.of_people | told_apart
    return next(dimension for dimension, keys in rollups.CELLS.items() if needed <= set(keys))


def has_one_cell_each(question: Question) -> bool:
    """Return whether no activity has more than one cell that answers a question."""
    return all(len(question.asked_of_people[name]) == 1 for name in rollups.CELLS[cells_for(question, frozenset())])


def months_for(question: Question, key: str) -> str | None:
    """Return the dimension in which the months' lines answer a question by a key, None if only cells do.

    Months are not told apart by division, topic or modality, and people in them by two things only as country and
    sector, of which the one that is not the key must be one value: lines of several would count an activity twice.
    """
    if question.divisions or question.topics or question.modalities:
        return None
    others = question.of_people - {key}
    if others and max(len(question.countries if other == "country" else question.sectors) for other in others) != 1:
        return None
    told = others | {key}
    found = next((dimension for dimension, keys in rollups.MONTHS.items() if set(keys) == told), None)
    return None if question.kinds and found == rollups.ORGANIZATION else found


def figures(sums: Mapping[str, int], sexes: tuple[str, ...]) -> Figures:
    """Return the figures that sums by sex make for the sexes asked for; none is all."""
    asked = sexes or SEXES
    # Activities of which none has a record add up to "no record"; no activities at all add up to zero.
    unknown = sums["recorded"] == 0 and sums["activities"] + sums["left_out"] > 0
    by_sex = {sex: sums[f"{sex}_participations"] if sex in asked else 0 for sex in SEXES}
    completed, decided, certificates = (sum(sums[f"{sex}_{name}"] for sex in asked) for name in MEASURES[1:])
    people = {"participations": sum(by_sex.values()), **by_sex}
    return Figures(
        activities=sums["activities"], without_record=sums["without_record"], by_headcount=sums["by_headcount"],
        headcounted=sum(sums[f"{sex}_headcounted"] for sex in asked), left_out=sums["left_out"],
        completed=completed, decided=decided, certificates=certificates,
        activity_hours=_hours(sums["hours"]), without_hours=sums["without_hours"],
        person_hours=_hours(sum(sums[f"{sex}_hours"] for sex in asked)),
        **dict.fromkeys(people) if unknown else people,
    )  # fmt: skip


def added(lines: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sums of lines, each of which has the same names; what is no number is left out."""
    total: Counter[str] = Counter()
    for line in lines:
        total.update({name: number for name, number in line.items() if isinstance(number, int)})
    return total


def _hours(hundredths: int) -> Decimal:
    return Decimal(hundredths) / _HUNDRED
