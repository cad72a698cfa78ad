"""Wishes to send something, each kept once; claims on what is due; what became of it."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, inserting, transaction, writing
from ilpes_lms.core.ids import digest, public_id
from ilpes_lms.core.settings import settings
from ilpes_lms.notifications import (
    bouncing,
    declining,
    delivery,
    digests,
    links,
    mailboxes,
    notes,
    queries,
    reports,
    rules,
    transport,
)
from ilpes_lms.notifications.composing import Claim
from ilpes_lms.notifications.declining import Choice
from ilpes_lms.notifications.errors import CanNotBeSentAgain, HourNotValid, KindNotDeclinable, MessageNotFound
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.notifications.models import AWAITED, DUE, LEASED, DeclinedKind, DigestChoice, Message
from ilpes_lms.notifications.rendering import one_line

_JOB = "notifications.deliver"
_WOKEN = "notifications_woken"
_BATCH = 20
_HOURS = 24


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
    new = _insert(rows) if rows else 0
    if new and any(row["due_at"] <= now for row in rows):
        _wake_once()
    return new


def deliver(*, for_seconds: float) -> None:
    """Send what is due, batch after batch over one connection, until nothing is or the time is over.

    Each message is claimed by a lease in one transaction, sent outside any, and marked in another. If the process dies
    in between, the lease runs out and the message is sent again under the same Message-ID.
    """
    until = time.monotonic() + for_seconds
    with transport.open_transport() as way:
        while time.monotonic() < until and (claims := _claim(_BATCH)):
            delivery.deliver(claims, way)


def read_bounces() -> int:
    """Read what came back to the mailbox of BOUNCE_URL and empty it; return how many messages it was news of.

    A letter is taken out only after what it says is kept: a crash in between costs no more than reading it again.
    """
    url, news = settings().bounce_url, 0
    if not url:
        return 0
    with mailboxes.opened(mailboxes.mailbox_named(url)) as mailbox:
        for letter, content in mailbox.letters():
            report = reports.failure_in(content)
            news += bool(report and bouncing.keep(report, bouncing.MAILBOX))
            mailbox.take_out(letter)
    return news


def told_of_bounce(*, event: str, message_id: str, status: str, reason: str) -> bool:
    """Keep what a mail service tells of a message that came back; tell whether it was news."""
    key = digest(f"{event}\n{message_id}")
    report = reports.Report(key, None, message_id, status, one_line(reason))
    return bouncing.keep(report, bouncing.WEBHOOK)


@transaction
def send_again(*, message_ref: str) -> Message:
    """Queue a message once more as a message of its own; asked twice, it is the same one.

    Whether it is still due is asked again when its turn comes. What held a secret that is erased can't be repeated.
    """
    earlier = db.session.scalar(select(Message).where(Message.public_id == message_ref))
    if earlier is None:
        raise MessageNotFound
    if not rules.may_be_repeated(earlier.state, erased=earlier.erased):
        raise CanNotBeSentAgain
    if repeat([earlier]):
        audit.record("notifications.send_again", "message", earlier.public_id)
    return db.session.scalars(select(Message).where(Message.key == _key_again(earlier))).one()


@transaction
def repeat(earlier: Sequence[Message]) -> int:
    """Queue messages that may be repeated once more; return how many were not before.

    Whoever decides it records it: of many at once, one entry says more than one each.
    """
    rows = [_row_again(message, clock.now()) for message in earlier]
    new = _insert(rows) if rows else 0
    if new:
        _wake_once()
    return new


@transaction
def ask_again(*, note: str, kinds: str, activity_ref: str | None = None) -> None:
    """Let messages that were put back for a reason have their turn now: of an activity, or (None) all of them.

    `kinds` is how the names of their kinds begin. Whether each is still due is asked as ever.
    """
    put_back = [Message.state == rules.QUEUED, Message.note == note, Message.kind.startswith(kinds, autoescape=True)]
    if activity_ref is not None:
        put_back.append(Message.activity_ref == activity_ref)
    changed = update(Message).where(*put_back).values(due_at=clock.now(), note="")
    db.session.execute(changed.execution_options(synchronize_session=False))
    _wake_once()


@dataclass(frozen=True)
class Recalled:
    """A message that was taken back: what it was to tell whom."""

    kind: str
    person_id: int | None
    values: dict[str, Any]


@transaction
def recall(*, kinds: Collection[str], activity_ref: str) -> list[Recalled]:
    """Take back what is still to be sent of some kinds about an activity, because other messages will say it.

    What is in hand stays, and so does what somebody sent again on purpose. The keys are free for those others.
    """
    unsent = (Message.state == rules.QUEUED, Message.kind.in_(kinds), Message.again_of_id.is_(None))
    taken = update(Message).where(*unsent, Message.activity_ref == activity_ref)
    told = taken.values(state=rules.SKIPPED, note=notes.SAID_BY_ANOTHER, key=queries.key_given_free())
    found = told.returning(Message.id, Message.kind, Message.person_id, Message.values)
    rows = db.session.execute(found.execution_options(synchronize_session=False)).all()
    return [Recalled(*row[1:]) for row in sorted(rows, key=lambda row: int(row.id))]


@transaction
def decline(*, token: str, wanted: bool = False) -> Choice:
    """Keep that a person does not want a kind of message, or (`wanted`) wants it again."""
    found = declining.choice(token)
    _keep_wish(found.person.id, found.kind, wanted=wanted)
    audit.record("notifications.want" if wanted else "notifications.decline", "person", found.person.public_id)
    return found


@transaction
def choose_digest(*, person_id: int, hour: int | None) -> None:
    """Let what is not essential to a person come once a day at an hour of their zone, or (None) one by one."""
    if hour is not None and not 0 <= hour < _HOURS:
        raise HourNotValid(field="hour")
    if hour is None:
        db.session.execute(delete(DigestChoice).where(DigestChoice.person_id == person_id))
    else:
        row = {"person_id": person_id, "hour": hour, "at": clock.now()}
        newest = {"hour": hour, "at": row["at"]}
        chosen = inserting(DigestChoice).values(row)
        db.session.execute(chosen.on_conflict_do_update(index_elements=["person_id"], set_=newest))
    digests.release(person_id)
    _wake_once()


@transaction
def wish(*, person_id: int, kind: str, wanted: bool) -> None:
    """Keep whether a person wants a kind of message; raises KindNotDeclinable for one that is essential."""
    found = kind_named(kind)
    if found is None or found.essential:
        raise KindNotDeclinable
    _keep_wish(person_id, found, wanted=wanted)
    audit.record("notifications.want" if wanted else "notifications.decline", "person", queries.ref_of(person_id))


@transaction
def try_address_again(*, person_id: int) -> None:
    """Write to a person's addresses again, because they say that these work."""
    if bouncing.clear(*queries.addresses_of(person_id)):
        audit.record("notifications.address_works", "person", queries.ref_of(person_id))


