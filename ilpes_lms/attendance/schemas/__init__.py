"""Shapes of attendance in JSON; all of them are offered here."""

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

__all__ = [
    "AllPresentOut",
    "ClassSessionOut",
    "MarkIn",
    "OutcomeOut",
    "OutcomesOut",
    "OwnAttendanceOut",
    "OwnMarkOut",
    "ParticipantOut",
    "RosterOut",
    "RosterRowOut",
    "RuleIn",
    "RuleOut",
]
