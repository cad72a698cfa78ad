"""People with a place whose calendars are told of it, for tests; to be called inside an app context."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from ilpes_lms.calendars import tasks
from ilpes_lms.calendars.models import CalendarBook
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import make_someone


def give_place(activity: Activity, person: Person | None = None, **fields: Any) -> Enrolment:
    """Give somebody a place, with the letter that says so."""
    found = person or make_someone(**fields)
    return service.enrol_directly(activity_id=activity.id, person_id=found.id, silent=False)


def make_course(*walls: str, zone: str = "America/Santiago", minutes: int = 90, **fields: Any) -> Activity:
    """Add a course of the year 2032 with class sessions at these wall times."""
    days = [datetime.fromisoformat(wall).date() for wall in walls] or [
        clock.today("America/Santiago") + timedelta(days=30)
    ]
    fields = {"title": "Prospectiva", "starts_on": min(days), "ends_on": max(days) + timedelta(days=60)} | fields
    course = make_activity("international_open", zone=zone, **fields)
    for wall in walls:
        make_class_session(course, starts_wall=datetime.fromisoformat(wall), minutes=minutes)
    return course


def settle() -> None:
    """Let the time pass in which coordinators may go on changing things, and sweep."""
    tasks.collect()
    with writing() as session:
        session.execute(update(CalendarBook).where(CalendarBook.look_at.is_not(None)).values(look_at=clock.now()))
    tasks.collect()
