"""What counts, and how it adds up: plain values in, plain values out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ilpes_lms.catalogue.errors import DateNotPlausible
from ilpes_lms.catalogue.rules.values import is_plausible
from ilpes_lms.core.text import N_
from ilpes_lms.statistics.errors import PeriodReversed

# The annex's order, and the table in which each kind stands there.
TABLES = {
    "national_restricted": "A1.1",
    "webinar": "A1.2",
    "international_open": "A1.3",
    "other_division": "A1.4",
}
KINDS = tuple(TABLES)
TABLE_TITLES = {
    "national_restricted": N_("National distance-learning courses restricted to a limited number of participants"),
    "webinar": N_("Webinars and seminars"),
    "international_open": N_("International distance-learning courses open to all"),
    "other_division": N_("Distance-learning courses by other ECLAC divisions"),
}
# The same, as short as a chart asks for.
SHORT_TITLES = {
    "national_restricted": N_("Restricted national courses"),
    "webinar": N_("Webinars and seminars"),
    "international_open": N_("International open courses"),
    "other_division": N_("Courses of other divisions"),
}
SEX_LABELS = {"women": N_("Women"), "men": N_("Men"), "other": N_("Other"), "not_stated": N_("Not stated")}
STATE_LABELS = {"queued": N_("Being compiled"), "done": N_("Kept"), "failed": N_("Could not be compiled")}
STATE_TONES = {"queued": "waiting", "done": "good", "failed": "wrong"}

# Women before men, as in the report; a confirmed enrolment whose sex is not there counts as not stated.
SEXES = ("women", "men", "other", "not_stated")
_SEX_OF_CODE = {"female": "women", "male": "men", "other": "other"}

_YEAR_BEGINS = (6, 1)
PERIOD_LABELS = {
    "published": N_("Year of the last report"),
    "last_year": N_("Last reporting year"),
    "this_year": N_("Reporting year so far"),
    "twelve_months": N_("Last 12 months"),
}

# Which people of an activity took part; printed with every table. A change of the words is a new version.
RULE_VERSION = 1
CONFIRMED = "confirmed"
PRINTED = "printed"
DEFINITIONS = {
    CONFIRMED: N_(
        "Participations in activities whose dates overlap the period and that had begun by the day of compilation. "
        "Where people are on record: confirmed enrolments, with sex as stated when the place was confirmed. "
        "Where only a headcount is on record: the headcount. Drafts and cancelled activities are left out. "
        "An activity without a record of participants counts as an activity, not as zero participants."
    ),
    PRINTED: N_(
        "Numbers as the document printed them, by the definition it followed; its activities are not on record here. "
        "What it did not print is not known, which is not zero."
    ),
}

RULE_NAMES = {CONFIRMED: N_("Confirmed enrolments and headcounts"), PRINTED: N_("As printed in the document")}


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both inside."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodReversed(field="to")


# The period of the newest activities report, and the document that published its figures.
PUBLISHED = Period(date(2021, 6, 1), date(2022, 5, 31))
PUBLISHED_IN = "LC/MDCRP.29/3"


def period_between(start: date, end: date) -> Period:
    """Return a period that something can be on record of; raises DateNotPlausible and PeriodReversed."""
    for field, day in (("from", start), ("to", end)):
        if not is_plausible(day):
            raise DateNotPlausible(field=field)
    return Period(start, end)


def reporting_year(day: date) -> Period:
    """Return the institute's reporting year that a day is in; it begins on 1 June."""
    year = day.year if (day.month, day.day) >= _YEAR_BEGINS else day.year - 1
    begins, next_begins = (date(one, *_YEAR_BEGINS) for one in (year, year + 1))
    return Period(begins, next_begins - timedelta(days=1))


def is_reporting_year(period: Period) -> bool:
    """Say whether a period is one of the institute's reporting years, whole."""
    return period == reporting_year(period.start)


