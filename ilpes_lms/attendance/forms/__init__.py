"""What people send about attendance; all of it is offered here."""

from ilpes_lms.attendance.forms.appeals import AnswerForm, AppealForm
from ilpes_lms.attendance.forms.check_in import CheckInForm
from ilpes_lms.attendance.forms.marks import NO_MARK, DeedForm, MarkForm, PressForm
from ilpes_lms.attendance.forms.messages import BehindMessageForm
from ilpes_lms.attendance.forms.outcomes import RuleForm, fields_of
from ilpes_lms.attendance.forms.platform import ColumnsForm, ExportForm
from ilpes_lms.attendance.forms.reports import NOBODY, MatchForm, ReportForm, SettleForm, WalkInsForm
from ilpes_lms.attendance.forms.sheets import SheetForm

__all__ = [
    "NOBODY",
    "NO_MARK",
    "AnswerForm",
    "AppealForm",
    "BehindMessageForm",
    "CheckInForm",
    "ColumnsForm",
    "DeedForm",
    "ExportForm",
    "MarkForm",
    "MatchForm",
    "PressForm",
    "ReportForm",
    "RuleForm",
    "SettleForm",
    "SheetForm",
    "WalkInsForm",
    "fields_of",
]
