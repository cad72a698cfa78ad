"""The room's blueprint, and what its routes share."""

from typing import Any

from ilpes_lms.catalogue.queries import managed_outline
from ilpes_lms.core import clock
from ilpes_lms.reminders import queries, schemas
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint
from ilpes_lms.web.i18n import zone

api = blueprint("reminders")


def at(activity_ref: str) -> dict[str, Any]:
    """Return which activity is meant and within which divisions the caller may, by the names the services know."""
    return {"activity_ref": activity_ref, "divisions": access.principal().divisions}


def underway(activity_ref: str) -> queries.Underway:
    """Return an activity that the caller manages as reminders see it."""
    return queries.of_activity(managed_outline(activity_ref, access.principal().divisions), clock.now())


def calendar(found: list[queries.Underway], weeks: int, of: str | None = None) -> queries.Calendar:
    """Return the calendar of some activities, by the days of a zone, the caller's if none is given."""
    return queries.calendar(found, weeks=weeks, zone=of or zone(), now=clock.now())


def recipients(found: queries.Calendar, asked: schemas.RecipientsQuery, activity_ref: str) -> schemas.RecipientsOut:
    """Return a page of who gets the line of a calendar that was asked for; of one that is not there, nobody."""
    named = (activity_ref, asked.rule, asked.about, asked.day)
    planned = [one for line in found.lines if line.is_named(*named) for one in found.of_line(line)]
    page = queries.copies(planned, asked.cursor)
    return schemas.RecipientsOut(
        items=[schemas.RecipientOut.of(one) for one in page.items], next_cursor=page.next_cursor
    )
