"""The tables of attendance; all of them are offered here."""

from ilpes_lms.attendance.models.completion import (
    CompletionRule,
    Outcome,
    OutcomeAppeal,
)
from ilpes_lms.attendance.models.imports import (
    AttendanceImport,
    RememberedMatch,
    ReportedPerson,
)
from ilpes_lms.attendance.models.marks import (
    CheckInScreen,
    Disagreement,
    Mark,
    MarkChange,
)
from ilpes_lms.attendance.models.platform import (
    PlatformImport,
    PlatformMapping,
    PlatformRecord,
    PlatformRow,
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
    "PlatformRow",
    "RememberedMatch",
    "ReportedPerson",
]
