"""Shapes of attendance in JSON; all of them are offered here."""

from ilpes_lms.attendance.schemas.behind import (
    AllBehindOut,
    BehindMessageIn,
    BehindMessageOut,
    BehindOut,
)
from ilpes_lms.attendance.schemas.check_in import (
    CheckInIn,
    CheckInOut,
    ScreenOut,
)
from ilpes_lms.attendance.schemas.marks import (
    AllPresentOut,
    DeedIn,
    MarkChangesOut,
    MarkIn,
    RosterRowOut,
    TakenBackOut,
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
    ClassSessionOut,
    OutcomeOut,
    OutcomesOut,
    OwnAttendanceOut,
    OwnMarkOut,
    ParticipantOut,
    RosterOut,
    RuleIn,
    RuleOut,
)

__all__ = [
    "AllBehindOut",
    "AllPresentOut",
    "BehindMessageIn",
    "BehindMessageOut",
    "BehindOut",
    "CheckInIn",
    "CheckInOut",
    "ClassSessionOut",
    "DeedIn",
    "DisagreementOut",
    "DisagreementsOut",
    "FaultOut",
    "MarkChangesOut",
    "MarkIn",
    "MatchIn",
    "OutcomeOut",
    "OutcomesOut",
    "OwnAttendanceOut",
    "OwnMarkOut",
    "ParticipantOut",
    "ReportOut",
    "ReportQuery",
    "ReportedPersonOut",
    "RosterOut",
    "RosterRowOut",
    "RuleIn",
    "RuleOut",
    "ScreenOut",
    "SettleIn",
    "TakenBackOut",
]
