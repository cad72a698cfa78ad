"""Shapes of attendance in JSON; all of them are offered here."""

from ilpes_lms.attendance.schemas.check_in import (
    CheckInIn,
    CheckInOut,
    ScreenOut,
)
from ilpes_lms.attendance.schemas.grids import (
    AttendanceOut,
)
from ilpes_lms.attendance.schemas.reports import (
    DisagreementOut,
    DisagreementsOut,
    FaultOut,
    MatchIn,
    ReportedPersonOut,
    ReportOut,
    ReportQuery,
    SettleIn,
)
from ilpes_lms.attendance.schemas.rosters import (
    AllPresentOut,
    ClassSessionOut,
    MarkIn,
    OutcomeOut,
    OutcomesOut,
    OwnAttendanceOut,
    OwnMarkOut,
    ParticipantOut,
    RosterOut,
    RosterRowOut,
    RuleIn,
    RuleOut,
)
from ilpes_lms.attendance.schemas.sheets import (
    SheetOut,
    SheetQuery,
)
from ilpes_lms.attendance.schemas.walk_ins import (
    ReportHeadcountOut,
    WalkInsIn,
    WalkInsOut,
)

__all__ = [
    "AllPresentOut",
    "AttendanceOut",
    "CheckInIn",
    "CheckInOut",
    "ClassSessionOut",
    "DisagreementOut",
    "DisagreementsOut",
    "FaultOut",
    "MarkIn",
    "MatchIn",
    "OutcomeOut",
    "OutcomesOut",
    "OwnAttendanceOut",
    "OwnMarkOut",
    "ParticipantOut",
    "ReportHeadcountOut",
    "ReportOut",
    "ReportQuery",
    "ReportedPersonOut",
    "RosterOut",
    "RosterRowOut",
    "RuleIn",
    "RuleOut",
    "ScreenOut",
    "SettleIn",
    "SheetOut",
    "SheetQuery",
    "WalkInsIn",
    "WalkInsOut",
]
