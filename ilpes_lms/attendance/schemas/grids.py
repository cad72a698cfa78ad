"""An activity's attendance grid in JSON."""

from ilpes_lms.attendance.queries import FullGrid, GridLine
from ilpes_lms.attendance.schemas.rosters import ClassSessionOut, OutcomeOut
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.web.api import Out


class GridMarkOut(Out):
    """A mark at a class session and the minutes it counts for; null where there is none."""

    class_session: str
    mark: str | None
    minutes: int | None


class GridLineOut(Out):
    """One participant's marks, their totals, and where the participant stands."""

    enrolment: str
    name: str
    institution: str | None
    country: str | None
    marks: list[GridMarkOut]
    counts: dict[str, int]
    minutes: int
    outcome: OutcomeOut

    @classmethod
    def of(cls, line: GridLine, sessions: list[ClassSession]) -> "GridLineOut":
        enrolment = line.line.enrolment
        return cls(
            enrolment=enrolment.public_id, name=enrolment.person.full_name, institution=enrolment.organization_name,
            country=enrolment.country, marks=[_mark(line, session) for session in sessions],
            counts=dict(line.tally(len(sessions))), minutes=line.minutes, outcome=OutcomeOut.of(line.line.outcome),
        )  # fmt: skip


class AttendanceOut(Out):
    """Everyone's attendance at the class sessions of an activity that were not cancelled."""

    activity: str
    class_sessions: list[ClassSessionOut]
    participants: list[GridLineOut]

    @classmethod
    def of(cls, grid: FullGrid) -> "AttendanceOut":
        ref = grid.activity.public_id
        return cls(
            activity=ref,
            class_sessions=[ClassSessionOut.of(session, ref) for session in grid.class_sessions],
            participants=[GridLineOut.of(line, grid.class_sessions) for line in grid.lines],
        )


def _mark(line: GridLine, session: ClassSession) -> GridMarkOut:
    found = line.cells.get(session.id)
    return GridMarkOut(
        class_session=session.public_id, mark=found.mark if found else None, minutes=found.minutes if found else None
    )
