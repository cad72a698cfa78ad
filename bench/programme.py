"""The catalogue that the pages show: the report's 52 past activities and 30 to come, made from the same courses."""

from datetime import timedelta

from flask import Flask

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Course
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.demo import service as demo

COMING = 30
_KINDS = ("international_open", "national_restricted", "other_division", "webinar")
_COUNTRIES = ("CHL", "COL", "PER", "MEX", "URY", "CRI")
_LANGUAGES = (["es"], ["es"], ["pt"], ["en"], ["es", "en"])


def fill(app: Flask) -> int:
    """Fill the catalogue; return how many activities it has."""
    with app.app_context(), writing():
        past = demo.load_report()
        courses = catalogue_queries.courses()
        for place in range(COMING):
            _add(courses[place % len(courses)], place)
    return past + COMING


def _add(course: Course, place: int) -> None:
    kind, first_day = _KINDS[place % len(_KINDS)], clock.today("UTC") + timedelta(days=7 + 3 * place)
    given_in = _COUNTRIES[place % len(_COUNTRIES)] if kind == "national_restricted" else None
    activity = catalogue.create_activity(
        kind=kind, course_id=course.id, titles=course.titles, summaries=course.summaries, topics=course.topics,
        languages=_LANGUAGES[place % len(_LANGUAGES)], starts_on=first_day,
        ends_on=first_day + timedelta(days=place % 20), hours=8 + place, country=given_in, capacity=40,
        applications_open_at=clock.now() - timedelta(days=1),
        applications_close_at=clock.now() + timedelta(days=2 + place),
    )  # fmt: skip
    catalogue.publish(activity_ref=activity.public_id)
