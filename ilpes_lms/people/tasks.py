"""What the room does in the background."""

from ilpes_lms.people import service

TIDY = "people.tidy"
EVERY_HOUR = 3600.0


def tidy() -> None:
    """Delete what is kept for a time only: attempts, links, ended sign-ins."""
    service.forget_old()
