"""One claimed message after the other: still due? written, sent outside any transaction, marked (DESIGN.md §3)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, bindparam, func, select, true, update
from sqlalchemy.sql.dml import ReturningUpdate

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, glance, glances, transaction
from ilpes_lms.notifications import bouncing, digests, notes, pacing, queries, rules, transport
from ilpes_lms.notifications.composing import Claim, NotNeeded, Parcel, Ready, Waits, masked, write
from ilpes_lms.notifications.errors import AddressRefused, NotYet, SendingFailed, ServerUnreachable, Undeliverable
from ilpes_lms.notifications.kinds import kind_named
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import InForce, one_line
from ilpes_lms.notifications.texts import queries as texts

log = structlog.get_logger(__name__)

_LONGEST_DETAIL = 160

# Statements that every message needs are written once, and of the table's own columns: nothing here is an object of the
# session, which would be asked about each of them.
_ROWS = Message.metadata.tables[Message.__tablename__]
_IN_HAND = (
    "kind", "values", "person_id", "address", "language", "message_id", "attempts", "note", "created_at", "again_of_id",
)  # fmt: skip
_TOLD = ("state", "sent_at", "note", "subject", "text", "sent_to", "values", "erased")


def _held(claimed: str, lease: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _ROWS.c.id == bindparam(claimed), _ROWS.c.state == rules.SENDING, _ROWS.c.lease_until == bindparam(lease),
    )  # fmt: skip


def _taking(*held: ColumnElement[bool]) -> ReturningUpdate[Any]:
    # What somebody else has locked is left until its lease ends: to wait for it, with the mark of the message before
    # not committed, could be a deadlock.
    free = select(_ROWS.c.id).where(*held).with_for_update(skip_locked=True)
    taken = update(_ROWS).where(_ROWS.c.id.in_(free))
    counted = taken.values(attempts=_ROWS.c.attempts + 1, lease_until=bindparam("renewed"))
    return counted.returning(*(_ROWS.c[name] for name in _IN_HAND))


def _marking_and_taking() -> Select[Any]:
    """Write in one statement what two say in a transaction: PostgreSQL can, and is asked once instead of four times.

    That the next is looked for only once the mark is made keeps the order of the locks.
    """
    told = {name: bindparam(f"told_{name}", type_=_ROWS.c[name].type) for name in _TOLD}
    mark = update(_ROWS).where(*_held("sent", "sent_lease")).values(lease_until=None, **told)
    marked = mark.returning(_ROWS.c.id).cte("marked")
    is_marked = select(func.count()).select_from(marked).scalar_subquery()
    taken = _taking(*_held("claimed", "lease"), is_marked >= 0).cte("taken")
    count = select(func.count().label("marked")).select_from(marked).subquery()
    return select(count.c.marked, taken).select_from(count.outerjoin(taken, true()))


_TAKE_IN_HAND = _taking(*_held("claimed", "lease"))
_MARK = update(_ROWS).where(*_held("claimed", "lease")).values(lease_until=None)
_MARK_AND_TAKE = _marking_and_taking()


# Writes down what became of a message.
Fate = Callable[[], None]


class _TooFast(Exception):
    """The address's domain has had enough for now; the argument says until when."""


@dataclass(frozen=True)
class _Sent:
    """What became of a message that a mail server took."""

    parcel: Parcel
    ready: Ready
    at: datetime

    def __call__(self) -> None:
        _mark(self.parcel, self.ready, **self._what())

    @property
    def is_plain(self) -> bool:
        """Whether nothing but its own row says so."""
        return self.parcel.kind != digests.KIND and not self.ready.marked

    @property
    def columns(self) -> dict[str, Any]:
        return _told(self.parcel, self.ready, **self._what())

    def _what(self) -> dict[str, Any]:
        return {"state": rules.SENT, "sent_at": self.at, "note": _doubt(self.parcel)}


