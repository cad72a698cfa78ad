"""What was due when a backup was brought back: perhaps it left after the backup, so nobody gets it unasked."""

from sqlalchemy import ColumnElement, func, select, update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.notifications import digests, notes, rules, service
from ilpes_lms.notifications.models import Message

_HELD = (Message.state == rules.FAILED, Message.note == notes.HELD)


@transaction
def hold_due() -> dict[str, int]:
    """Hold back all that would leave now; return how many messages of each kind that is."""
    now = clock.now()
    unsent = Message.state.in_((rules.QUEUED, rules.SENDING))
    due = select(Message.id, Message.kind).where(unsent, Message.due_at <= now, Message.digest_id.is_(None))
    found = db.session.execute(due).all()
    held = update(Message).where(unsent, Message.due_at <= now, Message.digest_id.is_(None))
    values = {"state": rules.FAILED, "note": notes.HELD, "lease_until": None}
    db.session.execute(held.values(**values).execution_options(synchronize_session=False))
    for message_id, kind in found:
        if kind == digests.KIND:
            digests.give_up(message_id, rules.FAILED, notes.HELD)
    return held_kinds()


def held_kinds() -> dict[str, int]:
    """Return how many messages of each kind are held back and were not sent again."""
    counted = select(Message.kind, func.count()).where(*_HELD, _not_repeated()).group_by(Message.kind)
    return {row[0]: row[1] for row in db.session.execute(counted.order_by(Message.kind))}


def release(kind: str) -> int:
    """Send what is held back of a kind, if it is still due; return how many messages that is.

    A daily summary can't be made again: the messages in it are held and released by their own kinds.
    """
    held = select(Message.public_id).where(*_HELD, _not_repeated(), Message.kind == kind, Message.erased.is_(False))
    found = db.session.scalars(held).all()
    for message_ref in found:
        service.send_again(message_ref=message_ref)
    return len(found)


def _not_repeated() -> ColumnElement[bool]:
    again = select(Message.again_of_id).where(Message.again_of_id.is_not(None))
    return Message.id.not_in(again)
