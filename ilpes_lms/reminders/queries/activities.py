"""Activities as reminders see them: when they begin, their class sessions, what is switched off."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, or_, select

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.models import ReminderSwitch

# A closed activity takes no more applications; those who have a place are reminded all the same.
LIVE = ("published", "closed")
# The letters that confirm a place and say when the activity takes place.
CONFIRMING = ("enrolment.confirmed", "enrolment.promoted", "enrolment.listed")
_DAY_LETTERS = 10


@dataclass(frozen=True)
class Underway:
    """An activity with its class sessions that are to take place, in order, and its switches."""

    activity: Activity
    sessions: tuple[ClassSession, ...]
    switches: dict[str, bool]

    def on(self, rule: str) -> bool:
        """Tell whether a rule holds for the activity."""
        return rules.enabled(self.activity.kind, rule, self.switches)

    @property
    def days(self) -> dict[str, list[ClassSession]]:
        """Return the class sessions by the day they take place there."""
        found: dict[str, list[ClassSession]] = {}
        for session in self.sessions:
            found.setdefault(day_of(session), []).append(session)
        return found

    @property
    def begin(self) -> datetime | None:
        """Return when the activity begins, None when only its month is known."""
        if self.activity.start_precision != "day":
            return None
        first = self.sessions[0].starts_at if self.sessions else None
        return rules.begins(self.activity.starts_on, self.activity.zone, first)

    def start_window(self, zone: str) -> rules.Window | None:
        """Return when "starts in three days" is owed to a person of a zone."""
        if self.begin is None:
            return None
        first_day = self.day_window(self.activity.starts_on.isoformat(), zone)
        spoken_for = first_day.due if first_day and self.on(rules.CLASS_SESSION_TOMORROW) else None
        return rules.activity_window(self.activity.starts_on, self.activity.zone, self.begin, spoken_for)

    def day_window(self, day: str, zone: str) -> rules.Window | None:
        """Return when the reminder of a day's class sessions is owed to a person of a zone."""
        sessions = self.days.get(day)
        return rules.session_window(sessions[0].starts_at, zone) if sessions else None

    def window_of(self, rule: str, day: str, zone: str, told_at: datetime | None) -> rules.Window | None:
        """Return when a reminder is owed to a person whose place was confirmed by a letter at a moment, or by none."""
        window = self.window(rule, day, zone)
        repeats = window and rule == rules.ACTIVITY_STARTS and rules.told_already(told_at, window.due)
        return None if repeats else window

    def window(self, rule: str, day: str, zone: str) -> rules.Window | None:
        """Return when a reminder about a day is owed to a person of a zone, None when it never is."""
        if not self.on(rule) or self.activity.status not in LIVE:
            return None
        if rule == rules.CLASS_SESSION_TOMORROW:
            return self.day_window(day, zone)
        return self.start_window(zone) if day == self.activity.starts_on.isoformat() else None


@dataclass(frozen=True)
class Standing:
    """A participant of an activity, and when the letter that confirmed the place was written, if there was one."""

    enrolment: Enrolment
    person: Person
    underway: Underway
    told_at: datetime | None

    def window(self, rule: str, day: str) -> rules.Window | None:
        """Return when a reminder about a day is owed to this person, None when it never is."""
        return self.underway.window_of(rule, day, self.person.zone, self.told_at)


def day_of(session: ClassSession) -> str:
    """Return the day of a class session where it takes place."""
    return session.wall_start[:_DAY_LETTERS]


def underway_now(now: datetime) -> dict[int, Underway]:
    """Return the activities about which any reminder may be owed now."""
    soon = now + rules.LONGEST_LEAD
    first, last = (now - rules.LONGEST_LEAD).date(), soon.date()
    meeting = select(ClassSession.activity_id).where(
        ClassSession.status == "scheduled", ClassSession.starts_at > now, ClassSession.starts_at < soon
    )
    activities = db.session.scalars(
        select(Activity)
        .where(Activity.status.in_(LIVE), Activity.record == "people")
        .where(or_(Activity.starts_on.between(first, last), Activity.id.in_(meeting)))
        .execution_options(populate_existing=True)
    ).all()
    return _with_sessions(activities)


def underway(activity: Activity) -> Underway:
    """Return one activity as reminders see it."""
    return _with_sessions([activity])[activity.id]


def told_at() -> ScalarSelect[Any]:
    """Return, to select beside an enrolment, when the newest letter that confirmed the place was written."""
    letters = select(func.max(Message.created_at)).join(Activity, Activity.public_id == Message.activity_ref)
    return (
        letters.where(
            Message.person_id == Enrolment.person_id,
            Activity.id == Enrolment.activity_id,
            Message.kind.in_(CONFIRMING),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def told_of(enrolment_ids: Collection[int]) -> dict[int, datetime | None]:
    """Return for some enrolments when the newest letter that confirmed the place was written."""
    statement = select(Enrolment.id, told_at()).where(Enrolment.id.in_(enrolment_ids))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def standing(enrolment_ref: str) -> Standing | None:
    """Return an enrolment as it is now, with its person and activity."""
    row = db.session.execute(
        select(Enrolment, Person, Activity, told_at())
        .join(Person, Person.id == Enrolment.person_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.public_id == enrolment_ref)
        .execution_options(populate_existing=True)
    ).first()
    return Standing(row[0], row[1], underway(row[2]), row[3]) if row else None


def switches(activity_id: int) -> dict[str, bool]:
    """Return which rules were switched on or off for an activity."""
    found = db.session.scalars(select(ReminderSwitch).where(ReminderSwitch.activity_id == activity_id))
    return {switch.rule: switch.enabled for switch in found}


def _with_sessions(activities: Sequence[Activity]) -> dict[int, Underway]:
    ids = [activity.id for activity in activities]
    sessions: dict[int, list[ClassSession]] = defaultdict(list)
    for session in _scheduled(ids):
        sessions[session.activity_id].append(session)
    chosen: dict[int, dict[str, bool]] = defaultdict(dict)
    for switch in db.session.scalars(select(ReminderSwitch).where(ReminderSwitch.activity_id.in_(ids))):
        chosen[switch.activity_id][switch.rule] = switch.enabled
    return {a.id: Underway(a, tuple(sessions[a.id]), chosen[a.id]) for a in activities}


def _scheduled(ids: list[int]) -> Sequence[ClassSession]:
    return db.session.scalars(
        select(ClassSession)
        .where(ClassSession.activity_id.in_(ids), ClassSession.status == "scheduled")
        .order_by(ClassSession.starts_at, ClassSession.number)
        .execution_options(populate_existing=True)
    ).all()
