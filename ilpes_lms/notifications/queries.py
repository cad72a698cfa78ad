"""Whom a message goes to; the log of messages."""

from dataclasses import dataclass

from sqlalchemy import Select, false, func, select

from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.notifications import visibility
from ilpes_lms.notifications.errors import MessageNotFound
from ilpes_lms.notifications.models import DeclinedKind, Message
from ilpes_lms.notifications.rules import STATES
from ilpes_lms.people.models import EmailAddress, Person

PAGE_SIZE = 50


@dataclass(frozen=True)
class Recipient:
    """A person as a message needs them; `address` is None without a verified one."""

    ref: str
    name: str
    language: str
    address: str | None


def recipient(person_id: int) -> Recipient | None:
    """Return whom a message to a person reaches, by their first verified address."""
    found = db.session.execute(
        select(Person, EmailAddress.address)
        .outerjoin(EmailAddress, (EmailAddress.person_id == Person.id) & EmailAddress.verified_at.is_not(None))
        .where(Person.id == person_id)
        .order_by(EmailAddress.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    person, address = found
    return Recipient(person.public_id, person.full_name, person.language, address)


def person(person_ref: str) -> Person | None:
    """Return a person by public id."""
    return db.session.scalar(select(Person).where(Person.public_id == person_ref))


def declined(person_id: int, kind: str) -> bool:
    """Tell whether a person does not want a kind of message."""
    return db.session.scalar(_choice(person_id, kind)) is not None


def _choice(person_id: int, kind: str) -> Select[DeclinedKind]:
    return select(DeclinedKind).where(DeclinedKind.person_id == person_id, DeclinedKind.kind == kind)


def log(
    *,
    divisions: frozenset[str] = frozenset(),
    state: str | None = None,
    activity_ref: str | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Message]:
    """Return messages, newest first; a reader of some divisions sees those of their activities only."""
    statement = _visible(divisions)
    if state:
        statement = statement.where(Message.state == state)
    if activity_ref:
        statement = statement.where(Message.activity_ref == activity_ref)
    return page_of(statement, keys=[Message.id], cursor=cursor, size=size, descending=True)


def counts(*, divisions: frozenset[str] = frozenset(), activity_ref: str | None = None) -> dict[str, int]:
    """Return how many visible messages are in each state."""
    seen = _visible(divisions)
    if activity_ref:
        seen = seen.where(Message.activity_ref == activity_ref)
    rows = db.session.execute(
        seen.with_only_columns(Message.state, func.count()).group_by(Message.state).order_by(None)
    )
    return {row[0]: row[1] for row in rows}


def last_and_counts(activity_ref: str, number: int) -> tuple[list[Message], dict[str, int]]:
    """Return the last messages about an activity, and how many there are in each state, in one statement."""
    about = select(Message).where(Message.activity_ref == activity_ref)
    counted = [func.count().filter(Message.state == state).over().label(state) for state in STATES]
    rows = db.session.execute(about.add_columns(*counted).order_by(Message.id.desc()).limit(number)).all()
    return [row[0] for row in rows], dict(zip(STATES, rows[0][1:], strict=True)) if rows else {}


def message(message_ref: str, *, divisions: frozenset[str] = frozenset()) -> Message:
    """Return one message; raises MessageNotFound when there is none or the reader may not see it."""
    found = db.session.scalar(_visible(divisions).where(Message.public_id == message_ref))
    if found is None:
        raise MessageNotFound
    return found


def names_of(messages: list[Message]) -> dict[int, str]:
    """Return the names of the persons that messages go to, in one statement."""
    ids = {found.person_id for found in messages if found.person_id is not None}
    if not ids:
        return {}
    return {person.id: person.full_name for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def _visible(divisions: frozenset[str]) -> Select[Message]:
    statement = select(Message)
    if not divisions:
        return statement
    activities = visibility.activities_of(divisions)
    return statement.where(false() if activities is None else Message.activity_ref.in_(activities))