def deliver(claims: Sequence[Claim], way: transport.Transport) -> None:
    """Send the claimed messages; when the mail server is down, those that follow wait without trying.

    What became of one is written in the transaction that takes the next in hand: a durable commit costs as much as a
    letter. A crash leaves one message at most of which nobody knows whether it was sent, as with two transactions.
    """
    down: ServerUnreachable | None = None
    fate: Fate = _nothing
    with glances():
        in_force = _texts_in_force()
        for claim in claims:
            parcel = _go_on(fate, claim)
            fate = _nothing
            if parcel is not None:
                fate, down = _deliver(parcel, way, in_force, down)
        _go_on(fate)


def _texts_in_force() -> InForce:
    known = texts.all_in_force()
    return lambda kind, language: known.get((kind, language))


def _go_on(fate: Fate, claim: Claim | None = None) -> Parcel | None:
    if claim and isinstance(fate, _Sent) and fate.is_plain and db.engine.dialect.name == "postgresql":
        return _go_on_at_once(fate, claim)
    return _go_on_by_steps(fate, claim)


@transaction
def _go_on_by_steps(fate: Fate, claim: Claim | None) -> Parcel | None:
    fate()
    return _take_in_hand(claim) if claim else None


def _go_on_at_once(sent: "_Sent", claim: Claim) -> Parcel | None:
    renewed, before = _renewed(claim), sent.parcel.claim
    told = {f"told_{name}": value for name, value in sent.columns.items()}
    with glance() as connection:
        marked, *found = connection.execute(
            _MARK_AND_TAKE, {**told, "sent": before.id, "sent_lease": before.lease, **_named(claim, renewed)}
        ).one()
    if not marked:
        _lease_lost(sent.parcel, rules.SENT)
    return Parcel(renewed, *found) if found[0] is not None else None


def _nothing() -> None:
    """Write nothing: no message was in hand."""


def _deliver(
    parcel: Parcel, way: transport.Transport, in_force: InForce, down: ServerUnreachable | None
) -> tuple[Fate, ServerUnreachable | None]:
    """Send a message; return what writes down what became of it, and the failure if the mail server is down."""
    ready = None
    try:
        if down:
            raise down
        ready = write(parcel, in_force)
        _wait_for_turn(parcel, ready)
        way.send(ready.mail, ready.address, parcel.kind)
    except NotNeeded as reason:
        return partial(_mark, parcel, None, reason.args[1:], state=rules.SKIPPED, note=reason.args[0]), None
    except Waits as summary:
        return partial(_hold, parcel, summary.args[0]), None
    except _TooFast as turn:
        return partial(_put_back, parcel, turn.args[0], notes.PUT_OFF), None
    except NotYet as night:
        return partial(_put_back, parcel, night.until, night.note), None
    except SendingFailed as failure:
        down = failure if isinstance(failure, ServerUnreachable) else None
        return partial(_mark_failed, parcel, ready, failure), down
    return _Sent(parcel, ready, clock.now()), None


def _wait_for_turn(parcel: Parcel, ready: Ready) -> None:
    kind = kind_named(parcel.kind)
    # What somebody waits for stands behind nobody in the line of its domain.
    goes_first = parcel.note == notes.PUT_OFF or bool(kind and kind.awaited)
    until = pacing.put_off(ready.address, has_waited=goes_first)
    if until:
        raise _TooFast(until)


@transaction
def _take_in_hand(claim: Claim) -> Parcel | None:
    """Count the attempt and renew the lease; None when someone else has the message by now."""
    renewed = _renewed(claim)
    found = db.session.connection().execute(_TAKE_IN_HAND, _named(claim, renewed)).first()
    return Parcel(renewed, *found) if found else None


def _renewed(claim: Claim) -> Claim:
    # While most of a lease is left it stays as it is: to write another into the row costs one entry in every index.
    now = clock.now()
    return claim if claim.lease - now > rules.ENOUGH else replace(claim, lease=now + rules.LEASE)


def _named(claim: Claim, renewed: Claim) -> dict[str, Any]:
    return {"claimed": claim.id, "lease": claim.lease, "renewed": renewed.lease}


@transaction
def _hold(parcel: Parcel, at: datetime) -> None:
    """Put a message into the summary that is due at a moment, making that one if it is the first."""
    summary = digests.open_summary(parcel.person_id or 0, at)
    _set(
        parcel, state=rules.QUEUED, digest_id=summary.id, due_at=summary.due_at, note=digests.WAITS,
        attempts=parcel.attempts - 1,
    )  # fmt: skip


