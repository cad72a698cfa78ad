"""The verbs of attendance. Outcomes follow marks, rules and class sessions in the same transaction."""

from ilpes_lms.attendance.service.check_in import check_in, close_check_in, open_check_in
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
from ilpes_lms.attendance.service.walk_ins import count_by_headcount, count_walk_ins

__all__ = [
    "JOB",
    "apply_report",
    "apply_waiting",
    "check_in",
    "clear_mark",
    "close_check_in",
    "count_by_headcount",
    "count_walk_ins",
    "decide_about",
    "mark",
    "mark_all_present",
    "open_check_in",
    "preview_report",
    "recompute",
    "recompute_outdated",
    "set_rule",
    "settle_disagreement",
    "undo_report",
]
