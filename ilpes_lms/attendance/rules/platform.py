"""What an export of the learning platform says of people, and what of several exports counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar

from ilpes_lms.attendance.errors import ExportApplied, ExportBeingTakenBack, ExportSaysNothing
from ilpes_lms.attendance.rules.platform_columns import Columns
from ilpes_lms.attendance.rules.platform_values import Unreadable, grade_of, is_done, plain_cell, wall_time_of
from ilpes_lms.core.text import N_, fold

EXPORT_KINDS = {"grades": N_("Grade export"), "completion": N_("Completion export")}
EXPORT_LABELS = {
    "previewed": (N_("Not applied yet"), "waiting"),
    "applying": (N_("Being applied"), "waiting"),
    "applied": (N_("On record"), "good"),
    "undone": (N_("Taken back"), "plain"),
    # No state of its own: taken back already, and the worker has not come through everyone yet.
    "being_undone": (N_("Being taken back"), "waiting"),
}
_LONGEST_FOUND, _LONGEST_NAME, _LONGEST_ADDRESS = 80, 400, 254
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be read: where, why, and what stands there."""

    row: int
    column: str
    message: str
    found: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an export says of somebody; a last access is the wall time of the platform. `unread` was not readable."""

    number: int
    name: str = ""
    email: str = ""
    grade: Decimal | None = None
    tasks_done: int | None = None
    tasks_total: int | None = None
    last_access: datetime | None = None
    items: dict[str, bool] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells the same person in the next export: the address, else the name."""
        return self.email.casefold() or fold(self.name)


@dataclass(frozen=True, slots=True)
class PlatformKnown:
    """What is known of a participant from all exports that stand."""

    grade: Decimal | None = None
    tasks_done: int | None = None
    tasks_total: int | None = None
    last_access_at: datetime | None = None
    items: Mapping[str, bool] = field(default_factory=dict)


Effect = Literal["add", "renew", "same"]


def said_by(number: int, cells: Sequence[str], labels: Sequence[str], columns: Columns) -> tuple[Said, list[Fault]]:
    """Return what a row says, and its cells that could not be read: those say nothing, neither zero nor absent."""
    row = _Reading(number, dict(zip(labels, map(plain_cell, cells), strict=False)))
    items = {task: bool(row.read("tasks", task, is_done)) for task in columns.tasks}
    said = Said(
        number,
        name=" ".join(filter(None, map(row.cell, columns.name)))[:_LONGEST_NAME],
        email=row.cell(columns.email)[:_LONGEST_ADDRESS],
        grade=row.read("grade", columns.grade, lambda text: grade_of(text, columns.maximum)),
        last_access=row.read("last_access", columns.last_access, wall_time_of),
        tasks_done=sum(items.values()) if columns.tasks else None,
        tasks_total=len(columns.tasks) if columns.tasks else None,
        items=items,
        unread=tuple(dict.fromkeys(row.unread)),
    )
    return said, row.faults


@dataclass(slots=True)
class _Reading:
    """One row while it is read: its cells by label, and what could not be read so far."""

    number: int
    cells: Mapping[str, str]
    unread: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def cell(self, label: str) -> str:
        return self.cells.get(label, "")

    def read(self, what: str, label: str, reader: Callable[[str], Read | None]) -> Read | None:
        try:
            return reader(self.cell(label)) if label else None
        except Unreadable as error:
            self.unread.append(what)
            self.faults.append(Fault(self.number, label, error.message, self.cell(label)[:_LONGEST_FOUND]))
            return None


def known_from(rows: Iterable[tuple[Mapping[str, Any], Any]]) -> PlatformKnown | None:
    """Return what counts of what exports said of one participant, in the order in which they were applied.

    Each comes with what its columns mean: an export without tasks leaves the tasks of an earlier one alone, and so does
    a cell that could not be read. Of two rows in one export the later one counts. None: no export tells anything.
    """
    known: PlatformKnown | None = None
    for columns, row in rows:
        known = known or PlatformKnown()
        if columns["grade"] and "grade" not in row.unread:
            known = replace(known, grade=row.grade)
        if columns["last_access"] and "last_access" not in row.unread:
            known = replace(known, last_access_at=row.last_access_at)
        if columns["tasks"] and "tasks" not in row.unread:
            known = replace(known, tasks_done=row.tasks_done, tasks_total=row.tasks_total, items=row.items)
    return known


def record_effect(before: PlatformKnown | None, after: PlatformKnown) -> Effect:
    """Return what an export does to what is known of a participant."""
    if before is None:
        return "add"
    return "same" if before == after else "renew"


def check_may_choose_columns(state: str) -> None:
    """Refuse to say what columns mean of an export that is applied already."""
    if state in ("applying", "applied"):
        raise ExportApplied


def check_not_being_taken_back(*, under_way: bool) -> None:
    """Refuse to change an export whose people are being followed one part after another."""
    if under_way:
        raise ExportBeingTakenBack


def check_says_something(columns: Columns) -> None:
    """Refuse to apply an export of which no column is a grade, a task or a last access."""
    if not columns.says_something:
        raise ExportSaysNothing
