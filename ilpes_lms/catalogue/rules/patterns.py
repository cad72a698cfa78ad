"""Class sessions that come again: on which days a pattern falls."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ilpes_lms.catalogue.errors import (
    DateNotPlausible,
    DatesReversed,
    PatternEmpty,
    PatternEndless,
    PatternTooLong,
    PatternWithoutWeekday,
    SkippedDateUnreadable,
    TimesEqual,
    TooManyInPattern,
)
from ilpes_lms.catalogue.rules.values import is_plausible

MOST = 100
_MOST_WEEKS = 52
_A_DAY = timedelta(days=1)
_A_WEEK = timedelta(weeks=1)
_DAY_MINUTES = 24 * 60
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Some weekdays (Monday is 0) of every so manieth week, from a first day to a last one, or a number of times.

    Weeks begin on Monday and are counted from that of the first day. Times are those of clocks at the place; an end
    before the beginning is on the day after.
    """

    weekdays: frozenset[int]
    begins: time
    ends: time
    first: date
    last: date | None = None
    number: int | None = None
    every: int = 1
    skipped: frozenset[date] = frozenset()

    @property
    def minutes(self) -> int:
        return (_minute(self.ends) - _minute(self.begins)) % _DAY_MINUTES


def check_pattern(pattern: Pattern) -> None:
    """Refuse what is no pattern, naming the field."""
    if not pattern.weekdays or not pattern.weekdays <= set(range(7)):
        raise PatternWithoutWeekday(field="weekdays")
    if not pattern.minutes:
        raise TimesEqual(field="ends")
    if not 1 <= pattern.every <= _MOST_WEEKS:
        raise PatternTooLong(field="every", most=_MOST_WEEKS)
    for name, day in (("first", pattern.first), ("last", pattern.last)):
        if day is not None and not is_plausible(day):
            raise DateNotPlausible(field=name)
    if pattern.last is None and not pattern.number:
        raise PatternEndless(field="last")
    if pattern.last is not None and pattern.last < pattern.first:
        raise DatesReversed(field="last")
    if pattern.number is not None and not 0 < pattern.number <= MOST:
        raise TooManyInPattern(field="number", most=MOST)


def days_of(pattern: Pattern) -> list[date]:
    """Return the days on which a pattern falls, those to be skipped among them and not counted in its number."""
    check_pattern(pattern)
    found: list[date] = []
    held, day = 0, pattern.first
    monday = pattern.first - pattern.first.weekday() * _A_DAY
    # A pattern by number ends for certain: at most a hundred times and as many skipped days, a year apart each.
    limit = pattern.last or pattern.first + (pattern.number or 0) * pattern.every * _A_WEEK + 2 * _MOST_WEEKS * _A_WEEK
    while day <= limit and (pattern.number is None or held < pattern.number):
        if day.weekday() in pattern.weekdays and (day - monday).days // 7 % pattern.every == 0:
            found.append(day)
            held += day not in pattern.skipped
        if len(found) > 2 * MOST or held > MOST:
            raise TooManyInPattern(field="last", most=MOST)
        day += _A_DAY
    if not held:
        raise PatternEmpty(field="weekdays")
    return found


def beginning(pattern: Pattern, day: date) -> datetime:
    """Return when a pattern begins on a day, by clocks at the place."""
    return datetime.combine(day, pattern.begins)


def dates_in(text: str) -> frozenset[date]:
    """Return the dates that somebody typed, one a line or between commas: 2026-09-18, or 18/09/2026."""
    words = [word for line in text.splitlines() for part in line.split(",") for word in part.split()]
    return frozenset(_date(word) for word in words)


def _date(word: str) -> date:
    for form in _FORMS:
        try:
            return datetime.strptime(word, form).date()  # noqa: DTZ007 - a day, nowhere in particular
        except ValueError:
            continue
    raise SkippedDateUnreadable(field="skipped", value=word)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
