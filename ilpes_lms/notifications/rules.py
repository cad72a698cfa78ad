"""How often and when a message is tried, how fast to one domain, whose fault a bounce is, which state follows which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(minutes=3)
# So much of a lease sends one message, even if the mail server takes its longest time over each answer.
ENOUGH = timedelta(minutes=2)
MOST_ATTEMPTS = 6
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))

# Pauses of messages that failed together differ by as much, so that they do not come back together.
_JITTER = 0.2
# So much may go to a domain at once that would be due within this time at its pace.
_AT_ONCE = timedelta(seconds=5)
_ANY_DOMAIN = "*"

QUEUED, SENDING, SENT, SKIPPED, FAILED = "queued", "sending", "sent", "skipped", "failed"
BOUNCED = "bounced"
STATES = (QUEUED, SENDING, SENT, SKIPPED, FAILED, BOUNCED)
_NEXT: dict[str, tuple[str, ...]] = {
    QUEUED: (SENDING,),
    SENDING: (SENT, SKIPPED, FAILED, BOUNCED, QUEUED),
    FAILED: (),
    SENT: (BOUNCED,),
    SKIPPED: (),
    BOUNCED: (),
}


def may_become(state: str, following: str) -> bool:
    """Tell whether a message in one state may go on to another."""
    return following in _NEXT[state]


def may_be_repeated(state: str, *, erased: bool) -> bool:
    """Tell whether a message may be sent once more: it is over, and all that it says is still known."""
    return state in OVER and not erased


OVER = frozenset({SENT, SKIPPED, FAILED, BOUNCED})


def next_attempt(attempts: int, now: datetime, chance: float = 0.5) -> datetime | None:
    """Return when a message that failed so many times is tried again; None when it has been tried enough.

    `chance`, from 0 to 1, spreads the pauses of those that failed together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return now + pause * (1 + _JITTER * (2 * chance - 1))


@dataclass(frozen=True)
class Line:
    """Where a domain stands: free for the next letter at a moment, with a line of put-off ones until another."""

    free_at: datetime
    tail_at: datetime


def paces(text: str) -> dict[str, timedelta]:
    """Return the time between two letters by domain, from "gmail.com=60 *=300" a minute; raises ValueError."""
    found = {}
    for part in text.split():
        domain, _, number = part.partition("=")
        if not domain or not number.isdecimal() or not int(number):
            raise ValueError(f"{part!r} is not a domain and a number of letters a minute, like gmail.com=60")
        found[domain.lower()] = timedelta(minutes=1) / int(number)
    return found


def pace_of(domain: str, known: Mapping[str, timedelta]) -> timedelta | None:
    """Return the time between two letters to a domain, None where nothing limits it."""
    return known.get(domain.lower(), known.get(_ANY_DOMAIN))


def step_up(line: Line, now: datetime, pace: timedelta, *, has_waited: bool) -> tuple[Line, datetime | None]:
    """Return where a domain stands after one more letter asked to leave, and until when that letter is put off.

    Who has waited goes first: a newcomer stands behind those put off before.
    """
    free = line.free_at <= now + _AT_ONCE
    if free and (has_waited or line.tail_at <= now):
        return Line(max(line.free_at, now) + pace, line.tail_at), None
    tail = max(line.tail_at, now) + pace
    return Line(line.free_at, tail), tail


def is_at_fault(status: str) -> bool:
    """Tell whether a delivery status (RFC 3463) speaks of the address itself: no such mailbox, no such domain.

    A full mailbox, a letter too large or one that a filter dislikes say nothing about the next letter.
    """
    return status in _ADDRESS_STATUSES or (status.startswith("5.1.") and status not in _SENDER_STATUSES)


# Mailbox disabled; the domain has no host; and what many servers say of an unknown mailbox, for lack of a better word.
_ADDRESS_STATUSES = frozenset({"5.0.0", "5.2.1", "5.4.4"})
# The fault is the sender's address.
_SENDER_STATUSES = frozenset({"5.1.7", "5.1.8"})
