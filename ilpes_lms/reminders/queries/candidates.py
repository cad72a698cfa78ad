"""Who gets which reminder, when: what the collector writes down and what the calendar foresees, by the same way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries.activities import Underway, of_activity, underway
from ilpes_lms.reminders.queries.occasions import Occasion, as_rows, occasions
from ilpes_lms.reminders.queries.recipients import recipients_of

# Databases take so many values in one statement; an occasion has ten.
_AT_ONCE = 1500
KINDS = "reminders."
PAUSED = N_("It waits until the pause of reminders is over.")


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to one recipient: when it is owed, and when it is, or would be, written down (None: never)."""

    underway: Underway
    rule: rules.Rule
    subject: str
    person_id: int | None
    address: str | None
    zone: str
    standing: str
    name: str
    about: datetime
    window: rules.Window
    at: datetime | None

    @property
    def key(self) -> str:
        return rules.key(self.rule.code, self.subject, self.name)


def kind_of(rule: rules.Rule) -> str:
    """Return the kind of message that a rule sends."""
    return f"{KINDS}{rule.message}"


def owed(now: datetime) -> list[Planned]:
    """Return every reminder that is owed now and not yet in the outbox."""
    return foreseen(underway(now), now, now)


def foreseen(found: list[Underway], start: datetime, end: datetime) -> list[Planned]:
    """Return the reminders that would be written down from `start` to `end` if nothing changed meanwhile."""
    planned = [one for one in _planned(found, start, end) if one.at is not None and one.at <= end]
    return _once_each(sorted(planned, key=lambda one: (one.at, one.key)))


def still_owed(kind: str, values: dict[str, Any], person_id: int | None, now: datetime) -> Planned | None:
    """Return a reminder that was written down as it stands now, None where it is owed no more."""
    found = recipient_of(kind, values, now)
    return found if found and found.person_id == person_id and found.window.holds(now) else None


def recipient_of(kind: str, values: dict[str, Any], now: datetime) -> Planned | None:
    """Return what a reminder that was written down is about now, None where its rule reaches nobody like that."""
    code = values.get("rule") or kind.removeprefix(KINDS)
    subject: str = values.get("subject") or values["enrolment"]
    activity = _activity_of(values)
    found = of_activity(activity, now) if activity else None
    if found is None or code not in found.rules:
        return None
    key = rules.key(code, subject, values["day"])
    return next((one for one in _planned([found], now, now, code=code, subject=subject) if one.key == key), None)


def _activity_of(values: dict[str, Any]) -> Activity | None:
    if reference := values.get("activity"):
        return db.session.scalar(select(Activity).where(Activity.public_id == reference))
    # What the release before wrote down names the enrolment alone.
    theirs = select(Enrolment.activity_id).where(Enrolment.public_id == values["enrolment"])
    return db.session.scalar(select(Activity).where(Activity.id.in_(theirs)))


def _planned(
    found: list[Underway], start: datetime, end: datetime, *, code: str | None = None, subject: str | None = None
) -> Iterator[Planned]:
    asked = [one for one in occasions(found, start, end) if code in {None, one.rule.code}]
    windows = _Windows()
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        for row in _rows(some, subject):
            planned = _of_row(some[row.number], row, windows, start)
            if planned:
                yield planned


def _rows(some: list[Occasion], subject: str | None) -> Sequence[Any]:
    anchors = {one.rule.anchor for one in some}
    return db.session.execute(recipients_of(as_rows(some), anchors, subject=subject)).all()


def _of_row(one: Occasion, row: Any, windows: "_Windows", start: datetime) -> Planned | None:
    about = one.about or row.about
    window = windows.of(one, about, row.zone)
    if rules.told_already(one.rule, row.told, window.due):
        return None
    at = rules.moment(window, one.rule.quiet, row.zone, max(start, one.underway.paused_until or start))
    return Planned(
        one.underway, one.rule, row.subject, row.person_id, row.address, row.zone, one.standing, row.name, about,
        window, at,
    )  # fmt: skip


class _Windows:
    """Remembers when a reminder is owed: people of a zone who stand the same get it at the same moment."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], rules.Window] = {}

    def of(self, one: Occasion, about: datetime, zone: str) -> rules.Window:
        key = (one.underway.activity.id, one.rule.code, about, zone, one.standing, one.outcome)
        if key not in self._known:
            self._known[key] = self._made(one, about, zone)
        return self._known[key]

    def _made(self, one: Occasion, about: datetime, zone: str) -> rules.Window:
        place = one.underway.activity.zone
        dues = [rules.window(rule, moment, place, zone).due for rule, moment in _of_the_same(one, about)]
        return rules.superseded(rules.window(one.rule, about, place, zone), dues)


def _of_the_same(one: Occasion, about: datetime) -> Iterator[tuple[rules.Rule, datetime]]:
    """Return the rules that remind the same people of the same thing, with its moment."""
    first_day = one.underway.days.get(one.underway.activity.starts_on.isoformat())
    for rule in one.underway.holding:
        if rule.side != one.rule.side or not rule.reaches(one.standing, one.outcome):
            continue
        if rule.anchor == one.rule.anchor:
            yield rule, about
        elif (one.rule.anchor, rule.anchor) == (rules.ACTIVITY_START, rules.CLASS_SESSION) and first_day:
            yield rule, first_day[0].starts_at


def _once_each(planned: list[Planned]) -> list[Planned]:
    """Leave out who is reached twice: by two applications for one profile, or as a participant who teaches, too."""
    found: dict[str, Planned] = {}
    people: set[tuple[Any, ...]] = set()
    for one in planned:
        person = (one.rule.code, one.underway.activity.id, one.name, one.person_id or one.address)
        if one.key not in found and person not in people:
            found[one.key] = one
            people.add(person)
    return list(found.values())
