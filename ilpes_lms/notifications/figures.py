"""What a monitoring system watches of the outbox."""

from ilpes_lms.core import clock
from ilpes_lms.notifications import queries
from ilpes_lms.notifications.rules import STATES
from ilpes_lms.web.metrics import Gauge, Samples


def _by_state() -> Samples:
    counted = queries.counts(queries.Sought())
    return {state: counted.get(state, 0) for state in STATES}


def _due() -> Samples:
    return {"": queries.waiting(clock.now()).due}


def _oldest() -> Samples:
    oldest = queries.waiting(clock.now()).oldest
    return {"": oldest.total_seconds() if oldest else 0}


def _bounced() -> Samples:
    return {"": queries.bounced_addresses()}


GAUGES = (
    Gauge("ilpes_messages", "Messages by state.", _by_state, label="state"),
    Gauge("ilpes_messages_due", "Messages that are due and wait.", _due),
    Gauge("ilpes_messages_oldest_due_seconds", "For how long the oldest message that is due has waited.", _oldest),
    Gauge("ilpes_bounced_addresses", "Addresses at which nothing arrives.", _bounced),
)
