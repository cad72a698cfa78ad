"""Who gets what, when, by which rule: the dry run of an activity."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries.activities import Standing, Underway, told_of

_PAGE = 50
_DAY_LETTERS = 10


@dataclass(frozen=True)
class Line:
    """One reminder of an activity: about which day, due when (first and last zone), for how many, sent to how many."""

    rule: str
    day: str
    about: datetime
    due_first: datetime | None
    due_last: datetime | None
    enabled: bool
    participants: int
    states: dict[str, int]


@dataclass(frozen=True)
class Recipient:
    """One participant and their copy of a reminder; `state` None when it is not written down yet.

    `told` says that none is owed because the letter that confirmed the place said the same.
    """

    enrolment: Enrolment
    window: rules.Window | None
    state: str | None
    message_ref: str | None
    told: bool = False


def plan(found: Underway) -> list[Line]:
    """Return all reminders of an activity in the order of what they are about."""
    zones, states = _zones(found.activity.id), _states(found.activity.public_id)
    return [
        _line(found, about, zones, states.get((about.rule, about.day), {}))
        for about in sorted(_abouts(found), key=lambda about: about.moment)
    ]


def recipients(found: Underway, *, rule: str, day: str, cursor: str | None = None) -> Page[Recipient]:
    """Return the participants of an activity with their copy of one reminder, in the order of enrolment."""
    page = page_of(
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.activity_id == found.activity.id, Enrolment.state == "confirmed"),
        keys=[Enrolment.id],
        cursor=cursor,
        size=_PAGE,
    )
    keys = {rules.key(rule, enrolment.public_id, day): enrolment for enrolment in page.items}
    messages = {m.key: m for m in db.session.scalars(select(Message).where(Message.key.in_(keys)))}
    told = told_of([enrolment.id for enrolment in page.items])
    standings = {key: Standing(e, e.person, found, told.get(e.id)) for key, e in keys.items()}
    return Page([_recipient(one, rule, day, messages.get(key)) for key, one in standings.items()], page.next_cursor)


@dataclass(frozen=True)
class _About:
    rule: str
    day: str
    moment: datetime


def _abouts(found: Underway) -> Iterator[_About]:
    if found.begin:
        yield _About(rules.ACTIVITY_STARTS, found.activity.starts_on.isoformat(), found.begin)
    for day, sessions in found.days.items():
        yield _About(rules.CLASS_SESSION_TOMORROW, day, sessions[0].starts_at)


def _line(found: Underway, about: _About, zones: dict[str, int], states: dict[str, int]) -> Line:
    windows = [found.window(about.rule, about.day, zone) for zone in zones or [found.activity.zone]]
    moments = sorted(window.due for window in windows if window)
    first, last = (moments[0], moments[-1]) if moments else (None, None)
    return Line(
        about.rule, about.day, about.moment, first, last, found.on(about.rule), sum(zones.values()), states
    )  # fmt: skip


def _recipient(one: Standing, rule: str, day: str, message: Message | None) -> Recipient:
    window = one.window(rule, day)
    told = window is None and one.underway.window(rule, day, one.person.zone) is not None
    return Recipient(
        one.enrolment, window, message.state if message else None, message.public_id if message else None, told
    )  # fmt: skip


def _zones(activity_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Person.zone, func.count())
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .group_by(Person.zone)
    )
    return {row[0]: row[1] for row in rows}


def _states(activity_ref: str) -> dict[tuple[str, str], dict[str, int]]:
    day = func.substr(Message.key, func.length(Message.key) - (_DAY_LETTERS - 1))
    rows = db.session.execute(
        select(Message.kind, day, Message.state, func.count())
        .where(Message.activity_ref == activity_ref, Message.kind.in_([kind_of(rule) for rule in rules.RULES]))
        .group_by(Message.kind, day, Message.state)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for kind, about, state, count in rows:
        found.setdefault((kind.removeprefix("reminders."), about), {})[state] = count
    return found


def kind_of(rule: str) -> str:
    """Return the kind of message that a rule sends."""
    return f"reminders.{rule}"