def _put_back(parcel: Parcel, until: datetime, note: str) -> None:
    # Nothing was tried, so nothing is counted.
    _mark(parcel, None, state=rules.QUEUED, due_at=until, attempts=parcel.attempts - 1, note=note)


def _mark_failed(parcel: Parcel, ready: Ready | None, failure: SendingFailed) -> None:
    permanent = isinstance(failure, Undeliverable)
    chance = random.random()  # noqa: S311 - it only spreads pauses  # nosec B311
    again = None if permanent else rules.next_attempt(parcel.attempts, clock.now(), chance)
    note = "\n".join(filter(None, (failure.reason, one_line(failure.detail)[:_LONGEST_DETAIL], _doubt(parcel))))
    if again:
        _mark(parcel, ready, state=rules.QUEUED, due_at=again, note=note)
    elif isinstance(failure, AddressRefused) and ready:
        _mark_refused(parcel, ready, failure, note)
    else:
        log.error("message_failed", message=parcel.claim.public_id, kind=parcel.kind, attempts=parcel.attempts)
        _mark(parcel, ready, state=rules.FAILED, note=note)


@transaction
def _mark_refused(parcel: Parcel, ready: Ready, failure: AddressRefused, note: str) -> None:
    bouncing.refused(parcel.claim.id, parcel.attempts, ready.address, failure.status, one_line(failure.detail))
    _mark(parcel, ready, state=rules.BOUNCED, note=note)


@transaction
def _mark(parcel: Parcel, ready: Ready | None, items: Sequence[digests.Item] = (), **columns: Any) -> None:
    """Say what became of a message, unless its lease ran out and someone else has it by now."""
    columns = _told(parcel, ready, **columns)
    if ready and ready.marked and columns["state"] == rules.SENT:
        bouncing.clear(ready.address)
    if not _set(parcel, **columns):
        _lease_lost(parcel, columns["state"])
    elif parcel.kind == digests.KIND:
        _close_summary(parcel, ready, items, columns)


def _told(parcel: Parcel, ready: Ready | None, **columns: Any) -> dict[str, Any]:
    kind = kind_named(parcel.kind)
    if ready:
        columns |= {
            "subject": masked(ready.draft.subject, ready.draft)[:400],
            "text": masked(ready.draft.text, ready.draft),
            "sent_to": ready.address,
        }
    if kind and columns["state"] in {rules.SENT, rules.SKIPPED, rules.BOUNCED}:
        columns["values"] = {name: value for name, value in parcel.values.items() if name not in kind.secrets}
        # A summary is made of what waits for it, so it can't be made again either.
        columns["erased"] = len(columns["values"]) < len(parcel.values) or parcel.kind == digests.KIND
    if kind and kind.recurs and columns.get("note") == notes.NOT_DUE:
        columns["key"] = queries.key_given_free()
    return columns


def _lease_lost(parcel: Parcel, state: str) -> None:
    log.warning("message_lease_lost", message=parcel.claim.public_id, state=state)


def _close_summary(
    parcel: Parcel, ready: Ready | None, items: Sequence[digests.Item], columns: dict[str, Any]
) -> None:  # fmt: skip
    state = columns["state"]
    if state in (rules.SENT, rules.SKIPPED):
        digests.close(items or (ready.items if ready else ()))
    if ready and state == rules.SENT:
        digests.note_sent(parcel.claim.id, ready.address, columns["sent_at"])
        digests.let_go(parcel.claim.id)
    elif columns["note"] == digests.EMPTY:
        # What is held back may be due another day.
        digests.let_go(parcel.claim.id)
    elif state != rules.QUEUED:
        digests.give_up(parcel.claim.id, state, columns["note"])


def _set(parcel: Parcel, **columns: Any) -> bool:
    mine = {"claimed": parcel.claim.id, "lease": parcel.claim.lease}
    return db.session.connection().execute(_MARK.values(**columns), mine).rowcount == 1


def _doubt(parcel: Parcel) -> str:
    return notes.PERHAPS_TWICE if notes.PERHAPS_TWICE in parcel.note else ""
