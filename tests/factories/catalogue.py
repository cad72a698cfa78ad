"""Activities, courses and class sessions for tests, dated relative to today; to be called inside an app context."""

import itertools
from datetime import date, datetime, time, timedelta
from typing import Any

from ilpes_lms.catalogue import service
from ilpes_lms.catalogue.models import Activity, ClassSession, Course
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.core.settings import institute_zone

_numbers = itertools.count(1)
_WAY_TO = {
    "draft": (),
    "published": ("publish",),
    "closed": ("publish", "close"),
    "archived": ("publish", "close", "archive"),
    "cancelled": ("publish", "cancel"),
}


def make_course(**fields: Any) -> Course:
    """Add a course."""
    number = next(_numbers)
    fields.setdefault("titles", {"es": f"Curso {number}", "en": f"Course {number}"})
    return service.create_course(**fields)


def make_activity(
    kind: str = "webinar",
    status: str = "published",
    *,
    starts_in: int = 10,
    days: int = 1,
    starts_on: date | None = None,
    ends_on: date | None = None,
    title: str | None = None,
    opens_in: int | None = None,
    closes_in: int | None = None,
    **fields: Any,
) -> Activity:
    """Add an activity and take it to a status.

    Days are counted from today: `starts_in`, and for the application window `opens_in` and `closes_in`, which
    may be negative. `days` is the length. All other fields are those of `service.create_activity`.
    """
    start = starts_on or clock.today(fields.get("zone") or institute_zone()) + timedelta(days=starts_in)
    end = ends_on or start + timedelta(days=days - 1)
    number = next(_numbers)
    fields.setdefault("titles", {"es": title or f"Actividad {number}"})
    if opens_in is not None:
        fields["applications_open_at"] = clock.now() + timedelta(days=opens_in)
    if closes_in is not None:
        fields["applications_close_at"] = clock.now() + timedelta(days=closes_in)
    with writing():
        activity = service.create_activity(kind=kind, starts_on=start, ends_on=end, **fields)
        for step in _WAY_TO[status]:
            activity = service.take_step(activity_ref=activity.public_id, step=step)
    return activity


def make_class_session(
    activity: Activity,
    *,
    starts_wall: datetime | None = None,
    starts_in: int | None = None,
    at: time = time(10),
    minutes: int = 90,
    **fields: Any,
) -> ClassSession:
    """Add a class session: at a wall time, or so many days from today, or on the activity's first day.

    The activity is made longer if it has to be, so that a test need not say how long it is.
    """
    day = activity.starts_on if starts_in is None else clock.today(activity.zone) + timedelta(days=starts_in)
    wall = starts_wall or datetime.combine(day, at)
    _stretch(activity, clock.at_place(wall, fields.get("zone", activity.zone)))
    return service.add_class_session(activity_id=activity.id, starts_wall=wall, minutes=minutes, **fields)


def _stretch(activity: Activity, moment: datetime) -> None:
    day = clock.wall_time(moment, activity.zone).date()
    if not activity.starts_on <= day <= activity.ends_on:
        with writing() as session:
            held = session.get_one(Activity, activity.id)
            held.starts_on, held.ends_on = min(held.starts_on, day), max(held.ends_on, day)
