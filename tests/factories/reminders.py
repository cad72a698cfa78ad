"""A calendar to try reminders on: an activity with a class session on its first day, and participants."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import rules
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


def teacher(activity: Activity, *, zone: str = "America/Santiago", language: str = "es", **fields: Any) -> Person:
    """Let a new person teach an activity."""
    made = make_someone(zone=zone, language=language, **fields)
    catalogue.assign(activity_id=activity.id, person_id=made.id, role="instructor")
    return made


def drafting(activity: Activity, **fields: Any) -> Person:
    """Let a new person have an application that is not sent."""
    made = make_someone(zone=fields.pop("zone", "America/Santiago"), **fields)
    with writing() as session:
        session.add(ApplicationDraft(activity_id=activity.id, person_id=made.id, values={}, saved_at=clock.now()))
    return made


def certified(enrolment: Enrolment, activity: Activity, *, edition: int = 1) -> Certificate:
    """Let a certificate be ready, without its file."""
    reference = public_id()
    with writing() as session:
        made = Certificate(
            serial=reference, kind="completion", edition=edition, enrolment_id=enrolment.id,
            person_id=enrolment.person_id, activity_ref=activity.public_id, language="es", content={}, state="issued",
            file_key=reference, requested_at=clock.now(), issued_at=clock.now(),
        )  # fmt: skip
        session.add(made)
    return made


def rule(code: str, kind: str = "international_open", **changes: Any) -> rules.Rule:
    """Return the terms of a default, with changes."""
    return replace(rules.DEFAULTS[kind][code], **{"enabled": True, **changes})
