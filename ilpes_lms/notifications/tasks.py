"""Send what is due."""

import time

from ilpes_lms.notifications import service

_LONGEST_SECONDS = 600


def deliver() -> None:
    """Deliver batch after batch until nothing is due; what is left after ten minutes is for the next sweep."""
    until = time.monotonic() + _LONGEST_SECONDS
    while service.deliver() and time.monotonic() < until:
        continue
