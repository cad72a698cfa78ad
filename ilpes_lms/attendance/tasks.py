"""The sweep of attendance."""

from ilpes_lms.attendance import service


def recompute() -> None:
    """Decide again where class sessions were added or cancelled since."""
    service.recompute_outdated()
