"""Class sessions that come again, as JSON."""

from datetime import date, time
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from ilpes_lms.catalogue.rules import Pattern
from ilpes_lms.catalogue.schemas.fields import Short, Text
from ilpes_lms.web.api import In, Out


class PatternIn(In):
    """Class sessions that come again, by the clocks of their place: to a last day, or so many of them.

    With `dry_run` nothing is written. With `expected`, the tag of what was seen, nothing else is added than that.
    """

    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7, description="1 is Monday")
    begins: time
    ends: time = Field(description="before the beginning: on the day after")
    first: date
    last: date | None = None
    number: int | None = Field(None, ge=1, le=100)
    every: int = Field(1, ge=1, le=52, description="weeks")
    skipped: list[date] = Field(default_factory=list, max_length=200)
    zone: str | None = Field(None, description="IANA time zone; by default the activity's")
    holidays: bool = Field(False, description="leave out the public holidays of the activity's country")
    title: Short = ""
    joining_link: Annotated[Text, StringConstraints(max_length=500)] | None = None
    expected: Short | None = None
    dry_run: bool = False

    @property
    def pattern(self) -> Pattern:
        return Pattern(
            weekdays=frozenset(day - 1 for day in self.weekdays), begins=self.begins, ends=self.ends, first=self.first,
            last=self.last, number=self.number, every=self.every, skipped=frozenset(self.skipped),
        )  # fmt: skip


class PlannedOut(Out):
    """A day of a pattern and what becomes of it: added, there, skipped, holiday (with its name) or outside."""

    day: date
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    what: str
    name: str
    shifted: bool = Field(description="clocks there are put forward over the hour that was asked for")


class PatternOut(Out):
    """The days of a pattern, and the class sessions that were added, by their references."""

    zone: str
    days: list[PlannedOut]
    tag: str
    added: list[str]
