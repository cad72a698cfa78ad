"""All that the dashboard is answered to one question, and which question it asks where nobody asks another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile
from typing import Any

from ilpes_lms.core.settings import institute_day
from ilpes_lms.people import queries as people
from ilpes_lms.statistics import comparing
from ilpes_lms.statistics import queries as records
from ilpes_lms.statistics.dashboard import queries
from ilpes_lms.statistics.dashboard.rules import Figures, Question
from ilpes_lms.statistics.rules import Period, reporting_year

_YEARS_OFFERED = 6
_YEARS_OF_TREND = 6
# Two days beneath a column take more room than a year.
_PERIODS_OF_TREND = 4
MOST_INSTITUTIONS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: its code (None: not on record), of an institution its name and country, its figures."""

    code: str | None
    figures: Figures
    name: str | None = None
    country: str | None = None


class Answer:
    """What one question is answered; each part is asked for when it is first looked at."""

    def __init__(self, question: Question, breakdown: str = "sector", cursor: str | None = None) -> None:
        self.question = question
        self.breakdown = breakdown
        self._cursor = cursor

    @property
    def totals(self) -> Figures:
        """Return the figures of everything; the trend holds them too, so they are not asked for again."""
        return self.trend[self.question.period]

    @cached_property
    def persons(self) -> Mapping[str | None, int | None]:
        return queries.persons(self.question)

    @cached_property
    def by_kind(self) -> Mapping[str, Figures]:
        return queries.by_kind(self.question)

    @cached_property
    def by_country(self) -> Mapping[str | None, Figures]:
        """Return the figures by country, the largest first."""
        return dict(sorted(queries.by_country(self.question).items(), key=_largest_first))

    @cached_property
    def trend(self) -> Mapping[Period, Figures]:
        """Return the figures of the periods up to this one, from the first that has an activity."""
        found = queries.trend(self.question, periods_before(self.question.period))
        known = dropwhile(lambda pair: not pair[1].activities and pair[0] != self.question.period, found.items())
        return dict(known)

    @property
    def lines(self) -> list[Line]:
        """Return the lines of the breakdown, the largest first; of institutions, one page of them."""
        return self._lines[0]

    @property
    def next_cursor(self) -> str | None:
        """Return where the lines go on."""
        return self._lines[1]

    @cached_property
    def _lines(self) -> tuple[list[Line], str | None]:
        if self.breakdown == "institution":
            page = queries.by_institution(self.question, self._cursor, MOST_INSTITUTIONS)
            return [Line(one.ref, one.figures, one.name, one.country) for one in page.items], page.next_cursor
        found = [Line(code, figures) for code, figures in _CODED[self.breakdown](self.question).items()]
        return sorted(found, key=lambda line: _largest_first((line.code, line.figures))), None

    @cached_property
    def institutions(self) -> Mapping[str, str]:
        """Return the names of the institutions that the question is about."""
        refs = [ref for ref in self.question.institutions if ref]
        return {one.public_id: one.name for one in people.organizations_of(refs)} if refs else {}


def usual_period() -> Period:
    """Return the newest reporting year in which an activity on record began, the present one if there is none."""
    today = institute_day()
    return reporting_year(records.newest_start(today) or today)


def years_offered() -> list[Period]:
    """Return the newest reporting years, the present one first."""
    return _going_back(reporting_year(institute_day()), _YEARS_OFFERED)


def periods_before(period: Period) -> list[Period]:
    """Return a period after those of the same length that come before it, the oldest first."""
    most = _YEARS_OF_TREND if period == reporting_year(period.start) else _PERIODS_OF_TREND
    return _going_back(period, most)[::-1]


def _going_back(period: Period, most: int) -> list[Period]:
    periods = [period]
    while len(periods) < most and (earlier := comparing.before(periods[-1])):
        periods.append(earlier)
    return periods


def _largest_first(line: tuple[str | None, Figures]) -> tuple[int, bool, str]:
    """Return the order of a line: by participations, and in one order where there are as many."""
    code, figures = line
    return -(figures.participations or 0), code is None, code or ""


_CODED: Mapping[str, Callable[[Question], Mapping[Any, Figures]]] = {
    "sector": queries.by_sector,
    "topic": queries.by_topic,
    "division": queries.by_division,
}
BREAKDOWNS = ("sector", "institution", "topic", "division")
