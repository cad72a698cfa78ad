"""Hours in which nobody is written to, by the clocks where the person is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ilpes_lms.core import clock

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Quiet:
    """From an hour of the day to another, over midnight where the second is the smaller; the same twice is never."""

    start: int
    end: int

    @property
    def hours(self) -> int:
        return (self.end - self.start) % 24

    def holds(self, moment: datetime, zone: str) -> bool:
        """Tell whether a moment lies within the quiet hours of a place."""
        return (clock.wall_time(moment, zone).hour - self.start) % 24 < self.hours

    def over(self, moment: datetime, zone: str) -> datetime:
        """Return when the quiet hours in which a moment lies are over: by clocks that changed meanwhile, too."""
        return self._edge(moment, zone, self.end, _DAY)

    def evening(self, moment: datetime, zone: str) -> datetime:
        """Return an hour before the quiet hours in which a moment lies began, which leaves time to send."""
        return self._edge(moment, zone, self.start, -_DAY) - _HOUR

    def _edge(self, moment: datetime, zone: str, hour: int, step: timedelta) -> datetime:
        wall = clock.wall_time(moment, zone).replace(hour=hour, minute=0, second=0, microsecond=0)
        edges = (clock.at_place(wall + number * step, zone) for number in (-1, 0, 1))
        if step > timedelta(0):
            return next(edge for edge in edges if edge > moment)
        return next(edge for edge in edges if edge <= moment)
