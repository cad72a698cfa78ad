"""One claimed message after the other: still due? written, sent outside any transaction, marked (DESIGN.md §3)."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.settings import settings
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import letter, queries, rules, transport
from ilpes_lms.notifications.declining import stop_url
from ilpes_lms.notifications.errors import SendingFailed, ServerUnreachable, Undeliverable
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import Draft, one_line, render

log = structlog.get_logger(__name__)

INTERRUPTED = N_("Sending was interrupted each time it was tried.")
PERHAPS_TWICE = N_(
    "An earlier attempt was interrupted, so this message may have arrived twice, under the same Message-ID."
)
UNKNOWN_KIND = N_("No part of the system knows this kind of message.")
UNWRITABLE = N_("The message could not be written.")
NOT_DUE = N_("It was no longer due when it was about to be sent.")
NO_ADDRESS = N_("The person has no confirmed e-mail address.")
DECLINED = N_("The person does not want messages of this kind.")
_LONGEST_DETAIL = 160
_MASK = "••••••"


@dataclass(frozen=True)
class Claim:
    """The right to send a message until the lease ends; the moment itself tells one claim from another."""

    id: int
    public_id: str
    lease: datetime


@dataclass(frozen=True)
class Parcel:
    """A message in hand: what its row says, and the renewed claim."""

    claim: Claim
    kind: str
    values: dict[str, Any]
    person_id: int | None
    address: str | None
    language: str | None
    message_id: str
    attempts: int
    note: str


@dataclass(frozen=True)
class Ready:
    """A message written and addressed."""

    draft: Draft
    mail: EmailMessage
    address: str


class _NotNeeded(Exception):
    """Nobody should get this message any more; the argument says why."""


def deliver(claims: Sequence[Claim]) -> None:
    """Send the claimed messages; when the mail server is down, those that follow wait without trying."""
    down: ServerUnreachable | None = None
    with transport.open_transport() as way:
        for claim in claims:
            parcel = _take_in_hand(claim)
            if parcel is not None:
                down = _deliver(parcel, way, down)


def _deliver(parcel: Parcel, way: transport.Transport, down: ServerUnreachable | None) -> ServerUnreachable | None:
    ready = None
    try:
        if down:
            raise down
        ready = _write(parcel)
        way.send(ready.mail, ready.address, parcel.kind)
    except _NotNeeded as reason:
        _mark(parcel, None, state=rules.SKIPPED, note=str(reason))
    except SendingFailed as failure:
        _mark_failed(parcel, ready, failure)
        return failure if isinstance(failure, ServerUnreachable) else None
    else:
        _mark(parcel, ready, state=rules.SENT, sent_at=clock.now(), note=_doubt(parcel))
    return None


@transaction
def _take_in_hand(claim: Claim) -> Parcel | None:
    """Count the attempt and renew the lease; None when someone else has the message by now."""
    renewed = Claim(claim.id, claim.public_id, clock.now() + rules.LEASE)
    row = db.session.execute(
        update(Message)
        .where(*_held(claim))
        .values(attempts=Message.attempts + 1, lease_until=renewed.lease)
        .returning(
            Message.kind, Message.values, Message.person_id, Message.address, Message.language, Message.message_id,
            Message.attempts, Message.note,
        )
        .execution_options(synchronize_session=False)
    ).first()  # fmt: skip
    return Parcel(renewed, *row) if row else None


def _write(parcel: Parcel) -> Ready:
    try:
        return _written(parcel)
    except (SendingFailed, _NotNeeded, DBAPIError):
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        # Not the error's own words: they may hold a person's data.
        log.warning(
            "message_unwritable", message=parcel.claim.public_id, kind=parcel.kind,
            error=type(error).__name__, where=f"{where.filename}:{where.lineno}",
        )  # fmt: skip
        raise SendingFailed(UNWRITABLE, type(error).__name__) from error
    finally:
        # What was read is read: no connection and no snapshot is held while the mail server is spoken to.
        db.session.commit()


def _written(parcel: Parcel) -> Ready:
    kind = kind_named(parcel.kind)
    if kind is None:
        raise Undeliverable(UNKNOWN_KIND)
    if not kind.is_due(parcel.values, parcel.person_id):
        raise _NotNeeded(NOT_DUE)
    person = queries.recipient(parcel.person_id) if parcel.person_id else None
    address = parcel.address or (person.address if person else None)
    if not address:
        raise _NotNeeded(NO_ADDRESS)
    if not kind.essential and parcel.person_id and queries.declined(parcel.person_id, kind.name):
        raise _NotNeeded(DECLINED)
    return _composed(parcel, kind, person, address)


def _composed(parcel: Parcel, kind: Kind, person: queries.Recipient | None, address: str) -> Ready:
    language = parcel.language or (person.language if person else "es")
    name = person.name if person else ""
    stop = stop_url(person.ref, kind.name) if person and not kind.essential else None
    draft = render(kind, parcel.values, language=language, person_name=name, unsubscribe_url=stop)
    mail = letter.compose(
        draft, message_id=parcel.message_id, sender=settings().mail_from, name=name,
        address=address, language=language, unsubscribe_url=stop,
    )  # fmt: skip
    return Ready(draft, mail, letter.mail_address(address))


def _mark_failed(parcel: Parcel, ready: Ready | None, failure: SendingFailed) -> None:
    permanent = isinstance(failure, Undeliverable)
    again = None if permanent else rules.next_attempt(parcel.attempts, clock.now())
    note = "\n".join(filter(None, (failure.reason, one_line(failure.detail)[:_LONGEST_DETAIL], _doubt(parcel))))
    if again:
        _mark(parcel, ready, state=rules.QUEUED, due_at=again, note=note)
    else:
        log.error("message_failed", message=parcel.claim.public_id, kind=parcel.kind, attempts=parcel.attempts)
        _mark(parcel, ready, state=rules.FAILED, note=note)


@transaction
def _mark(parcel: Parcel, ready: Ready | None, **columns: Any) -> None:
    """Say what became of a message, unless its lease ran out and someone else has it by now."""
    kind = kind_named(parcel.kind)
    if ready:
        columns |= {
            "subject": _masked(ready.draft.subject, ready.draft)[:400],
            "text": _masked(ready.draft.text, ready.draft),
            "sent_to": ready.address,
        }
    if kind and columns["state"] in {rules.SENT, rules.SKIPPED}:
        columns["values"] = {name: value for name, value in parcel.values.items() if name not in kind.secrets}
    marked = db.session.execute(
        update(Message)
        .where(*_held(parcel.claim))
        .values(lease_until=None, **columns)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).first()
    if marked is None:
        log.warning("message_lease_lost", message=parcel.claim.public_id, state=columns["state"])


def _held(claim: Claim) -> tuple[Any, ...]:
    return Message.id == claim.id, Message.state == rules.SENDING, Message.lease_until == claim.lease


def _doubt(parcel: Parcel) -> str:
    return PERHAPS_TWICE if PERHAPS_TWICE in parcel.note else ""


def _masked(text: str, draft: Draft) -> str:
    for secret in draft.secrets:
        text = text.replace(secret, _MASK)
    return text
