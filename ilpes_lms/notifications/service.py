"""Wishes to send something, each kept once; claims on what is due; what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, transaction, writing
from ilpes_lms.core.ids import public_id
from ilpes_lms.notifications import declining, delivery, links, rules
from ilpes_lms.notifications.declining import Choice
from ilpes_lms.notifications.errors import MessageNotFound, NotFailed
from ilpes_lms.notifications.models import DeclinedKind, Message

_JOB = "notifications.deliver"
_WOKEN = "notifications_woken"
_ROWS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A message that someone should get; the same key is the same wish.

    It goes to the person's own verified address unless `address` is given, in the person's language unless
    `language` is.
    """

    kind: str
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    address: str | None = None
    language: str | None = None
    activity_ref: str | None = None
    due_at: datetime | None = None


def send(
    *,
    kind: str,
    key: str,
    values: dict[str, Any],
    person_id: int | None = None,
    address: str | None = None,
    language: str | None = None,
    activity_ref: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Keep the wish to send a message, in the open transaction; a known key is silently the same wish.

    The message leaves after the commit, or at `due_at`, and only if its kind still finds it due then.
    """
    wish = Wish(
        kind=kind, key=key, values=values, person_id=person_id, address=address, language=language,
        activity_ref=activity_ref, due_at=due_at,
    )  # fmt: skip
    send_all([wish])


@transaction
def send_all(wishes: Sequence[Wish]) -> int:
    """Keep many wishes at once; return how many were new."""
    now = clock.now()
    rows = [_row(wish, now) for wish in wishes]
    new = sum(_insert(rows[start : start + _ROWS_AT_ONCE]) for start in range(0, len(rows), _ROWS_AT_ONCE))
    if new and any(row["due_at"] <= now for row in rows):
        _wake_once()
    return new


def deliver(batch: int = 20) -> int:
    """Send what is due, a batch of it; return how many messages were taken in hand.

    Each is claimed by a lease in one transaction, sent outside any, and marked in another. If the process dies in
    between, the lease runs out and the message is sent again under the same Message-ID.
    """
    claims = _claim(batch)
    delivery.deliver(claims)
    return len(claims)


@transaction
def send_again(*, message_ref: str) -> Message:
    """Queue a failed message once more, with all its attempts before it."""
    message = db.session.scalar(
        select(Message)
        .where(Message.public_id == message_ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if message is None:
        raise MessageNotFound
    if message.state != rules.FAILED or not rules.may_become(message.state, rules.QUEUED):
        raise NotFailed
    message.state, message.attempts, message.due_at, message.note = rules.QUEUED, 0, clock.now(), ""
    audit.record("notifications.send_again", "message", message.public_id)
    _wake_once()
    return message


@transaction
def decline(*, token: str, wanted: bool = False) -> Choice:
    """Keep that a person does not want a kind of message, or (`wanted`) wants it again."""
    found = declining.choice(token)
    if wanted:
        mine = (DeclinedKind.person_id == found.person.id, DeclinedKind.kind == found.kind.name)
        db.session.execute(delete(DeclinedKind).where(*mine))
    else:
        row = {"person_id": found.person.id, "kind": found.kind.name, "at": clock.now()}
        db.session.execute(_dialect().insert(DeclinedKind).values(row).on_conflict_do_nothing())
    audit.record("notifications.want" if wanted else "notifications.decline", "person", found.person.public_id)
    return found


def _row(wish: Wish, now: datetime) -> dict[str, Any]:
    if wish.person_id is None and not wish.address:
        raise ValueError("a message needs a person or an address")
    reference = public_id()
    return {
        "public_id": reference, "key": wish.key, "kind": wish.kind, "person_id": wish.person_id,
        "activity_ref": wish.activity_ref, "address": wish.address, "language": wish.language,
        "values": wish.values, "message_id": f"<{reference}@{links.host()}>", "state": rules.QUEUED,
        "due_at": wish.due_at or now, "created_at": now,
    }  # fmt: skip


def _insert(rows: list[dict[str, Any]]) -> int:
    # Rows as parameters, not as values: SQLAlchemy keeps such a statement compiled.
    return len(db.session.connection().execute(_insert_for(db.engine.dialect.name), rows).all())


@cache
def _insert_for(dialect: str) -> Any:
    table = Message.metadata.tables[Message.__tablename__]
    statement = {"postgresql": postgresql, "sqlite": sqlite}[dialect].insert(table)
    return statement.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)


def _dialect() -> Any:
    return postgresql if db.engine.dialect.name == "postgresql" else sqlite


def _wake_once() -> None:
    # One note is enough for all the messages of a unit of work.
    unit = db.session().get_transaction()
    if db.session().info.get(_WOKEN) is not unit:
        db.session().info[_WOKEN] = unit
        jobs.wake(_JOB)


def _claim(batch: int) -> list[delivery.Claim]:
    with writing() as session:
        now = clock.now()
        found = list(session.scalars(_claimable(now).limit(batch)))
        spent = [message for message in found if message.attempts >= rules.MOST_ATTEMPTS]
        _give_up(session, spent)
        lease = now + rules.LEASE
        taken = [message for message in found if message not in spent]
        _set(session, [m for m in taken if _perhaps_sent(m)], note=delivery.PERHAPS_TWICE)
        _set(session, taken, state=rules.SENDING, lease_until=lease)
        return [delivery.Claim(message.id, message.public_id, lease) for message in taken]


def _claimable(now: datetime) -> Any:
    due = and_(Message.state == rules.QUEUED, Message.due_at <= now)
    abandoned = and_(Message.state == rules.SENDING, Message.lease_until < now)
    return (
        select(Message)
        .where(or_(due, abandoned))
        .order_by(Message.due_at, Message.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _give_up(session: Session, messages: list[Message]) -> None:
    # Whoever tried them died each time: something in them kills the worker, so they must not be tried for ever.
    _set(session, messages, state=rules.FAILED, lease_until=None, note=delivery.INTERRUPTED)


def _perhaps_sent(message: Message) -> bool:
    return message.state == rules.SENDING and message.attempts > 0


def _set(session: Session, messages: Iterable[Message], **columns: Any) -> None:
    ids = [message.id for message in messages]
    if ids:
        session.execute(update(Message).where(Message.id.in_(ids)).values(**columns))
