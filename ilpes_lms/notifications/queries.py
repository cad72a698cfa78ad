"""Whom a message goes to; the log of messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, false, func, or_, select, text, union
from sqlalchemy.orm import aliased

from ilpes_lms.core.database import UTCDateTime, db, glance
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.text import fold
from ilpes_lms.notifications import visibility
from ilpes_lms.notifications.errors import MessageNotFound
from ilpes_lms.notifications.models import DUE, BouncedAddress, DeclinedKind, DigestChoice, Message
from ilpes_lms.notifications.rules import BOUNCED, FAILED, STATES
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.people.rules import address_key, full_name

PAGE_SIZE = 50
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Recipient:
    """A person as a message needs them; `address` is None without a verified one.

    `bounced_since` says since when nothing arrives there, `digest_hour` at which hour they want one message a day.
    """

    ref: str
    name: str
    language: str
    zone: str
    address: str | None
    bounced_since: datetime | None
    digest_hour: int | None


def _reached(*, at_address: bool) -> Any:
    reached = bindparam("address", type_=String) if at_address else EmailAddress.address
    found = select(
        Person.public_id, Person.given_names, Person.first_surname, Person.second_surname, Person.language, Person.zone,
        reached.label("reached"), BouncedAddress.since, DigestChoice.hour,
    ).select_from(Person)  # fmt: skip
    if at_address:
        found = found.outerjoin(BouncedAddress, BouncedAddress.address_key == bindparam("address_key"))
    else:
        verified = (EmailAddress.person_id == Person.id) & EmailAddress.verified_at.is_not(None)
        found = found.outerjoin(EmailAddress, verified)
        found = found.outerjoin(BouncedAddress, BouncedAddress.address_key == EmailAddress.address_key)
        found = found.order_by(BouncedAddress.id.is_not(None), EmailAddress.id)
    chosen = found.outerjoin(DigestChoice, DigestChoice.person_id == Person.id)
    return chosen.where(Person.id == bindparam("person")).limit(1)


# Asked for every message that leaves, so written once.
_AT_ADDRESS, _AT_THEIR_OWN = _reached(at_address=True), _reached(at_address=False)


def recipient(person_id: int, address: str | None = None) -> Recipient | None:
    """Return whom a message to a person reaches: at an address, or at their first verified one that takes messages."""
    where = {"address": address, "address_key": address_key(address)} if address else {}
    with glance() as connection:
        row = connection.execute(_AT_ADDRESS if address else _AT_THEIR_OWN, {"person": person_id, **where}).first()
    if row is None:
        return None
    name = full_name(row.given_names, row.first_surname, row.second_surname)
    return Recipient(row.public_id, name, row.language, row.zone, row.reached, row.since, row.hour)


def key_given_free() -> ColumnElement[str]:
    """Return the key of a message that another may have its key."""
    return Message.key + "~" + Message.public_id


def bounced_since(address: str) -> datetime | None:
    """Return since when nothing arrives at an address, None where messages do."""
    return db.session.scalar(select(BouncedAddress.since).where(BouncedAddress.address_key == address_key(address)))


def person(person_ref: str) -> Person | None:
    """Return a person by public id."""
    return db.session.scalar(select(Person).where(Person.public_id == person_ref))


def declined(person_id: int, *kinds: str) -> bool:
    """Tell whether a person does not want one of some kinds of message."""
    theirs = DeclinedKind.person_id == person_id
    return db.session.scalar(select(DeclinedKind.id).where(theirs, DeclinedKind.kind.in_(kinds)).limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which messages of the log: of some divisions' activities (none: all), of an activity, of a kind, to somebody."""

    divisions: frozenset[str] = frozenset()
    activity_ref: str | None = None
    kind: str | None = None
    to: str | None = None

    def statement(self) -> Select[Message]:
        """Return those messages, whatever their state."""
        found = _visible(self.divisions)
        if self.activity_ref:
            found = found.where(Message.activity_ref == self.activity_ref)
        if self.kind:
            found = found.where(Message.kind == self.kind)
        return found.where(_to(self.to)) if self.to else found


