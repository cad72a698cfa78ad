"""The verbs of attendance. Outcomes follow marks, rules and class sessions in the same transaction."""

from ilpes_lms.attendance.service.appeals import APPEAL_LETTER, answer_correction, ask_for_correction, why_not_to_ask
from ilpes_lms.attendance.service.check_in import check_in, close_check_in, open_check_in
from ilpes_lms.attendance.service.forgetting import forget
from ilpes_lms.attendance.service.keeping import keep_outcomes_of
from ilpes_lms.attendance.service.letting_go import let_go_of_reports, let_go_of_strangers
from ilpes_lms.attendance.service.mark_changes import Press
from ilpes_lms.attendance.service.marks import clear_mark, mark, mark_all_present, press_mark, take_back
from ilpes_lms.attendance.service.messages import chosen_among, write_to_behind
from ilpes_lms.attendance.service.outcomes import RECOMPUTE_JOB, follow_plan, recompute, recompute_outdated, set_rule
from ilpes_lms.attendance.service.platform import (
    EXPORTS_JOB,
    apply_export,
    apply_waiting_exports,
    choose_columns,
    decide_about_row,
    let_go_of_exports,
    preview_export,
    undo_export,
)
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
    "APPEAL_LETTER",
    "EXPORTS_JOB",
    "JOB",
    "RECOMPUTE_JOB",
    "Press",
    "answer_correction",
    "apply_export",
    "apply_report",
    "apply_waiting",
    "apply_waiting_exports",
    "ask_for_correction",
    "check_in",
    "choose_columns",
    "chosen_among",
    "clear_mark",
    "close_check_in",
    "count_by_headcount",
    "count_walk_ins",
    "decide_about",
    "decide_about_row",
    "follow_plan",
    "forget",
    "keep_outcomes_of",
    "let_go_of_exports",
    "let_go_of_reports",
    "let_go_of_strangers",
    "mark",
    "mark_all_present",
    "open_check_in",
    "press_mark",
    "preview_export",
    "preview_report",
    "recompute",
    "recompute_outdated",
    "set_rule",
    "settle_disagreement",
    "take_back",
    "undo_export",
    "undo_report",
    "why_not_to_ask",
    "write_to_behind",
]
