"""Messages that did not get through and that nobody has sent again: by reason, domain and kind."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from ilpes_lms.core.database import db
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.notifications import bouncing, letter, notes, transport
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.queries import PAGE_SIZE, not_delivered
from ilpes_lms.notifications.retrying.errors import RetryNotFound
from ilpes_lms.notifications.retrying.models import OPEN, MessageRetry

# A code for the address of the page, and the note (an English gettext key) that such a message begins with.
REASONS = {
    "no_such_address": transport.NO_SUCH_ADDRESS,
    "returned": bouncing.RETURNED,
    "refused": transport.REFUSED,
    "bad_address": letter.BAD_ADDRESS,
    "postponed": transport.POSTPONED,
    "unreachable": transport.UNREACHABLE,
    "not_signed_in": transport.NOT_SIGNED_IN,
    "not_trusted": transport.NOT_TRUSTED,
    "interrupted": notes.INTERRUPTED,
    "unwritable": notes.UNWRITABLE,
    "unknown_kind": notes.UNKNOWN_KIND,
    "held": notes.HELD,
}
_MOST_DOMAINS = 30


@dataclass(frozen=True, kw_only=True)
class Stranded:
    """Which messages that did not get through: for a reason, at a domain, of a kind; what is empty limits nothing."""

    reason: str = ""
    domain: str = ""
    kind: str = ""

    def statement(self) -> Select[Message]:
        """Return those messages."""
        found = not_delivered()
        if self.reason:
            found = found.where(_because(REASONS[self.reason]) if self.reason in REASONS else false())
        if self.domain:
            found = found.where(_domain() == self.domain.lower())
        return found.where(Message.kind == self.kind) if self.kind else found

    def repeatable(self) -> Select[Message]:
        """Return those of them of which all that they say is still known."""
        return self.statement().where(Message.erased.is_(False))


@dataclass(frozen=True)
class Counts:
    """How many messages did not get through, by reason (its code), by domain and by kind, the most first."""

    reasons: dict[str, int]
    domains: dict[str, int]
    kinds: dict[str, int]


def stranded(which: Stranded, *, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Message]:
    """Return messages that did not get through, newest first."""
    return page_of(which.statement(), keys=[Message.id], cursor=cursor, size=size, descending=True)


def repeatable(which: Stranded) -> int:
    """Return how many of them can be sent again."""
    return db.session.scalar(which.repeatable().with_only_columns(func.count())) or 0


def counts() -> Counts:
    """Return how many of all that did not get through there are of each sort."""
    reason = case(*((_because(note), code) for code, note in REASONS.items()), else_="")
    return Counts(_counted(reason), _counted(_domain(), most=_MOST_DOMAINS), _counted(Message.kind))


def last_retry() -> MessageRetry | None:
    """Return what was asked for last, if ever something was."""
    return db.session.scalar(select(MessageRetry).order_by(MessageRetry.id.desc()).limit(1))


def retry(retry_ref: str) -> MessageRetry:
    """Return what was asked for once; raises RetryNotFound."""
    found = db.session.scalar(select(MessageRetry).where(MessageRetry.public_id == retry_ref))
    if found is None:
        raise RetryNotFound
    return found


def is_under_way() -> bool:
    """Tell whether messages are being sent again."""
    return db.session.scalar(select(MessageRetry.id).where(MessageRetry.state == OPEN)) is not None


def _counted(what: ColumnElement[str] | InstrumentedAttribute[str], most: int | None = None) -> dict[str, int]:
    named = not_delivered().with_only_columns(what.label("what")).subquery()
    number = func.count()
    found = select(named.c.what, number).group_by(named.c.what).order_by(number.desc(), named.c.what).limit(most)
    return {row[0]: row[1] for row in db.session.execute(found) if row[0]}


def _because(note: str) -> ColumnElement[bool]:
    # What a server said stands below it, on a line of its own.
    return or_(Message.note == note, Message.note.startswith(note + "\n", autoescape=True))


def _domain() -> ColumnElement[str]:
    address = func.coalesce(func.nullif(Message.sent_to, ""), Message.address, "")
    if db.engine.dialect.name == "postgresql":
        return func.lower(func.split_part(address, "@", 2))
    return func.lower(func.substr(address, func.instr(address, "@") + 1))
