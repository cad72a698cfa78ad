"""Write down what is owed."""

from ilpes_lms.reminders import service


def collect() -> None:
    """Put the reminders that are owed into the outbox."""
    service.collect_due()
