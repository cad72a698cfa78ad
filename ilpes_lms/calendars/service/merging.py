"""Two records of one person become one: there is one feed."""

from collections.abc import Mapping

from ilpes_lms.calendars.models import CalendarFeed
from ilpes_lms.core import moving
from ilpes_lms.core.moving import Move


def merge_persons(gone: int, stays: int, _aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: the feed, unless who stays has one; the other one then shows nothing any more."""
    return moving.pointing(CalendarFeed, "person_id", gone, stays, unless_alike=())
