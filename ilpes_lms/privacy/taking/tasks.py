"""What this part of the room does in the background."""

from ilpes_lms.privacy.taking import service


def make_waiting(archive_ref: str | None = None) -> None:
    """Make the one that was asked for, or, as a sweep, all that nobody makes."""
    service.make_waiting(archive_ref)
