"""Releases of statistics."""

from datetime import date

from ilpes_lms.statistics.releases import service
from ilpes_lms.statistics.releases.models import Release

MARCH = (date(2023, 3, 1), date(2023, 3, 31))


def release(start: date = MARCH[0], end: date = MARCH[1], reason: str = "") -> Release:
    """Publish what the records say of a period."""
    seen = service.preview(start=start, end=end).seen
    return service.publish(start=start, end=end, seen=seen, reason=reason)
