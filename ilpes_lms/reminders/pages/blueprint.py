"""What all pages of the room are registered on, and what they share."""

from collections.abc import Collection
from typing import Any

from apiflask import APIBlueprint
from flask import request

from ilpes_lms.core import clock
from ilpes_lms.reminders import queries
from ilpes_lms.reminders.display import copies_of, days_of, line_of
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("reminders", "ilpes_lms.reminders", enable_openapi=False)

WEEKS = ("1", "2", "4", "8")
_WEEKS = "2"


def divisions() -> frozenset[str]:
    """Return the divisions whose activities the reader may manage; none means all."""
    return access.principal().divisions


def shown_calendar(
    found: list[queries.Underway], zone: str, *, tried: list[queries.Underway] | None = None, **more: Collection[str]
) -> dict[str, Any]:
    """Return the calendar of some activities for a template, and who gets the line that was asked for.

    `tried` are those of them that are shown, as they would be with another rule on; `more` is what else the page's
    address may ask for.
    """
    page_takes(weeks=WEEKS, activity=None, rule=None, about=None, day=None, cursor=None, **more)
    weeks = request.args.get("weeks", _WEEKS)
    weeks = weeks if weeks in WEEKS else _WEEKS
    actual = queries.calendar(found, weeks=int(weeks), zone=zone, now=clock.now())
    foreseen = queries.calendar(tried, weeks=int(weeks), zone=zone, now=clock.now()) if tried is not None else actual
    lines = queries.compared(foreseen, actual) if tried is not None else actual.lines
    chosen = [line for line in lines if _asked_for(line)]
    return {
        "weeks": weeks, "all_weeks": WEEKS, "days": days_of(lines, zone), "zone": zone,
        **_chosen(foreseen if chosen and chosen[0].recipients else actual, chosen),
    }  # fmt: skip


def _chosen(calendar: queries.Calendar, lines: list[queries.Line]) -> dict[str, Any]:
    if not lines:
        return {"chosen": None}
    page = queries.copies(calendar.of_line(lines[0]), request.args.get("cursor"))
    return {
        "chosen": line_of(lines[0], calendar.zone), "copies": copies_of(page.items), "next_cursor": page.next_cursor,
    }  # fmt: skip


def _asked_for(line: queries.Line) -> bool:
    names = {"activity": line.activity.public_id, "rule": line.rule.code, "about": line.name, "day": str(line.day)}
    return all(request.args.get(name) == value for name, value in names.items())
