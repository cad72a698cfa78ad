"""The one clock (law 8): aware UTC, and wall time where something happens at a place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment as aware UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Return the calendar day it is at a place; there is none that is the same everywhere."""
    return now().astimezone(ZoneInfo(zone)).date()


def at_place(wall: datetime, zone: str) -> datetime:
    """Return the UTC moment of a wall time at a place.

    A time in a gap (clocks jump over it) is moved forward by the length of the gap, and of a time that
    comes twice the first is meant: people read the invitation before the clocks change.
    """
    aware = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    return aware.astimezone(UTC)


def at_place_again(wall: datetime, zone: str) -> datetime | None:
    """Return the UTC moment when clocks at a place show a wall time for the second time, None if they show it once."""
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if second > first else None


def wall_time(moment: datetime, zone: str) -> datetime:
    """Return what clocks at a place show at a moment, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the UTC moment when a day ends at a place, the last second of it counted as inside."""
    return at_place(datetime(day.year, day.month, day.day) + timedelta(days=1), zone)  # noqa: DTZ001 - wall time
