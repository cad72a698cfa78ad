"""How people get in: the ways in of each kind, and the time for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ilpes_lms.core import clock

# The first is the kind's default.
ADMISSIONS_OF_KIND: dict[str, tuple[str, ...]] = {
    "international_open": ("selection", "open"),
    "national_restricted": ("nomination", "invitation"),
    "other_division": ("selection", "open", "nomination", "invitation"),
    "webinar": ("open", "invitation"),
}
# How long an offered place is kept for the person unless something else is said.
OFFER_HOURS = 72
_FOR_ANYONE = ("open", "selection")


@dataclass(frozen=True, slots=True)
class Window:
    """Whether one may apply now, from when, and until when (the first moment that is too late)."""

    state: Literal["not_yet", "open", "closed"]
    opens_at: datetime | None
    closes_at: datetime


def default_admission(kind: str) -> str:
    """Return the usual way into an activity of a kind."""
    return ADMISSIONS_OF_KIND[kind][0]


def default_promotion(kind: str) -> str:
    """Return how those who wait get a free place of a kind: a webinar's at once, any other as an offer to accept."""
    return "place" if kind == "webinar" else "offer"


def takes_applications(admission: str) -> bool:
    """Tell whether people ask for a place themselves, rather than being nominated or invited."""
    return admission in _FOR_ANYONE


def application_window(
    *,
    status: str,
    kind: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    starts_on: date,
    ends_on: date,
    sessions_end_at: datetime | None,
    zone: str,
    now: datetime,
) -> Window:
    """Return where the time for applications stands.

    Without a closing date a webinar takes people until its last class session ends, or its last day where it has
    none; a course until its first day is over. No closing date lets people into what is over.
    """
    usual = _closes(kind, starts_on, ends_on, sessions_end_at, zone)
    closes = min(closes_at or usual, clock.end_of_day(ends_on, zone))
    if status != "published" or now >= closes:
        return Window("closed", opens_at, closes)
    if opens_at and now < opens_at:
        return Window("not_yet", opens_at, closes)
    return Window("open", opens_at, closes)


def _closes(kind: str, starts_on: date, ends_on: date, sessions_end_at: datetime | None, zone: str) -> datetime:
    if kind != "webinar":
        return clock.end_of_day(starts_on, zone)
    return sessions_end_at or clock.end_of_day(ends_on, zone)


def places_left(capacity: int | None, confirmed: int) -> int | None:
    """Return how many places are free, None where they are not limited."""
    return None if capacity is None else max(capacity - confirmed, 0)


def joins_shown(*, confirmed: bool, status: str) -> bool:
    """Tell whether a person is shown the joining links: those with a place, unless it is cancelled."""
    return confirmed and status not in ("draft", "cancelled")
