"""Send what is due; read what came back."""

from ilpes_lms.notifications import service

_LONGEST_SECONDS = 600


def deliver() -> None:
    """Deliver batch after batch until nothing is due; what is left after ten minutes is for the next sweep."""
    service.deliver(for_seconds=_LONGEST_SECONDS)


def read_bounces() -> None:
    """Read the mailbox of returned messages."""
    service.read_bounces()
