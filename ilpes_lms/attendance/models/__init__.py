"""The tables of attendance; all of them are offered here."""

from ilpes_lms.attendance.models.completion import (
    CompletionRule,
    Outcome,
    OutcomeAppeal,
    PlatformRecord,
)
from ilpes_lms.attendance.models.imports import (
    AttendanceImport,
    PlatformImport,
    PlatformMapping,
    RememberedMatch,
    ReportedPerson,
)
from ilpes_lms.attendance.models.marks import (
    CheckInScreen,
    Disagreement,
    Mark,
    MarkChange,
)

__all__ = [
    "AttendanceImport",
    "CheckInScreen",
    "CompletionRule",
    "Disagreement",
    "Mark",
    "MarkChange",
    "Outcome",
    "OutcomeAppeal",
    "PlatformImport",
    "PlatformMapping",
    "PlatformRecord",
    "RememberedMatch",
    "ReportedPerson",
]
