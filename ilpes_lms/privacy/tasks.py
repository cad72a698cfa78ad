"""What the room does in the background."""

from ilpes_lms.privacy import service

ERASE = "privacy.erase"


def erase() -> None:
    """Forget those whose time to take it back is over."""
    service.forget_due()
