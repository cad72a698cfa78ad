"""What people are still to be told of an activity's times: of what changed twice, how it was before both."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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
    """The dates that an activity had, None where they stand, and its class sessions that were moved, by their refs.

    Of those `called_off` too it says when they were to be, as people knew it.
    """

    before: Dates | None = None
    moved: Mapping[str, Moved] = field(default_factory=dict)
    called_off: Mapping[str, Moved] = field(default_factory=dict)

    @classmethod
    def kept_in(cls, values: Mapping[str, Any]) -> "News":
        """Return what the values of a letter keep; previous releases kept less of class sessions."""
        moved, called_off = (
            {ref: Moved(**was) for ref, was in values.get(name, {}).items()} for name in ("moved", "called_off")
        )
        return cls(dates_kept(values["before"]) if values["before"] else None, moved, called_off)

    def kept(self) -> dict[str, Any]:
        """Return it as the values of a letter keep it."""
        return {
            "before": keep_dates(self.before) if self.before else None,
            "moved": {ref: asdict(was) for ref, was in self.moved.items()},
            "called_off": {ref: asdict(was) for ref, was in self.called_off.items()},
        }

    @property
    def class_sessions(self) -> list[str]:
        """Return the refs of all class sessions it is about."""
        return [*self.moved, *self.called_off]

    def followed_by(self, later: "News") -> "News":
        """Return what somebody has to be told who was told of neither."""
        twice = {ref: self.moved[ref].followed_by(one) for ref, one in later.moved.items() if ref in self.moved}
        off = {ref: replace(self.moved.get(ref, one), reason=one.reason) for ref, one in later.called_off.items()}
        called_off = {**self.called_off, **off}
        moved = {**self.moved, **later.moved, **twice}
        standing = {ref: was for ref, was in moved.items() if ref not in called_off}
        return News(self.before or later.before, standing, called_off)


def keep_dates(dates: Dates) -> list[str]:
    """Return dates as the values of a letter keep them."""
    return [dates.starts_on.isoformat(), dates.ends_on.isoformat(), dates.start_precision, dates.end_precision]


def dates_kept(kept: Sequence[str]) -> Dates:
    """Return dates that the values of a letter keep."""
    return Dates(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2], kept[3])
