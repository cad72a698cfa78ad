"""What is owed to whom at a moment and was never written down: a few statements, however many people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries.activities import Underway, told_at, underway_now

# Rule, enrolment, person, activity, day, the person's zone, when they were told by a letter of confirmation.
_Row = tuple[str, str, int, int, str, str, datetime | None]


@dataclass(frozen=True)
class Owed:
    """One reminder to one participant, about one day."""

    rule: str
    enrolment_ref: str
    person_id: int
    activity_ref: str
    day: str

    @property
    def key(self) -> str:
        return rules.key(self.rule, self.enrolment_ref, self.day)


def owed(now: datetime) -> list[Owed]:
    """Return every reminder that is owed now and not yet in the outbox."""
    found = underway_now(now)
    if not found:
        return []
    rows = [*_about_starts(found), *_about_sessions(found, now)]
    return [
        Owed(rule, ref, person_id, found[activity_id].activity.public_id, day)
        for rule, ref, person_id, activity_id, day, zone, told in rows
        if (window := found[activity_id].window_of(rule, day, zone, told)) and window.holds(now)
    ]


def _about_starts(found: dict[int, Underway]) -> Iterator[_Row]:
    ids = [i for i, each in found.items() if each.on(rules.ACTIVITY_STARTS) and each.begin]
    day = cast(Activity.starts_on, String)
    statement = _participants(rules.ACTIVITY_STARTS, day).join(Activity, Activity.id == Enrolment.activity_id)
    statement = statement.add_columns(told_at())
    for row in db.session.execute(statement.where(Enrolment.activity_id.in_(ids))):
        yield (rules.ACTIVITY_STARTS, *row)


def _about_sessions(found: dict[int, Underway], now: datetime) -> Iterator[_Row]:
    ids = [i for i, each in found.items() if each.on(rules.CLASS_SESSION_TOMORROW)]
    day = func.substr(ClassSession.wall_start, 1, 10)
    statement = (
        _participants(rules.CLASS_SESSION_TOMORROW, day)
        .join(ClassSession, ClassSession.activity_id == Enrolment.activity_id)
        .where(
            ClassSession.activity_id.in_(ids),
            ClassSession.status == "scheduled",
            ClassSession.starts_at > now,
            ClassSession.starts_at < now + rules.LONGEST_LEAD,
        )
        .distinct()
    )
    for row in db.session.execute(statement):
        yield (rules.CLASS_SESSION_TOMORROW, *row, None)


def _participants(rule: str, day: ColumnElement[str]) -> Any:
    key = literal(f"reminder:{rule}:") + Enrolment.public_id + literal(":") + day
    written_down = select(Message.id).where(Message.key == key).exists()
    return (
        select(Enrolment.public_id, Enrolment.person_id, Enrolment.activity_id, day, Person.zone)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.state == "confirmed", ~written_down)
    )
