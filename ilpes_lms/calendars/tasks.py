"""Tell calendars what has changed."""

from ilpes_lms.calendars import service


def collect() -> None:
    """Notice what has changed, then write to those whose calendar is behind, some at a time."""
    service.notice()
    while service.collect():
        continue