def log(
    sought: Sought, *, state: str | None = None, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[Message]:  # fmt: skip
    """Return messages, newest first."""
    statement = sought.statement()
    if state:
        statement = statement.where(Message.state == state)
    return page_of(statement, keys=[Message.id], cursor=cursor, size=size, descending=True)


def counts(sought: Sought) -> dict[str, int]:
    """Return how many messages are in each state."""
    return {row[0]: row[1] for row in db.session.execute(_by_state(sought.statement()))}


def undelivered(divisions: frozenset[str]) -> dict[str, int]:
    """Return how many messages failed and how many came back that nobody has sent again yet."""
    return {row[0]: row[1] for row in db.session.execute(_by_state(not_delivered(divisions)))}


def not_delivered(divisions: frozenset[str] = frozenset()) -> Select[Message]:
    """Return the messages that failed or came back and that nobody has sent again yet, of some divisions or all."""
    repeated = aliased(Message)
    open_ones = ~select(repeated.id).where(repeated.again_of_id == Message.id).exists()
    return Sought(divisions=divisions).statement().where(Message.state.in_((FAILED, BOUNCED)), open_ones)


def _by_state(found: Select[Message]) -> Select[str, int]:
    return found.with_only_columns(Message.state, func.count()).group_by(Message.state).order_by(None)


def _to(text: str) -> ColumnElement[bool]:
    named = select(Person.id).where(Person.name_key.contains(fold(text), autoescape=True))
    held = EmailAddress.address_key.contains(text.casefold(), autoescape=True)
    columns = (Message.sent_to, Message.address)
    written = [func.lower(column).contains(text.lower(), autoescape=True) for column in columns]
    return or_(Message.person_id.in_(union(named, select(EmailAddress.person_id).where(held))), *written)


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


@dataclass(frozen=True)
class Kin:
    """Other messages that one belongs with, by public id: what it repeats, its own repetition, its summary."""

    earlier: str | None
    later: str | None
    summary: str | None


def kin_of(message: Message) -> Kin:
    """Return what a message repeats, what repeats it, and the daily summary it waits for or left in."""
    earlier, later, summary = aliased(Message), aliased(Message), aliased(Message)
    found = db.session.execute(
        select(earlier.public_id, later.public_id, summary.public_id)
        .select_from(Message)
        .outerjoin(earlier, earlier.id == Message.again_of_id)
        .outerjoin(later, later.again_of_id == Message.id)
        .outerjoin(summary, summary.id == Message.digest_id)
        .where(Message.id == message.id)
    ).one()
    return Kin(*found)


@dataclass(frozen=True)
class Waiting:
    """How many messages are due, and for how long the oldest of them has been (None: none is)."""

    due: int
    oldest: timedelta | None

    @property
    def is_fine(self) -> bool:
        """Tell whether what is due leaves in time: a minute or two is the way things are."""
        return self.oldest is None or self.oldest <= LONGEST_WAIT


def waiting(now: datetime) -> Waiting:
    """Return what is due and was not taken in hand yet."""
    due = select(func.count(), func.min(Message.due_at, type_=UTCDateTime())).where(text(DUE), Message.due_at <= now)
    number, oldest = db.session.execute(due).one()
    return Waiting(number, now - oldest if oldest else None)


@dataclass(frozen=True)
class Wishes:
    """What a person chose about messages, and at which of their addresses nothing arrives, with what was said."""

    declined: frozenset[str]
    digest_hour: int | None
    bounced: tuple[tuple[str, str], ...]


def wishes_of(person_id: int) -> Wishes:
    """Return what a person chose about messages."""
    kinds = select(DeclinedKind.kind).where(DeclinedKind.person_id == person_id)
    hour = select(DigestChoice.hour).where(DigestChoice.person_id == person_id)
    return Wishes(frozenset(db.session.scalars(kinds)), db.session.scalar(hour), bounced_of(person_id))


def bounced_of(person_id: int) -> tuple[tuple[str, str], ...]:
    """Return a person's addresses at which nothing arrives, with what the mail server said."""
    held = (
        select(EmailAddress.address, BouncedAddress.reason)
        .join(BouncedAddress, BouncedAddress.address_key == EmailAddress.address_key)
        .where(EmailAddress.person_id == person_id)
        .order_by(EmailAddress.id)
    )
    return tuple((row[0], row[1]) for row in db.session.execute(held))


def addresses_of(person_id: int) -> list[str]:
    """Return all addresses of a person."""
    return list(db.session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == person_id)))


def ref_of(person_id: int) -> str:
    """Return the public id of a person."""
    return db.session.scalars(select(Person.public_id).where(Person.id == person_id)).one()


def bounced_addresses() -> int:
    """Return at how many addresses nothing arrives."""
    return db.session.scalar(select(func.count(BouncedAddress.id))) or 0


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
