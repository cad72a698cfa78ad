"""What people are still to be told of an activity's times: of what changed twice, how it was before both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ilpes_lms.catalogue.rules import Dates


@dataclass(frozen=True, slots=True)
class Moved:
    """When a class session was to begin and to end (ISO 8601), by which clocks, and why that is not so any more.

    `along` says that it did nothing but follow the activity's dates.
    """

    starts_at: str
    ends_at: str
    zone: str
    reason: str = ""
    along: bool = False

    def followed_by(self, later: "Moved") -> "Moved":
        """Return what somebody has to be told who was told of neither."""
        return replace(self, reason=later.reason or self.reason, along=self.along and later.along)


@dataclass(frozen=True, slots=True)
class News:
    """The dates that an activity had, None where they stand, and the class sessions that were moved, by their refs."""

    before: Dates | None = None
    moved: Mapping[str, Moved] = field(default_factory=dict)

    @classmethod
    def kept_in(cls, values: Mapping[str, Any]) -> "News":
        """Return what the values of a letter of new dates keep; the previous release kept nothing of class sessions."""
        moved = {ref: Moved(**was) for ref, was in values.get("moved", {}).items()}
        return cls(dates_kept(values["before"]), moved)

    def followed_by(self, later: "News") -> "News":
        """Return what somebody has to be told who was told of neither."""
        twice = {ref: self.moved[ref].followed_by(one) for ref, one in later.moved.items() if ref in self.moved}
        return News(self.before or later.before, {**self.moved, **later.moved, **twice})


def keep_dates(dates: Dates) -> list[str]:
    """Return dates as the values of a letter keep them."""
    return [dates.starts_on.isoformat(), dates.ends_on.isoformat(), dates.start_precision, dates.end_precision]


def dates_kept(kept: Sequence[str]) -> Dates:
    """Return dates that the values of a letter keep."""
    return Dates(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2], kept[3])