def periods_offered(today: date) -> dict[str, Period]:
    """Return the periods that coordinators ask for most."""
    reporting = reporting_year(today).start
    year = reporting.year
    year_ago = today.replace(year=today.year - 1, day=min(today.day, 28))
    return {
        "published": PUBLISHED,
        "last_year": Period(reporting.replace(year=year - 1), reporting - timedelta(days=1)),
        "this_year": Period(reporting, today),
        "twelve_months": Period(year_ago + timedelta(days=1), today),
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """How many took part in one activity."""

    women: int = 0
    men: int = 0
    other: int = 0
    not_stated: int = 0

    @property
    def total(self) -> int:
        return self.women + self.men + self.other + self.not_stated


@dataclass(frozen=True, slots=True)
class Line:
    """One activity as a table prints it; `counts` None is "no record", which is not zero (law 13)."""

    kind: str
    title: str
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    dates_as_published: str | None
    location: str | None
    country: str | None
    hours: Decimal | None
    counts: Counts | None
    by_people: bool
    ref: str = ""


def belongs(starts_on: Any, ends_on: Any, period: Period, as_of: date) -> Any:
    """Return whether an activity belongs to a period: its dates overlap it, and it has begun.

    Takes days and answers with a truth; takes columns and answers with a condition, so that there is one rule.
    """
    return (starts_on <= period.end) & (ends_on >= period.start) & (starts_on <= as_of)


def sex_of(code: str | None) -> str:
    """Return under which heading a sex is counted."""
    return _SEX_OF_CODE.get(code or "", "not_stated")


def title_of(titles: Mapping[str, str], languages: Sequence[str]) -> str:
    """Return the title that statistics print: in a language the activity was given in, as the report does."""
    known = [code for code in (*languages, "es", "en") if titles.get(code)]
    return titles[known[0]] if known else next(iter(titles.values()))


def counts_of(numbers_by_code: Iterable[tuple[str | None, int]]) -> Counts:
    """Return the counts of people grouped by their sex's code."""
    numbers = dict.fromkeys(SEXES, 0)
    for code, number in numbers_by_code:
        numbers[sex_of(code)] += number
    return Counts(**numbers)


def share(part: int | None, whole: int | None) -> int | None:
    """Return a part as whole percent, rounded half up as the report does; None where nothing can be divided."""
    if part is None or not whole:
        return None
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def totals_of_share(part: int, percent: int) -> range:
    """Return the totals of which a part is so many per cent, rounded half up."""
    # At least half a per cent below what is printed, and less than half a per cent above it.
    most, fewest = Fraction(200 * part, 2 * percent - 1), Fraction(200 * part, 2 * percent + 1)
    return range(int(fewest) + 1, int(most) + 1)


def canonical(result: Mapping[str, Any]) -> str:
    """Return the one text that values have: sorted keys, no spaces."""
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return lines in the order of the annex's tables; within a table they keep the order they have."""
    return sorted(lines, key=lambda line: KINDS.index(line.kind))


def reaching_out(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the activities that began before the period or ended after it, which a neighbouring one counts too."""
    start, end = result["period"]["start"], result["period"]["end"]
    return [one for one in result["activities"] if one["dates"]["start"] < start or one["dates"]["end"] > end]


def compilation(
    period: Period, lines: Sequence[Line], persons: Mapping[str | None, int], definition: str = CONFIRMED
) -> dict[str, Any]:
    """Return the tables of a period; `persons` are the distinct ones by kind, those of all kinds under None."""
    ordered = in_order(lines)
    kinds = {kind: [line for line in ordered if line.kind == kind] for kind in KINDS}
    return {
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "definition": {"code": definition, "text": DEFINITIONS[definition]},
        "totals": _totals(ordered, persons.get(None, 0)),
        "by_kind": {kind: _totals(kinds[kind], persons.get(kind, 0)) for kind in KINDS},
        "activities": [_activity(line) for line in ordered],
    }


def _totals(lines: Sequence[Line], persons: int) -> dict[str, int | None]:
    counted = [line.counts for line in lines if line.counts is not None]
    # Activities of which none has a record add up to "no record"; no activities at all add up to zero.
    unknown = bool(lines) and not counted
    by_people = sum(line.by_people for line in lines)
    return {
        "activities": len(lines),
        "without_record": len(lines) - len(counted),
        "participations": None if unknown else sum(counts.total for counts in counted),
        **{sex: None if unknown else sum(getattr(counts, sex) for counts in counted) for sex in SEXES},
        "persons": persons if by_people else None,
        "activities_without_persons": len(lines) - by_people,
    }


def _activity(line: Line) -> dict[str, Any]:
    counts = line.counts
    return {
        "kind": line.kind,
        "title": line.title,
        "dates": {
            "start": line.starts_on.isoformat(),
            "end": line.ends_on.isoformat(),
            "start_precision": line.start_precision,
            "end_precision": line.end_precision,
            "text": line.dates_as_published or _dates(line),
        },
        "location": line.location,
        "country": line.country,
        "hours": _plain(line.hours),
        **{sex: getattr(counts, sex) if counts else None for sex in SEXES},
        "total": counts.total if counts else None,
    }


def _dates(line: Line) -> str:
    """Return dates no report has printed, in the form that is the same in every language: 2027-04-06/2027-05."""
    first, last = _day(line.starts_on, line.start_precision), _day(line.ends_on, line.end_precision)
    return first if first == last else f"{first}/{last}"


def _day(value: date, precision: str) -> str:
    return value.isoformat() if precision == "day" else f"{value:%Y-%m}"


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
