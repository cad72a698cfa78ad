"""Shapes of attendance in JSON; all of them are offered here."""

from ilpes_lms.attendance.schemas.appeals import AnswerIn, AppealIn, AppealOut, AppealsOut, AskedAppealOut, AskedOut
from ilpes_lms.attendance.schemas.behind import AllBehindOut, BehindMessageIn, BehindMessageOut, BehindOut
from ilpes_lms.attendance.schemas.check_in import CheckedInOut, CheckInIn, CheckInOut, CheckInsOut, ScreenOut
from ilpes_lms.attendance.schemas.grids import AttendanceOut
from ilpes_lms.attendance.schemas.marks import AllPresentOut, DeedIn, MarkChangesOut, MarkIn, RosterRowOut, TakenBackOut
from ilpes_lms.attendance.schemas.outcomes import PresetOut, PresetsOut, RuleChangeOut, RuleChangesOut, RuleIn, RuleOut
from ilpes_lms.attendance.schemas.platform import (
    ColumnsIn,
    ColumnsOut,
    ExportFaultOut,
    ExportHeadOut,
    ExportOut,
    ExportRowOut,
    ExportsOut,
    PlatformRecordOut,
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
)
from ilpes_lms.attendance.schemas.sheets import SheetOut, SheetQuery
from ilpes_lms.attendance.schemas.walk_ins import ReportHeadcountOut, WalkInsIn, WalkInsOut

__all__ = [
    "AllBehindOut",
    "AllPresentOut",
    "AnswerIn",
    "AppealIn",
    "AppealOut",
    "AppealsOut",
    "AskedAppealOut",
    "AskedOut",
    "AttendanceOut",
    "BehindMessageIn",
    "BehindMessageOut",
    "BehindOut",
    "CheckInIn",
    "CheckInOut",
    "CheckInsOut",
    "CheckedInOut",
    "ClassSessionOut",
    "ColumnsIn",
    "ColumnsOut",
    "DeedIn",
    "DisagreementOut",
    "DisagreementsOut",
    "ExportFaultOut",
    "ExportHeadOut",
    "ExportOut",
    "ExportRowOut",
    "ExportsOut",
    "FaultOut",
    "MarkChangesOut",
    "MarkIn",
    "MatchIn",
    "OutcomeOut",
    "OutcomesOut",
    "OwnAttendanceOut",
    "OwnMarkOut",
    "ParticipantOut",
    "PlatformRecordOut",
    "PresetOut",
    "PresetsOut",
    "ReportHeadcountOut",
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
    "SheetOut",
    "SheetQuery",
    "TakenBackOut",
    "WalkInsIn",
    "WalkInsOut",
]
