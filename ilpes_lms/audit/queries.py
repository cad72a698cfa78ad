"""Read the record."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from ilpes_lms.audit import rules
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.core import clock
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.settings import institute_zone


@dataclass(frozen=True, slots=True)
class Sought:
    """Which deeds: each value narrows them, none of them means all.

    `verb` is a whole one or how some begin (`activity.`); `person` is the public id of somebody whose data were seen;
    the days are the institute's, both counted.
    """

    object_id: str | None = None
    actor: str | None = None
    verb: str | None = None
    person: str | None = None
    first: date | None = None
    last: date | None = None


def entries(sought: Sought | None = None, *, cursor: str | None = None, size: int = 50) -> Page[AuditEntry]:
    """Return deeds, newest first; raises DayNotPlausible, DaysReversed."""
    sought = sought or Sought()
    rules.check_days(sought.first, sought.last)
    statement = select(AuditEntry).where(*_conditions(sought))
    return page_of(statement, keys=[AuditEntry.id], cursor=cursor, size=size, descending=True)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found = []
    if sought.object_id:
        found.append(AuditEntry.object_id == sought.object_id)
    if sought.actor:
        found.append(AuditEntry.actor == sought.actor)
    if sought.verb:
        found.append(AuditEntry.verb.startswith(sought.verb, autoescape=True))
    if sought.person:
        found.append(AuditEntry.id.in_(select(SeenPerson.entry_id).where(SeenPerson.person_ref == sought.person)))
    return [*found, *within(sought.first, sought.last)]


def within(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Return what a deed must fulfil to be one of a period; the days are the institute's, both counted."""
    since = [AuditEntry.at >= _start(first)] if first else []
    until = [AuditEntry.at < _start(last + timedelta(days=1))] if last else []
    return [*since, *until]


def _start(day: date) -> datetime:
    return clock.at_place(datetime(day.year, day.month, day.day), institute_zone())  # noqa: DTZ001 - wall time
