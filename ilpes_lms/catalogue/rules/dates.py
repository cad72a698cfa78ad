"""When an activity takes place, as precisely as is known."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and the last day; of a month only the month is known."""

    starts_on: date
    ends_on: date
    start_precision: str = "day"
    end_precision: str = "day"
