"""The catalogue's codes, dates and answers in the reader's language."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from ilpes_lms.catalogue import rules
from ilpes_lms.core import clock
from ilpes_lms.core.text import slug
from ilpes_lms.people import queries as people
from ilpes_lms.people.vocabularies import countries, languages, sectors
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

Text = TypeVar("Text")
_MOST_NAMED = 3
_SOON_DAYS = 14


def kind_label(kind: str) -> str:
    """Return what a kind is called."""
    return str(_(rules.KIND_LABELS[kind]))


def remembered(function: Callable[..., Text]) -> Callable[..., Text]:
    """Remember what a function says for the same values in the same language.

    The function's first value is the language, which it finds in force too. To look words up and to format
    dates takes most of a list's time, and the same few are shown again and again.
    """
    return lru_cache(maxsize=4096)(function)


def country_names(codes: Iterable[str], *, most: int | None = None) -> str:
    """Return countries by name, sorted; with `most`, the first few and how many more there are."""
    language = i18n.current_language()
    names = sorted(countries.country_name(code, language) for code in codes)
    if most is None or len(names) <= most:
        return ", ".join(names)
    return str(_("%(names)s and %(number)s more", names=", ".join(names[:most]), number=len(names) - most))


def language_names(codes: Sequence[str]) -> str:
    """Return languages of delivery by name."""
    shown = i18n.current_language()
    return ", ".join(languages.label(code, shown) for code in codes)


def dates(start: date, end: date, start_precision: str = "day", end_precision: str = "day") -> str:
    """Return when an activity takes place, no more precisely than is known."""
    return _dates(i18n.current_language(), start, end, start_precision, end_precision)


@remembered
def _dates(_language: str, start: date, end: date, start_precision: str, end_precision: str) -> str:
    return i18n.short_period(start, end, start_precision, end_precision)


@remembered
def _day(_language: str, value: date) -> str:
    return i18n.day(value)


def day(value: date) -> str:
    """Return a date in words."""
    return _day(i18n.current_language(), value)


def hours(value: Any) -> str:
    """Return a number of hours of training, nothing where it is unknown."""
    if value is None:
        return ""
    # Grammar knows whole numbers only, and one and a half hours are more than one.
    return str(ngettext("%(hours)s hour", "%(hours)s hours", math.ceil(value), hours=i18n.number(value)))


def reason_text(reason: rules.Reason) -> str:
    """Return why somebody may not take part; the codes among the values become names."""
    params = {name: _NAMES[name](codes) for name, codes in reason.params.items()}
    return str(_(reason.message, **params))


def sector_names(codes: Iterable[str]) -> str:
    """Return sectors by name, in the order of the list."""
    shown = i18n.current_language()
    return ", ".join(sectors.label(code, shown) for code in codes)


def institution_names(refs: Iterable[str]) -> str:
    """Return institutions by name, sorted."""
    return "; ".join(people.organization_names(refs))


def audience(admission: str, eligible: Sequence[str], institution: str | None) -> str:
    """Return in one line who an activity is for."""
    if institution and admission == "invitation":
        return str(_("By invitation, at the request of: %(institution)s", institution=institution))
    if institution:
        return str(_("For people nominated by: %(institution)s", institution=institution))
    if eligible:
        return str(_("For people of: %(countries)s", countries=country_names(eligible, most=_MOST_NAMED)))
    return str(_(rules.ADMISSION_LABELS[admission]))


def deadline(window: rules.Window, zone: str, now: datetime) -> str:
    """Return by when, or from when, one applies: the closer it is, the plainer."""
    if window.state == "closed":
        return ""
    if window.state == "not_yet" and window.opens_at:
        return str(_("From %(day)s", day=day(_local_day(window.opens_at, zone))))
    return closes(window.closes_at, zone, now)


def closes(closes_at: datetime, zone: str, now: datetime) -> str:
    """Return when applications close, counted in the days of the activity's place."""
    return _closes(i18n.current_language(), _local_day(closes_at, zone), _days_left(closes_at, zone, now))


@remembered
def _closes(_language: str, last: date, days: int) -> str:
    if days <= 0:
        return str(_("Closes today"))
    if days > _SOON_DAYS:
        return str(_("Until %(day)s", day=day(last)))
    return str(ngettext("Closes tomorrow", "Closes in %(num)s days", days))


