"""Class sessions planned by a pattern: looked at first, then added, each once however often it is sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries, rules
from ilpes_lms.catalogue.errors import ClassSessionsOutside, PatternChanged, UnknownChoice
from ilpes_lms.catalogue.holidays import public_holidays
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Pattern
from ilpes_lms.catalogue.rules.values import check_link
from ilpes_lms.catalogue.service.class_sessions import ANYWHERE, new_session, put_in_order
from ilpes_lms.catalogue.service.places import lock_scheduled
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import digest
from ilpes_lms.people.vocabularies import time_zones


@dataclass(frozen=True, slots=True)
class Planned:
    """A day of a pattern and what becomes of it.

    `what` is added, there (a class session begins then already), skipped (named by the coordinator), holiday (with its
    `name`) or outside (the activity's days). `wall` is what clocks there will show, which differs from what was asked
    for (`shifted`) where they jump over it.
    """

    day: date
    wall: datetime
    starts_at: datetime
    ends_at: datetime
    what: str
    name: str = ""
    shifted: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The days of a pattern, in their order, and the zone they are meant in."""

    zone: str
    days: list[Planned]

    @property
    def added(self) -> list[Planned]:
        return [each for each in self.days if each.what == "added"]

    @property
    def tag(self) -> str:
        """Return what tells this plan from one that would add other class sessions."""
        return digest(" ".join(f"{each.starts_at.isoformat()}/{each.ends_at.isoformat()}" for each in self.added))[:16]


def plan(activity: Activity, pattern: Pattern, *, zone: str | None = None, holidays: bool = False) -> Plan:
    """Return what a pattern would add to an activity now; nothing is written.

    `holidays` leaves out the public holidays of the activity's country. Raises ClassSessionsOutside if all others lie
    outside the activity's days.
    """
    place = zone or activity.zone
    if not time_zones.is_zone(place):
        raise UnknownChoice(field="zone", value=place)
    names = _holidays(activity, pattern) if holidays else {}
    counted = Pattern(**{name: getattr(pattern, name) for name in _PLAIN}, skipped=pattern.skipped | names.keys())
    there = {session.starts_at for session in queries.class_sessions(activity.id) if session.status == "scheduled"}
    found = Plan(
        place,
        [_planned(activity, pattern, day, zone=place, names=names, there=there) for day in rules.days_of(counted)],
    )
    if all(each.what in ("outside", "skipped", "holiday") for each in found.days):
        raise ClassSessionsOutside(field="first")
    return found


@transaction
def add_pattern(
    *,
    activity_ref: str,
    pattern: Pattern,
    zone: str | None = None,
    holidays: bool = False,
    title: str = "",
    joining_link: str | None = None,
    expected: str | None = None,
    divisions: frozenset[str] | None = ANYWHERE,
    teacher: int | None = None,
) -> list[ClassSession]:
    """Add the class sessions of a pattern that are not there yet; return them.

    Raises PatternChanged where they are not those that whoever confirmed them saw (`expected`, a plan's tag), unless
    all of them are there already: then it was sent twice.
    """
    activity = lock_scheduled(activity_ref, divisions, teacher)
    check_link(joining_link)
    found = plan(activity, pattern, zone=zone, holidays=holidays)
    if not found.added:
        return []
    if expected not in (None, found.tag):
        raise PatternChanged
    minutes, last = pattern.minutes, max((each.number for each in queries.class_sessions(activity.id)), default=0)
    made = []
    for number, each in enumerate(found.added, start=last + 1):
        session = new_session(activity, each.wall, minutes, found.zone, number=number)
        session.title, session.joining_link = title, joining_link or None
        db.session.add(session)
        made.append(session)
    put_in_order(activity)
    audit.record("class_session.pattern", "activity", activity.public_id, added=len(made))
    return made


_PLAIN = ("weekdays", "begins", "ends", "first", "last", "number", "every")


def _holidays(activity: Activity, pattern: Pattern) -> dict[date, str]:
    # A pattern by number may reach into the years after its first day, at most as far as an activity does.
    last = pattern.last or max(activity.ends_on, pattern.first)
    return public_holidays(activity.country, range(pattern.first.year, last.year + 2))


def _planned(
    activity: Activity, pattern: Pattern, day: date, *, zone: str, names: dict[date, str], there: set[datetime]
) -> Planned:
    asked = rules.beginning(pattern, day)
    starts_at = clock.at_place(asked, zone)
    wall = clock.wall_time(starts_at, zone)
    here = clock.wall_time(starts_at, activity.zone).date()
    what = "added"
    if day in pattern.skipped:
        what = "skipped"
    elif day in names:
        what = "holiday"
    elif not activity.starts_on <= here <= activity.ends_on:
        what = "outside"
    elif starts_at in there:
        what = "there"
    return Planned(
        day=day, wall=wall, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=pattern.minutes), what=what,
        name=names.get(day, ""), shifted=wall != asked,
    )  # fmt: skip
