"""How often and when a message is tried, and which state follows which."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 6
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))

QUEUED, SENDING, SENT, SKIPPED, FAILED = "queued", "sending", "sent", "skipped", "failed"
STATES = (QUEUED, SENDING, SENT, SKIPPED, FAILED)
_NEXT: dict[str, tuple[str, ...]] = {
    QUEUED: (SENDING,),
    SENDING: (SENT, SKIPPED, FAILED, QUEUED),
    FAILED: (QUEUED,),
    SENT: (),
    SKIPPED: (),
}


def may_become(state: str, following: str) -> bool:
    """Tell whether a message in one state may go on to another."""
    return following in _NEXT[state]


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when a message that failed so many times is tried again; None when it has been tried enough."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + _PAUSES[min(attempts, len(_PAUSES)) - 1]