def last_day(closes_at: datetime, zone: str) -> str:
    """Return until when something is open at a place: its last day where that is open to the end, else the moment."""
    last = _local_day(closes_at, zone)
    if closes_at != clock.end_of_day(last, zone):
        return i18n.moment(closes_at, zone)
    return str(_("%(day)s, end of the day (%(zone)s)", day=i18n.weekday(last), zone=i18n.zone_name(zone)))


def applications_until(closes_at: datetime, zone: str, now: datetime) -> str:
    """Return how long one may still apply, and the moment when that ends."""
    if _days_left(closes_at, zone, now) > _SOON_DAYS:
        return str(_("Until %(day)s", day=last_day(closes_at, zone)))
    return str(_("%(closes)s: %(day)s", closes=closes(closes_at, zone, now), day=last_day(closes_at, zone)))


def _days_left(closes_at: datetime, zone: str, now: datetime) -> int:
    return (_local_day(closes_at, zone) - _local_day(now, zone)).days


def _local_day(moment: datetime, zone: str) -> date:
    # A day ends with the first moment of the next, and people mean the day that ends.
    return clock.wall_time(moment - timedelta(microseconds=1), zone).date()


def state_of(*, when: str, window: rules.Window, admission: str, full: bool) -> tuple[str, str] | None:
    """Return how an activity stands for someone who looks for one, with the tone to say it in."""
    return _state(i18n.current_language(), when, window.state, admission, full)


@remembered
def _state(_language: str, when: str, window: str, admission: str, full: bool) -> tuple[str, str] | None:
    if when == "past":
        return None
    if not rules.takes_applications(admission):
        label = _("By nomination") if admission == "nomination" else _("By invitation")
        return str(label), "plain"
    labels = rules.REGISTRATION_LABELS if admission == "open" else rules.WINDOW_LABELS
    if window == "open":
        if full and admission == "open":
            return str(_("Full: waiting list")), "caution"
        return str(_(labels[window])), "good"
    if when == "running":
        return str(_("Under way")), "info"
    return str(_(labels[window])), "waiting" if window == "not_yet" else "plain"


def session_times(starts_at: datetime, ends_at: datetime, zone: str) -> tuple[str, str]:
    """Return when a class session is for the reader, and what clocks at its place show if that differs."""
    own = i18n.zone()
    here = f"{i18n.weekday(clock.wall_time(starts_at, own).date())}, {_span(starts_at, ends_at, own)}"
    here = f"{here} ({i18n.zone_name(own)})"
    if starts_at.astimezone(ZoneInfo(own)).utcoffset() == starts_at.astimezone(ZoneInfo(zone)).utcoffset():
        return here, ""
    there = f"{_span(starts_at, ends_at, zone)} ({i18n.zone_name(zone)})"
    if clock.wall_time(starts_at, own).date() != clock.wall_time(starts_at, zone).date():
        there = f"{i18n.weekday(clock.wall_time(starts_at, zone).date())}, {there}"
    return here, there


def begins(starts_at: datetime, zone: str, own: str) -> str:
    """Return when a class session begins at its place, and what clocks show to somebody elsewhere."""
    there, here = clock.wall_time(starts_at, zone), clock.wall_time(starts_at, own)
    if there == here:
        return i18n.moment(starts_at, zone)
    shown = i18n.clock_time(starts_at, own)
    if there.date() != here.date():
        shown = f"{i18n.weekday(here.date())}, {shown}"
    return str(_("%(moment)s; %(own)s where you are", moment=i18n.moment(starts_at, zone), own=shown))


def slug_of(titles: dict[str, str]) -> str:
    """Return what follows an activity's id in its address."""
    return slug(i18n.in_own_words(titles)) or "activity"


def _span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    return f"{i18n.clock_time(starts_at, zone)}–{i18n.clock_time(ends_at, zone)}"


_NAMES: dict[str, Callable[[Sequence[str]], str]] = {
    "countries": country_names,
    "institutions": institution_names,
    "sectors": sector_names,
    "languages": language_names,
}
