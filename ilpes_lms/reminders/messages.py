"""What a reminder says, and whether it is still due when its turn comes."""

from datetime import datetime
from typing import Any

from flask import Flask

from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import queries, rules
from ilpes_lms.web.i18n import clock_time, in_own_words, moment

LABELS = {
    rules.ACTIVITY_STARTS: N_("Starts in three days"),
    rules.CLASS_SESSION_TOMORROW: N_("Class session tomorrow"),
}


def register(app: Flask) -> None:
    """Make the reminders known as kinds of message."""
    for rule, label in LABELS.items():
        kinds.register(
            app,
            Kind(
                queries.kind_of(rule), f"reminders/mail/{rule}", is_due=_still_owed(rule), values=_values(rule),
                label=label, essential=False,
            ),
        )  # fmt: skip


def _still_owed(rule: str) -> Any:
    def is_due(values: Values, person_id: int | None) -> bool:
        found = queries.standing(values["enrolment"])
        if found is None:
            return False
        window = found.window(rule, values["day"])
        confirmed = found.enrolment.state == "confirmed" and found.enrolment.person_id == person_id
        return confirmed and window is not None and window.holds(clock.now())

    return is_due


def _values(rule: str) -> Any:
    def of_row(values: Values, language: str) -> Values:
        found = queries.standing(values["enrolment"])
        if found is None:
            raise LookupError(rule)
        underway, person = found.underway, found.person
        return {
            "title": in_own_words(underway.activity.titles, language),
            "link": links.absolute(f"/activities/{underway.activity.public_id}"),
            **_when(rule, underway, values["day"], person),
            **_lateness(found.enrolment, found.window(rule, values["day"]), person),
        }

    return of_row


def _when(rule: str, underway: queries.Underway, day: str, person: Person) -> Values:
    sessions = underway.days.get(day, [])
    zone = underway.activity.zone if rule == rules.ACTIVITY_STARTS else person.zone
    about = underway.begin if rule == rules.ACTIVITY_STARTS else sessions[0].starts_at
    if about is None:
        raise LookupError(rule)
    days_left = (clock.wall_time(about, zone).date() - clock.today(zone)).days
    return {
        "days_left": days_left,
        "first_day": underway.activity.starts_on,
        "sessions": [_session(session, underway, person.zone) for session in sessions],
    }


def _session(session: ClassSession, underway: queries.Underway, zone: str) -> Values:
    return {
        "title": session.title,
        "there": moment(session.starts_at, session.zone),
        "until": clock_time(session.ends_at, session.zone),
        "here": moment(session.starts_at, zone) if _differs(session.starts_at, session.zone, zone) else "",
        "joining_link": session.joining_link or underway.activity.joining_link or "",
    }


def _differs(at: datetime, zone: str, other: str) -> bool:
    return clock.wall_time(at, zone) != clock.wall_time(at, other)


def _lateness(enrolment: Enrolment, window: rules.Window | None, person: Person) -> Values:
    late = window is not None and window.late(clock.now())
    confirmed_late = bool(window and enrolment.confirmed_at and enrolment.confirmed_at > window.due)
    confirmed_on = clock.wall_time(enrolment.confirmed_at, person.zone).date() if enrolment.confirmed_at else None
    return {"late": late and not confirmed_late, "confirmed_on": confirmed_on if confirmed_late else None}
