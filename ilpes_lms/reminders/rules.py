"""Which reminder is owed when: wall times at a place in, moments in UTC out.

`activity_starts` goes out three days before the first day, at nine where the activity takes place.
`class_session_tomorrow` goes out the day before a class session, at nine where the person is: only there is
"tomorrow" the person's tomorrow. A day with several class sessions of an activity is one reminder.

Both are sent late rather than not at all, but never once the thing has begun. Whoever is confirmed so late that
the first class session's reminder is due already gets that one and not the other: one letter, not two, about
the same beginning. Nor does anyone get `activity_starts` whom the letter that confirmed the place told the same
less than a day before it was due, or since.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ilpes_lms.core import clock

ACTIVITY_STARTS = "activity_starts"
CLASS_SESSION_TOMORROW = "class_session_tomorrow"
RULES = (ACTIVITY_STARTS, CLASS_SESSION_TOMORROW)

DAYS_BEFORE_START = 3
HOUR = 9
# No reminder is due earlier than this before what it is about: three days, nine hours short of midnight, and a
# day for zones and clock changes.
LONGEST_LEAD = timedelta(days=DAYS_BEFORE_START + 2)
_LATE = timedelta(hours=1)
_A_DAY = timedelta(days=1)

KINDS = ("international_open", "national_restricted", "other_division", "webinar")
DEFAULTS = {kind: dict.fromkeys(RULES, True) for kind in KINDS}


@dataclass(frozen=True)
class Window:
    """When a reminder is owed: from `due` on, until there is no more point in it."""

    due: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        return self.due <= now < self.until

    def late(self, now: datetime) -> bool:
        """Tell whether a letter sent now should say that it comes late."""
        return now - self.due > _LATE


def enabled(kind: str, rule: str, switches: dict[str, bool]) -> bool:
    """Tell whether a rule holds for an activity: its own switch, else its kind's default."""
    return switches.get(rule, DEFAULTS[kind][rule])


def begins(starts_on: date, zone: str, first_session: datetime | None) -> datetime:
    """Return when an activity begins: with a class session on its first day, else as that day begins there."""
    if first_session is not None and clock.wall_time(first_session, zone).date() == starts_on:
        return first_session
    return clock.at_place(_wall(starts_on, 0), zone)


def activity_window(starts_on: date, zone: str, begin: datetime, first_session_due: datetime | None) -> Window:
    """Return when "starts in three days" is owed.

    `first_session_due` is when this person's reminder of a class session on the first day is due, None without
    one: from then on that one speaks for both.
    """
    due = clock.at_place(_wall(starts_on - timedelta(days=DAYS_BEFORE_START), HOUR), zone)
    return Window(due, min(begin, first_session_due) if first_session_due else begin)


def told_already(told_at: datetime | None, due: datetime) -> bool:
    """Tell whether the letter that confirmed a place makes "starts in three days" a repetition."""
    return told_at is not None and told_at > due - _A_DAY


def session_window(starts_at: datetime, person_zone: str) -> Window:
    """Return when "class session tomorrow" is owed, for the first class session of a day."""
    their_day = clock.wall_time(starts_at, person_zone).date()
    due = clock.at_place(_wall(their_day - timedelta(days=1), HOUR), person_zone)
    return Window(due, starts_at)


def key(rule: str, enrolment_ref: str, day: date | str) -> str:
    """Return the natural key of a reminder: one a rule, an enrolment and the day it is about, at that place."""
    return f"reminder:{rule}:{enrolment_ref}:{day}"


def _wall(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - wall time
