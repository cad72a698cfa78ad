"""What is rolled up, by what, and what that makes of sums: plain values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from ilpes_lms.statistics.rules import SEXES, Period

# What is counted of people, each by sex.
MEASURES = ("participations", "completed", "decided", "certificates")
COUNTS = tuple(f"{sex}_{measure}" for measure in MEASURES for sex in SEXES)
HOURS = tuple(f"{sex}_hours" for sex in SEXES)
# What a month adds up of activities, beside the counts of their people.
OF_ACTIVITIES = ("activities", "hours", "without_hours", *HOURS)
SUMS = (*OF_ACTIVITIES, *COUNTS)

# What people are told apart by, and as what stands who is not on record with it or is not told apart by it.
KEYS = {"country": "", "sector": "", "organization_id": 0}
ALL, COUNTRY, SECTOR, INSTITUTION, ORGANIZATION = "all", "country", "sector", "institution", "organization"
COUNTRY_AND_SECTOR = "country_sector"
# An activity's cells. Those by institution tell country and sector too, so they answer whatever is asked of people.
CELLS: dict[str, tuple[str, ...]] = {
    ALL: (),
    COUNTRY: ("country",),
    SECTOR: ("sector",),
    INSTITUTION: ("country", "sector", "organization_id"),
}
# A month's lines, by kind but for organizations, which are too many. By country and sector both, lines of one value of
# the one add up by the other; of more values they do not, as an activity would count several times.
MONTHS: dict[str, tuple[str, ...]] = {
    COUNTRY: ("country",),
    SECTOR: ("sector",),
    ORGANIZATION: ("organization_id",),
    COUNTRY_AND_SECTOR: ("country", "sector"),
}
LINES = CELLS | MONTHS
PLACE = ("dimension", "month", "carried", "kind", *KEYS)

Line: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an activity counts in the months: from which to which, as which kind, with how many hundredths of hours."""

    month: date
    until: date
    kind: str
    hours: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an activity that comes (`sign` 1) or goes (-1); a line that changes goes as it was and comes anew."""

    sign: int
    activity_id: int
    dimension: str
    line: Line


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the month after a day's."""
    return month_of(month_of(day) + timedelta(days=31))


def whole_months(period: Period, as_of: date) -> tuple[date, date]:
    """Return the first whole month of a period, and the first one after its months that are whole and over."""
    first = period.start if period.start.day == 1 else month_after(period.start)
    return first, month_of(min(period.end, as_of) + timedelta(days=1))


def gained(
    changes: Iterable[Change], before: Mapping[int, Standing], after: Mapping[int, Standing]
) -> dict[Place, Counter[str]]:
    """Return what months gain (or lose) by changes of activities' lines, by their places.

    What goes, goes from where its activity stood; what comes, comes to where it stands now.
    """
    found: dict[Place, Counter[str]] = {}
    for change in changes:
        standing = (after if change.sign > 0 else before).get(change.activity_id)
        if standing is not None and change.dimension in MONTHS:
            signed = {name: change.sign * number for name, number in _sums(change.line, standing).items()}
            for place in _places(change, standing):
                found.setdefault(place, Counter()).update(signed)
    return {place: sums for place, sums in found.items() if any(sums.values())}


def _places(change: Change, standing: Standing) -> Iterator[Place]:
    """Yield where an activity's line counts: in the month in which it began, and carried into each later one."""
    kind = "" if change.dimension == ORGANIZATION else standing.kind
    month, keys = standing.month, tuple(change.line[key] for key in KEYS)
    while month <= standing.until:
        yield (change.dimension, month, month > standing.month, kind, *keys)
        month = month_after(month)


def _sums(line: Line, standing: Standing) -> dict[str, int]:
    hours = standing.hours or 0
    return {
        "activities": 1,
        "hours": hours,
        "without_hours": int(standing.hours is None),
        **{f"{sex}_hours": hours * line[f"{sex}_participations"] for sex in SEXES},
        **{name: line[name] for name in COUNTS},
    }
