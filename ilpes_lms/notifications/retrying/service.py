"""Send many messages again: asked for with the number that was seen, done part by part by a worker."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.database import db, savepoint, transaction, violates
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.retrying import queries
from ilpes_lms.notifications.retrying.errors import NothingToRetry, OthersByNow, RetryUnderWay
from ilpes_lms.notifications.retrying.models import OPEN, OVER, MessageRetry
from ilpes_lms.notifications.retrying.queries import Stranded

JOB = "notifications.retry"
_AT_ONCE = 200


@transaction
def retry_all(*, which: Stranded, seen: int) -> MessageRetry:
    """Ask for all messages of a sort to be sent again; `seen` is how many of them the asker was shown.

    Whether each is still due is asked again when its turn comes. Raises NothingToRetry, OthersByNow, RetryUnderWay.
    """
    if queries.is_under_way():
        raise RetryUnderWay
    number = queries.repeatable(which)
    if not number:
        raise NothingToRetry
    if number != seen:
        raise OthersByNow(now=number, seen=seen)
    found = _begun(which, number)
    audit.record(
        "notifications.retry_all", "message_retry", found.public_id, messages=number, reason=which.reason,
        kind=which.kind,
    )  # fmt: skip
    jobs.wake(JOB)
    return found


def go_on() -> None:
    """Queue again what was asked for, part by part."""
    while _next_part():
        pass


@transaction
def _next_part() -> bool:
    """Queue the next part; tell whether there may be more."""
    found = db.session.scalar(select(MessageRetry).where(MessageRetry.state == OPEN).with_for_update(skip_locked=True))
    if found is None:
        return False
    which = Stranded(reason=found.reason, domain=found.domain, kind=found.kind)
    left = which.repeatable().where(Message.id <= found.last_id).order_by(Message.id).limit(_AT_ONCE)
    part = db.session.scalars(left).all()
    notifications.repeat(part)
    # What was sent again singly in the meantime is not here any more.
    found.done = min(found.done + len(part), found.total)
    if not part:
        found.state, found.ended_at, found.domain = OVER, clock.now(), ""
    return bool(part)


def _begun(which: Stranded, number: int) -> MessageRetry:
    newest = which.repeatable().with_only_columns(Message.id).order_by(Message.id.desc()).limit(1)
    found = MessageRetry(
        reason=which.reason, domain=which.domain.lower(), kind=which.kind, total=number, asked_at=clock.now(),
        last_id=db.session.scalars(newest).one(),
    )  # fmt: skip
    try:
        with savepoint() as session:
            session.add(found)
            session.flush()
    except IntegrityError as error:
        if violates(error, "uq_message_retries_open", "message_retries.state"):
            raise RetryUnderWay from error
        raise
    return found