def _keep_wish(person_id: int, kind: Kind, *, wanted: bool) -> None:
    if wanted:
        mine = (DeclinedKind.person_id == person_id, DeclinedKind.kind == kind.name)
        db.session.execute(delete(DeclinedKind).where(*mine))
        kind.wanted_again(person_id)
    else:
        row = {"person_id": person_id, "kind": kind.name, "at": clock.now()}
        db.session.execute(inserting(DeclinedKind).values(row).on_conflict_do_nothing())


def _row(wish: Wish, now: datetime) -> dict[str, Any]:
    if wish.person_id is None and not wish.address:
        raise ValueError("a message needs a person or an address")
    reference = public_id()
    return {
        "public_id": reference, "key": wish.key, "kind": wish.kind, "person_id": wish.person_id,
        "activity_ref": wish.activity_ref, "address": wish.address, "language": wish.language,
        "values": wish.values, "message_id": f"<{reference}@{links.host()}>", "state": rules.QUEUED,
        "due_at": wish.due_at or now, "created_at": now, "awaited": _is_awaited(wish.kind),
    }  # fmt: skip


def _row_again(earlier: Message, now: datetime) -> dict[str, Any]:
    wish = Wish(
        kind=earlier.kind, key=_key_again(earlier), values=earlier.values, person_id=earlier.person_id,
        address=earlier.address, language=earlier.language, activity_ref=earlier.activity_ref,
    )  # fmt: skip
    return _row(wish, now) | {"again_of_id": earlier.id}


def _key_again(earlier: Message) -> str:
    return f"again/{earlier.public_id}"


def _is_awaited(kind: str) -> bool:
    found = kind_named(kind)
    return found is not None and found.awaited


def _insert(rows: list[dict[str, Any]]) -> int:
    # One row a statement, run many times, which the driver has parsed once. To return keys, SQLAlchemy would write
    # hundreds of rows into one statement, which is parsed each time.
    counting = {"preserve_rowcount": True}
    statement = inserting(Message).on_conflict_do_nothing(index_elements=["key"])
    return db.session.connection().execute(statement, rows, execution_options=counting).rowcount


def _wake_once() -> None:
    # One note is enough for all the messages of a unit of work.
    unit = db.session().get_transaction()
    if db.session().info.get(_WOKEN) is not unit:
        db.session().info[_WOKEN] = unit
        jobs.wake(_JOB)


def _claim(batch: int) -> list[Claim]:
    with writing() as session:
        now = clock.now()
        found = list(session.execute(_abandoned(now).limit(batch)))
        # Somebody sits before an empty letter box: a new password must not wait behind a hundred thousand reminders.
        for which in (AWAITED, DUE):
            # Their own locks keep nothing from those who hold them, so what was found already is left out by number.
            others = _due(now, which).where(Message.id.not_in([row.id for row in found]))
            found += session.execute(others.limit(batch - len(found)))
        spent = [row for row in found if row.attempts >= rules.MOST_ATTEMPTS]
        _give_up(session, spent)
        lease = now + rules.LEASE
        taken = [row for row in found if row not in spent]
        _set(session, [row for row in taken if _perhaps_sent(row)], note=notes.PERHAPS_TWICE)
        _set(session, taken, state=rules.SENDING, lease_until=lease)
        return [Claim(row.id, row.public_id, lease) for row in taken]


def _due(now: datetime, which: str) -> Any:
    return _to_claim(text(which), Message.due_at <= now).order_by(Message.due_at, Message.id)


def _abandoned(now: datetime) -> Any:
    return _to_claim(text(LEASED), Message.lease_until < now).order_by(Message.lease_until)


def _to_claim(*conditions: Any) -> Any:
    found = select(Message.id, Message.public_id, Message.state, Message.attempts).where(*conditions)
    return found.with_for_update(skip_locked=True)


def _give_up(session: Session, rows: list[Any]) -> None:
    # Whoever tried them died each time: something in them kills the worker, so they must not be tried for ever.
    _set(session, rows, state=rules.FAILED, lease_until=None, note=notes.INTERRUPTED)


def _perhaps_sent(row: Any) -> bool:
    return bool(row.state == rules.SENDING and row.attempts > 0)


def _set(session: Session, rows: Iterable[Any], **columns: Any) -> None:
    ids = [row.id for row in rows]
    if ids:
        changed = update(Message).where(Message.id.in_(ids)).values(**columns)
        session.execute(changed.execution_options(synchronize_session=False))
