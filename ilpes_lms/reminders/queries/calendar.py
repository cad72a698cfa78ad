"""The calendar of who gets what, when, by which rule: day by day, counts first, names on demand."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import BadCursor, Page
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries.activities import Underway
from ilpes_lms.reminders.queries.candidates import Planned, foreseen

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder on one day: to how many, from when to when; `about` None where each has a moment of their own.

    Where a rule is tried out, `now` is to how many it goes as rules stand, None elsewhere.
    """

    day: date
    activity: Activity
    rule: rules.Rule
    name: str
    about: datetime | None
    first: datetime
    last: datetime
    recipients: int
    now: int | None = None

    def is_named(self, activity_ref: str, code: str, name: str, day: date) -> bool:
        return _name(self) == (activity_ref, code, name, day)


@dataclass(frozen=True, slots=True)
class Copy:
    """One recipient of a line; without a person it goes to an address."""

    planned: Planned
    person: Person | None


@dataclass(frozen=True)
class Calendar:
    """What will be written down in a period, by day in one zone."""

    zone: str
    start: datetime
    end: datetime
    planned: list[Planned]

    @property
    def lines(self) -> list[Line]:
        """Return the reminders by day, then by when the first is due."""
        groups: dict[tuple[date, int, str, str], list[Planned]] = {}
        for one in self.planned:
            groups.setdefault(self._group(one), []).append(one)
        return [_line(key[0], some) for key, some in groups.items()]

    def of_line(self, line: Line) -> list[Planned]:
        """Return the reminders of one line, in a stable order."""
        group = (line.day, line.activity.id, line.rule.code, line.name)
        return sorted((one for one in self.planned if self._group(one) == group), key=lambda one: one.subject)

    def _group(self, one: Planned) -> tuple[date, int, str, str]:
        return self._day(one), one.underway.activity.id, one.rule.code, one.name

    def _day(self, one: Planned) -> date:
        return clock.wall_time(one.at or one.window.due, self.zone).date()


def calendar(found: list[Underway], *, weeks: int, zone: str, now: datetime) -> Calendar:
    """Return what will be written down about some activities in the coming weeks, if nothing changes."""
    end = now + timedelta(weeks=weeks)
    return Calendar(zone, now, end, foreseen(found, now, end))


def compared(tried: Calendar, actual: Calendar) -> list[Line]:
    """Return the lines of a calendar in which a rule is tried out, with those that would no longer be there, in order.

    A rule that is on for somebody may stand in for another, which goes to fewer people then, or to nobody.
    """
    now = {_name(line): line for line in actual.lines}
    lines = [replace(line, now=now[_name(line)].recipients if _name(line) in now else 0) for line in tried.lines]
    kept = {_name(line) for line in lines}
    gone = [replace(line, recipients=0, now=line.recipients) for name, line in now.items() if name not in kept]
    return sorted([*lines, *gone], key=lambda line: (line.day, line.first))


def copies(planned: Sequence[Planned], cursor: str | None) -> Page[Copy]:
    """Return who gets the reminders of a line, a page of them after a cursor."""
    after = _read(cursor) if cursor else ""
    rest = [one for one in planned if one.subject > after]
    shown = rest[:_PAGE]
    people = _people([one.person_id for one in shown if one.person_id])
    items = [Copy(one, people.get(one.person_id or 0)) for one in shown]
    return Page(items, _written_down(shown[-1].subject) if len(rest) > _PAGE else None)


def written(activity_ref: str) -> list[tuple[str, str, int]]:
    """Return how many reminders of an activity were written down: the kind of message, its state, the number."""
    statement = (
        select(Message.kind, Message.state, func.count())
        .where(Message.activity_ref == activity_ref, Message.kind.startswith("reminders.", autoescape=True))
        .group_by(Message.kind, Message.state)
        .order_by(Message.kind, Message.state)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def _name(line: Line) -> tuple[str, str, str, date]:
    return line.activity.public_id, line.rule.code, line.name, line.day


def _line(day: date, some: list[Planned]) -> Line:
    one, moments = some[0], sorted(each.at or each.window.due for each in some)
    abouts = {each.about for each in some}
    about = abouts.pop() if len(abouts) == 1 else None
    return Line(day, one.underway.activity, one.rule, one.name, about, moments[0], moments[-1], len(some))


def _people(ids: list[int]) -> dict[int, Person]:
    return {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def _written_down(subject: str) -> str:
    return base64.urlsafe_b64encode(subject.encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise BadCursor(field="cursor") from error
