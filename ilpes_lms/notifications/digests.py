"""One message a day instead of many: what is not essential waits for it, and leaves in it if still due by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import links, notes, queries, rules
from ilpes_lms.notifications.errors import NotYet, SendingFailed
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import InForce, unframed
from ilpes_lms.notifications.texts.rules import Block, as_text

log = structlog.get_logger(__name__)

KIND = "notifications.digest"
EMPTY = N_("Nothing was left to tell in the summary of this day.")
WAITS = N_("It waits for the summary of the day that the person chose.")
IN_SUMMARY = N_("It left in the summary of the day.")
NOT_DUE = N_("It was no longer due when the summary of the day was sent.")
UNWRITABLE = N_("It could not be written, so the summary of the day left without it.")
NOT_WANTED = N_("The person does not want messages of this kind.")
_MOST_ITEMS = 100
_MOST_SUMMARIES = 5


@dataclass(frozen=True)
class Item:
    """A message that waited for the summary, with what became of it."""

    id: int
    state: str
    note: str
    subject: str = ""
    blocks: tuple[Block, ...] = ()
    recurs: bool = False


def next_hour(hour: int, zone: str, now: datetime) -> datetime:
    """Return when clocks at a place show an hour the next time."""
    today = clock.wall_time(now, zone).date()
    moments = (clock.at_place(datetime.combine(today + timedelta(days=n), time(hour)), zone) for n in range(3))
    return next(moment for moment in moments if moment > now)


def fits(kind: Kind, values: dict[str, Any], person_id: int, at: datetime) -> bool:
    """Tell whether a message may wait for the summary: it holds no secret, and is still of use by then."""
    ends = kind.ends(values, person_id)
    return not any(name in values for name in kind.secrets) and (ends is None or ends > at)


def items_of(digest_id: int, person_id: int, language: str, name: str, in_force: InForce) -> list[Item]:
    """Return what waits for a summary, each with what becomes of it, in the order of when it was wished.

    What is held back goes on waiting.
    """
    waiting = select(Message).where(Message.digest_id == digest_id, Message.state == rules.QUEUED)
    found = db.session.scalars(waiting.order_by(Message.id).limit(_MOST_ITEMS)).all()
    items = [_item(message, person_id, language, name, in_force) for message in found]
    return [item for item in items if item]


def _item(message: Message, person_id: int, language: str, name: str, in_force: InForce) -> Item | None:
    try:
        return _written(message, person_id, language, name, in_force)
    except NotYet:
        return None
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - one message that can't be written keeps no other from leaving
        log.warning("digest_item_unwritable", message=message.public_id, error=type(error).__name__)
        return Item(message.id, rules.FAILED, UNWRITABLE)


def _written(message: Message, person_id: int, language: str, name: str, in_force: InForce) -> Item:
    kind = kind_named(message.kind)
    if kind is None or not _is_due(kind, message, person_id):
        return Item(message.id, rules.SKIPPED, NOT_DUE, recurs=bool(kind and kind.recurs))
    if queries.declined(person_id, kind.name):
        return Item(message.id, rules.SKIPPED, NOT_WANTED)
    subject, blocks = unframed(kind, message.values, language=language, person_name=name, in_force=in_force)
    return Item(message.id, rules.SENT, IN_SUMMARY, subject, tuple(blocks))


def _is_due(kind: Kind, message: Message, person_id: int) -> bool:
    try:
        return kind.is_due(message.values, person_id)
    except NotYet as not_yet:
        if not_yet.held:
            raise
        # At this hour the person wants to be written to.
        return True


def open_summary(person_id: int, at: datetime) -> Message:
    """Return the summary of a person that is due at a moment, locked; it is made if it is the first."""
    # Locked: whoever sends it claims its row first, so a message is in it before, or finds it gone and makes the next.
    for number in range(_MOST_SUMMARIES):
        key = f"digest/{person_id}/{at.isoformat()}/{number}"
        reference = public_id()
        row = {
            "public_id": reference, "key": key, "kind": KIND, "person_id": person_id, "values": {},
            "message_id": f"<{reference}@{links.host()}>", "state": rules.QUEUED, "due_at": at,
            "created_at": clock.now(),
        }  # fmt: skip
        db.session.execute(inserting(Message).values(row).on_conflict_do_nothing(index_elements=["key"]))
        found = db.session.scalars(select(Message).where(Message.key == key).with_for_update()).one()
        if found.state == rules.QUEUED:
            return found
    raise SendingFailed(notes.UNWRITABLE, "summaries")


def close(items: Sequence[Item]) -> None:
    """Say of what waited for a summary what became of it, in the transaction that says so of the summary."""
    for item in items:
        free = {"key": queries.key_given_free()} if item.recurs else {}
        _set(
            (Message.id == item.id,), state=item.state, note=item.note, subject=item.subject[:400],
            text=as_text(item.blocks), **free,
        )  # fmt: skip


def note_sent(digest_id: int, address: str, at: datetime) -> None:
    """Note on all that left in a summary when and to which address it did."""
    left = update(Message).where(Message.digest_id == digest_id, Message.state == rules.SENT)
    db.session.execute(left.values(sent_to=address, sent_at=at).execution_options(synchronize_session=False))


def give_up(digest_id: int, state: str, note: str) -> None:
    """Say that what still waits for a summary did not leave either, for the reason that the summary did not."""
    _set((Message.digest_id == digest_id,), state=state, note=note)


def let_go(digest_id: int) -> None:
    """Let what found no room in a summary wait for the next one."""
    _set((Message.digest_id == digest_id,), digest_id=None, due_at=clock.now(), note="")


@transaction
def release(person_id: int) -> None:
    """Let what waits for a person's summary leave by itself, or wait for another: that is decided in its turn."""
    theirs = (Message.person_id == person_id, Message.digest_id.is_not(None))
    _set(theirs, digest_id=None, due_at=clock.now(), note="")


def _set(which: tuple[Any, ...], **columns: Any) -> None:
    waiting = update(Message).where(*which, Message.state == rules.QUEUED).values(**columns)
    db.session.execute(waiting.execution_options(synchronize_session=False))
