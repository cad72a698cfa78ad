"""The verbs of attendance. Outcomes follow marks, rules and class sessions in the same transaction."""

from ilpes_lms.attendance.service.marks import clear_mark, mark, mark_all_present
from ilpes_lms.attendance.service.outcomes import recompute, recompute_outdated, set_rule

__all__ = ["clear_mark", "mark", "mark_all_present", "recompute", "recompute_outdated", "set_rule"]
