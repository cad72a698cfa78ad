"""Shapes of attendance in JSON; all of them are offered here."""

from ilpes_lms.attendance.schemas.check_in import (
    CheckInIn,
    CheckInOut,
    ScreenOut,
)
from ilpes_lms.attendance.schemas.outcomes import (
    PresetOut,
    PresetsOut,
    RuleChangeOut,
    RuleChangesOut,
    RuleIn,
    RuleOut,
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
)

__all__ = [
    "AllPresentOut",
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
    "PresetOut",
    "PresetsOut",
    "ReportOut",
    "ReportQuery",
    "ReportedPersonOut",
    "RosterOut",
    "RosterRowOut",
    "RuleChangeOut",
    "RuleChangesOut",
    "RuleIn",
    "RuleOut",
    "ScreenOut",
    "SettleIn",
]
