"""When a reminder is due, and until when there is a point in it: wall times and zones in, moments in UTC out.

A reminder is sent late rather than not at all, but never once the thing has begun, nor in a person's quiet hours. One
that falls into them moves to the morning or, where that is too late, to the evening before. When the next reminder of
the same thing is due, it speaks for the one before: whoever joins late gets one letter, not several.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ilpes_lms.core import clock
from ilpes_lms.reminders.rules.anchors import ANCHORS
from ilpes_lms.reminders.rules.quiet import Quiet
from ilpes_lms.reminders.rules.terms import Rule

_LATE = timedelta(hours=1)
# A reminder is of use if there is this much time left to act on it.
_OF_USE = timedelta(hours=1)
# What is past is worth mentioning for a week; then whoever has not acted will not because of a letter.
_STALE = timedelta(days=7)
# Zones, quiet hours and clock changes move a reminder by less than this.
_SLACK = timedelta(days=2)
_INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """When a reminder is owed: from `due` on, until there is no more point in it."""

    due: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        return self.due <= now < self.until

    def late(self, now: datetime) -> bool:
        """Tell whether a letter sent now should say that it comes late."""
        return now - self.due > _LATE


def begins(starts_on: date, zone: str, first_session: datetime | None) -> datetime:
    """Return when an activity begins: with a class session on its first day, else as that day begins there."""
    if first_session is not None and clock.wall_time(first_session, zone).date() == starts_on:
        return first_session
    return clock.at_place(_wall(starts_on, 0), zone)


def ends(ends_on: date, zone: str, last_end: datetime | None) -> datetime:
    """Return when an activity ends: with a class session on its last day, else as that day ends there."""
    if last_end is not None and clock.wall_time(last_end - _INSTANT, zone).date() == ends_on:
        return last_end
    return clock.end_of_day(ends_on, zone)


def window(rule: Rule, about: datetime, place: str, person: str) -> Window:
    """Return when a rule's reminder of something is owed to a person of a zone."""
    due = _nominal(rule, about, place, person)
    if rule.side == "before":
        return Window(_settled(due, about, rule.quiet, person), about)
    # At nine on the day itself may be before the thing.
    due = max(due, about)
    due = rule.quiet.over(due, person) if rule.quiet.holds(due, person) else due
    return Window(due, due + _STALE)


def superseded(found: Window, dues: Iterable[datetime]) -> Window:
    """Return a window that ends when the next reminder of the same thing is due."""
    return replace(found, until=min([found.until, *(due for due in dues if due > found.due)]))


def told_already(rule: Rule, told_at: datetime | None, due: datetime) -> bool:
    """Tell whether a letter, just before the reminder is due or since, makes it a repetition."""
    span = ANCHORS[rule.anchor].told
    return span is not None and rule.side == "before" and told_at is not None and told_at > due - span


def moment(found: Window, quiet: Quiet, zone: str, earliest: datetime) -> datetime | None:
    """Return when a reminder is written down if that is possible from `earliest` on, None when it never is."""
    first = max(found.due, earliest)
    if quiet.holds(first, zone):
        first = quiet.over(first, zone)
    return first if first < found.until else None


def bounds(rule: Rule, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return between which moments lies whatever a rule may remind of from `start` to `end`."""
    lead = timedelta(days=rule.amount) if rule.unit == "days" else timedelta(hours=rule.amount)
    if rule.side == "before":
        return start, end + lead + _SLACK
    return start - lead - _STALE - _SLACK, end - lead + _SLACK


def _nominal(rule: Rule, about: datetime, place: str, person: str) -> datetime:
    sign = -1 if rule.side == "before" else 1
    if rule.unit == "hours":
        return about + sign * timedelta(hours=rule.amount)
    zone = place if rule.clock == "place" else person
    about = about - _INSTANT if ANCHORS[rule.anchor].last_moment else about
    day = clock.wall_time(about, zone).date() + timedelta(days=sign * rule.amount)
    return clock.at_place(_wall(day, rule.hour), zone)


def _settled(due: datetime, until: datetime, quiet: Quiet, zone: str) -> datetime:
    due = due if due < until else until - _OF_USE
    if not quiet.holds(due, zone):
        return due
    morning = quiet.over(due, zone)
    return morning if morning + _OF_USE <= until else quiet.evening(due, zone)


def _wall(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - wall time
