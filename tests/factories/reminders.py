"""A calendar to try reminders on: an activity with a class session on its first day, and participants."""

from datetime import date, datetime, time
from typing import Any

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment.models import Enrolment
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_someone

TITLES = {"es": "Planificación", "en": "Planning", "pt": "Planejamento", "fr": "Planification"}


def course_on(first_day: date, *, zone: str = "America/Santiago", hour: int | None = 10, **fields: Any) -> Activity:
    """Add a published activity that begins on a day, with a class session at an hour of that day (None: without)."""
    activity = make_activity(starts_on=first_day, zone=zone, titles=TITLES, capacity=None, **fields)
    if hour is not None:
        make_class_session(activity, starts_wall=datetime.combine(first_day, time(hour)), zone=zone, title="Inicio")
    return activity


def participant(
    activity: Activity, *, language: str = "es", zone: str = "America/Santiago", **fields: Any
) -> Enrolment:
    """Confirm a new person in an activity."""
    return enrol(activity, make_someone(language=language, zone=zone, **fields))
