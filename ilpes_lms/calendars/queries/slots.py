"""What calendars show of an activity."""

from dataclasses import replace
from datetime import datetime

from ilpes_lms.calendars.rules import Slot, is_shown, uid_of
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.enrolment.models import Enrolment


def planned(enrolment: Enrolment) -> list[Slot]:
    """Return what the calendar of somebody shows of an activity as they stand in it now."""
    activity = enrolment.activity
    return slots_of(activity) if is_shown(enrolment.state, activity.status) else []


def slots_of(activity: Activity) -> list[Slot]:
    """Return what the calendars of those with a place show: the class sessions, or the days if there are none.

    Days of which only the month is known are in nobody's calendar.
    """
    if activity.class_sessions:
        return [_meeting(activity, each) for each in activity.class_sessions if each.status == "scheduled"]
    return [_days(activity)] if activity.start_precision == activity.end_precision == "day" else []


def public_slots(activity: Activity) -> list[Slot]:
    """Return the same as everyone may see it, without a way to join."""
    shown = [] if activity.status == "cancelled" else slots_of(activity)
    return [replace(slot, link="") for slot in shown]


def is_coming(activity: Activity) -> bool:
    """Tell whether a calendar could show something of an activity that is not over."""
    now = clock.now()
    return any(slot.ends_at > now for slot in public_slots(activity))


def _meeting(activity: Activity, session: ClassSession) -> Slot:
    return Slot(
        uid=uid_of(session.public_id), starts_at=session.starts_at, ends_at=session.ends_at, zone=session.zone,
        titles=activity.titles, activity_ref=activity.public_id, title=session.title, location=_location(activity),
        link=session.joining_link or activity.joining_link or "", sequence=session.sequence,
    )  # fmt: skip


def _days(activity: Activity) -> Slot:
    starts_at = clock.at_place(datetime.combine(activity.starts_on, datetime.min.time()), activity.zone)
    return Slot(
        uid=uid_of(activity.public_id), starts_at=starts_at, ends_at=clock.end_of_day(activity.ends_on, activity.zone),
        zone=activity.zone, titles=activity.titles, activity_ref=activity.public_id, location=_location(activity),
        link=activity.joining_link or "", whole_days=True,
    )  # fmt: skip


def _location(activity: Activity) -> str:
    return activity.location or ""
