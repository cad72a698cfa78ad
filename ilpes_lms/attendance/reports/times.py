"""Dates and durations as the platforms write them; whether the day or the month comes first is decided, not guessed."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from ilpes_lms.attendance.errors import ReportDatesAmbiguous
from ilpes_lms.core.text import fold

Order = Literal["day_first", "month_first"]
ORDERS: tuple[Order, ...] = ("day_first", "month_first")
_CENTURY = 2000
_NOON = 12
_LAST_HOUR = 23

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]m)?"
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<b>\d{{1,2}})[-/.](?P<a>\d{{1,2}})[ t]\s*{_CLOCK}(?:z|\+00:00)?$")
_NUMBERS = re.compile(rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<year>\d{{4}}|\d{{2}}),?\s+{_CLOCK}$")
_NAMED = re.compile(rf"(?P<month>[a-z]{{3,10}})\.?\s+(?P<a>\d{{1,2}}),?\s+(?P<year>\d{{4}}),?\s+{_CLOCK}$")
_ONLY_CLOCK = re.compile(rf"{_CLOCK}$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb fev", "mar", "apr abr", "may mai", "jun", "jul", "aug ago", "sep set", "oct out", "nov",
         "dec dic dez"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_UNITS = {"h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+)\s*(h|m|s)[a-z]*\.?")
_HALF_WITH_DOTS = re.compile(r"\b([ap])\.\s?m\.?")
_COLONS = re.compile(r"(\d+):([0-5]\d):([0-5]\d)$")
_WHOLE = re.compile(r"(\d+)(?:[.,]\d+)?$")


@dataclass(frozen=True, slots=True)
class Written:
    """A moment as it was written: day and month as two numbers in an order to be decided, or a known date.

    Without any date it is a time of day.
    """

    clock: time
    first: int = 0
    second: int = 0
    year: int = 0
    known: date | None = None

    @property
    def dated(self) -> bool:
        return self.known is not None or self.year > 0

    def day(self, order: Order) -> date | None:
        """Return the date in an order, None where there is no such day."""
        if self.known is not None or not self.year:
            return self.known
        day, month = (self.first, self.second) if order == "day_first" else (self.second, self.first)
        try:
            return date(self.year, month, day)
        except ValueError:
            return None


def written(text: str) -> Written | None:
    """Return what a text says about a moment, None where it can't be read."""
    # Half the cells of a report that may say one are empty.
    if not text:
        return None
    plain = _plain(text)
    for pattern, reader in ((_ISO, _iso), (_NUMBERS, _numbers), (_NAMED, _named), (_ONLY_CLOCK, _clock_only)):
        if found := pattern.match(plain):
            clock = _clock(found)
            return reader(found, clock) if clock is not None else None
    return None


def order_of(moments: Iterable[Written], near: date) -> Order:
    """Decide for a whole file whether the day or the month comes first.

    By the dates that only one order allows; else by the day of the class session, give or take one; raises
    ReportDatesAmbiguous where neither decides and it makes a difference.
    """
    doubtful = [moment for moment in moments if moment.year]
    valid = Counter({order: sum(m.day(order) is not None for m in doubtful) for order in ORDERS})
    if valid["day_first"] != valid["month_first"]:
        return max(ORDERS, key=valid.__getitem__)
    if all(m.day("day_first") == m.day("month_first") for m in doubtful):
        return "day_first"
    fitting = [order for order in ORDERS if all(_is_near(m.day(order), near) for m in doubtful)]
    if len(fitting) != 1:
        raise ReportDatesAmbiguous(field="report")
    return fitting[0]


def seconds_of(text: str) -> int | None:
    """Return a duration in seconds, None if it can't be read.

    Written as `63` (minutes), `45 mins`, `1 hr 20 min`, `1h 2m 3s` or `00:45:10`.
    """
    plain = _plain(text)
    if whole := _WHOLE.match(plain):
        return int(whole[1]) * 60
    if colons := _COLONS.match(plain):
        hours, minutes, seconds = map(int, colons.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _PART.findall(plain)
    if not parts or _PART.sub("", plain).strip(" ,"):
        return None
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def _is_near(day: date | None, near: date) -> bool:
    return day is not None and abs(day - near) <= timedelta(days=1)


def _plain(text: str) -> str:
    # Excel keeps times as text by the formula ="…"; a narrow space may stand before PM; Spanish writes p. m.
    bare = text.strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1]
    spaced = fold(bare.replace("\u202f", " ").replace("\u00a0", " "))
    return _HALF_WITH_DOTS.sub(r"\1m", spaced) if "." in spaced else spaced


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), found["half"]
    if half and not 1 <= hour <= _NOON:
        return None
    if half:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    minute, second = int(found["minute"]), int(found["second"] or 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _iso(found: re.Match[str], clock: time) -> Written | None:
    return _known(found["year"], int(found["b"]), found["a"], clock)


def _numbers(found: re.Match[str], clock: time) -> Written | None:
    year = int(found["year"])
    return Written(clock, int(found["a"]), int(found["b"]), year if year >= _CENTURY else year + _CENTURY)


def _named(found: re.Match[str], clock: time) -> Written | None:
    return _known(found["year"], _MONTHS.get(found["month"][:3], 0), found["a"], clock)


def _clock_only(_found: re.Match[str], clock: time) -> Written | None:
    return Written(clock)


def _known(year: str, month: int, day: str, clock: time) -> Written | None:
    try:
        return Written(clock, known=date(int(year), month, int(day)))
    except ValueError:
        return None


def at(moment: Written, order: Order, day: date) -> datetime | None:
    """Return a moment's wall time; one without a date is of the day given. None where there is no such day."""
    on = moment.day(order) if moment.dated else day
    return datetime.combine(on, moment.clock) if on else None
