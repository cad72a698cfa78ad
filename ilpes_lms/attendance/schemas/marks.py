"""Marks as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ilpes_lms.attendance.queries import Change, RosterRow
from ilpes_lms.attendance.rules import LONGEST_NOTE
from ilpes_lms.web.api import In, Out

_DAY_IN_MINUTES = 24 * 60


class MarkIn(In):
    """A mark, with the minutes attended where they are known; a note left out stays as it is."""

    mark: Literal["present", "late", "excused", "absent"]
    minutes: int | None = Field(default=None, ge=0, le=_DAY_IN_MINUTES)
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] | None = None


class RosterRowOut(Out):
    """One participant at one class session; `version` is what If-Match names, 0 where there is no mark."""

    enrolment: str
    name: str
    mark: str | None
    minutes: int | None
    note: str
    source: str | None
    version: int

    @classmethod
    def of(cls, row: RosterRow) -> "RosterRowOut":
        return cls(
            enrolment=row.enrolment.public_id, name=row.enrolment.person.full_name, mark=row.mark, minutes=row.minutes,
            note=row.note, source=row.source, version=row.version,
        )  # fmt: skip


class AllPresentOut(Out):
    """How many were marked now, because they had no mark yet, and the deed that it was if there were any."""

    marked: int
    deed: str | None


class DeedIn(In):
    """A deed by its name."""

    deed: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{8,40}$")]


class TakenBackOut(Out):
    """How many marks are again what they were, and how many somebody has changed since."""

    restored: int
    left: int


class MarkStateOut(Out):
    """A mark as it was at a time."""

    mark: str
    minutes: int | None
    note: str
    source: str


class MarkChangeOut(Out):
    """One change: by which deed, from what to what (null: no mark), by whom, and when it was taken back."""

    deed: str
    at: datetime
    by: str | None
    before: MarkStateOut | None
    after: MarkStateOut | None
    undone_at: datetime | None

    @classmethod
    def of(cls, found: Change) -> "MarkChangeOut":
        change = found.change
        return cls(
            deed=change.deed, at=change.at, by=found.by, before=_state(change.before), after=_state(change.after),
            undone_at=change.undone_at,
        )  # fmt: skip


class MarkChangesOut(Out):
    """A mark as it stands and what people did to it, the last first."""

    now: RosterRowOut
    changes: list[MarkChangeOut]

    @classmethod
    def of(cls, row: RosterRow, changes: list[Change]) -> "MarkChangesOut":
        return cls(now=RosterRowOut.of(row), changes=[MarkChangeOut.of(each) for each in changes])


def _state(kept: dict[str, Any] | None) -> MarkStateOut | None:
    return MarkStateOut.model_validate({name: kept[name] for name in MarkStateOut.model_fields}) if kept else None
