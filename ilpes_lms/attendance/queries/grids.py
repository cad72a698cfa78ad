"""An activity's attendance as a grid: who was at which class session for how long, and what it came to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import Mark
from ilpes_lms.attendance.queries.rosters import Grid, Line, grid
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core.database import db


@dataclass(frozen=True, slots=True)
class Cell:
    """A mark and the minutes it counts for."""

    mark: str
    minutes: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """One participant's cells by class session."""

    line: Line
    cells: Mapping[int, Cell]

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells.values())

    def tally(self, held: int) -> Counter[str]:
        """Count the marks of so many class sessions, those without as `unmarked`."""
        counted = Counter(cell.mark for cell in self.cells.values())
        counted["unmarked"] = held - counted.total()
        return counted


@dataclass(frozen=True, slots=True)
class FullGrid:
    """The class sessions that were not cancelled, and everyone's line."""

    activity: Activity
    class_sessions: list[ClassSession]
    lines: list[GridLine]


def full_grid(activity: Activity) -> FullGrid:
    """Return an activity's attendance with minutes; a mark without any counts for as long as completion counts it."""
    found: Grid = grid(activity)
    held = [session for session in found.class_sessions if session.status == "scheduled"]
    minutes = _minutes(activity.id)
    return FullGrid(activity, held, [_line(line, held, minutes) for line in found.lines])


def _line(line: Line, held: list[ClassSession], minutes: Mapping[tuple[int, int], int | None]) -> GridLine:
    cells = {
        session.id: Cell(
            line.marks[session.id],
            rules.minutes_of(line.marks[session.id], minutes.get((line.enrolment.id, session.id)), session.minutes),
        )
        for session in held
        if session.id in line.marks
    }
    return GridLine(line, cells)


def _minutes(activity_id: int) -> dict[tuple[int, int], int | None]:
    statement = select(Mark.enrolment_id, Mark.class_session_id, Mark.minutes)
    rows = db.session.execute(statement.join(Mark.class_session).where(ClassSession.activity_id == activity_id))
    return {(enrolment_id, session_id): minutes for enrolment_id, session_id, minutes in rows}
