"""The verbs of attendance. Outcomes follow marks, rules and class sessions in the same transaction."""

from ilpes_lms.attendance.service.marks import clear_mark, mark, mark_all_present
from ilpes_lms.attendance.service.outcomes import recompute, recompute_outdated, set_rule
from ilpes_lms.attendance.service.reports import (
    JOB,
    apply_report,
    apply_waiting,
    decide_about,
    preview_report,
    settle_disagreement,
    undo_report,
)

__all__ = [
    "JOB",
    "apply_report",
    "apply_waiting",
    "clear_mark",
    "decide_about",
    "mark",
    "mark_all_present",
    "preview_report",
    "recompute",
    "recompute_outdated",
    "set_rule",
    "settle_disagreement",
    "undo_report",
]
