"""The report's 52 activities as past activities known by headcount, with the courses behind them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, Course
from ilpes_lms.core.database import db, transaction
from ilpes_lms.demo.service.files import read
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.publications import service as publications
from ilpes_lms.statistics.publications.service import Publication
from ilpes_lms.statistics.releases import service as releases
from ilpes_lms.statistics.releases.queries import latest_of

_PAST = ("publish", "close", "archive")


@transaction
def load_report() -> int:
    """Add the courses and activities of the report that are not there yet; return how many activities were added.

    A row is known by its table and its place in it, so loading twice is the same as once.
    """
    courses = load_courses()
    source = report()["document"]["symbol"]
    there = _rows_there()
    missing = [row for row in report()["activities"] if (row["kind"], row["row"]) not in there]
    for row in missing:
        _add(row, courses.get(row["course"]), source)
    return len(missing)


def publish_report() -> bool:
    """Publish the figures of the report's period, and before them what it prints of the period before.

    Where a release of a period is there, nothing is done about it. Tell whether the report's was published.
    """
    _enter_earlier()
    period = rules.PUBLISHED
    if latest_of(period) is not None:
        return False
    seen = releases.preview(start=period.start, end=period.end).seen
    releases.publish(start=period.start, end=period.end, seen=seen)
    return True


def _enter_earlier() -> None:
    said = read("report", "earlier")
    start, end = date.fromisoformat(said["from"]), date.fromisoformat(said["to"])
    if latest_of(rules.Period(start, end)) is None:
        publications.enter(Publication(start, end, said["symbol"], said["by_kind"], {}))


@transaction
def load_courses() -> dict[str, Course]:
    """Add the courses that are not there yet; return all of them by their address."""
    known = {course.slug: course for course in db.session.scalars(select(Course))}
    for course in read("report", "courses")["courses"]:
        if course["slug"] not in known:
            known[course["slug"]] = catalogue.create_course(
                slug=course["slug"], titles=course["titles"], summaries=course["summaries"], topics=course["topics"],
                sdgs=course["sdgs"], default_hours=course["default_hours"],
            )  # fmt: skip
    return known


def report() -> dict[str, Any]:
    """Return the report as transcribed."""
    return read("report", "activities")


def _rows_there() -> set[tuple[str, int | None]]:
    # Only rows of a published table keep how their dates were printed.
    printed = select(Activity.kind, Activity.position).where(Activity.dates_as_published.is_not(None))
    return set(db.session.execute(printed).all())


def _add(row: dict[str, Any], course: Course | None, source: str) -> None:
    activity = catalogue.create_activity(
        kind=row["kind"],
        titles={row["language"]: row["title"]},
        starts_on=date.fromisoformat(row["start"]),
        ends_on=date.fromisoformat(row["end"]),
        course_id=course.id if course else None,
        topics=row["topics"],
        languages=[row["language"]],
        modality=row["modality"],
        start_precision=row["start_precision"],
        end_precision=row["end_precision"],
        dates_as_published=row["dates_text"],
        hours=row["hours"],
        location=row["location"],
        country=row["country"],
        # The report names no division for the courses of other divisions.
        division=None if row["kind"] == "other_division" else "ilpes",
        requesting_institution=row["requesting_institution"],
        technical_assistance=row["technical_assistance"],
        record="no_record" if row["record"] == "no_record" else "people",
        position=row["row"],
        notes=row["notes"],
        partners=[(partner["name"], partner["role"]) for partner in row["partners"]],
    )
    for step in _PAST:
        catalogue.take_step(activity_ref=activity.public_id, step=step)
    if row["record"] == "headcount":
        where = f"{source}, table {row['table']}, row {row['row']}"
        catalogue.record_headcount(activity_id=activity.id, women=row["women"], men=row["men"], source=where)
