"""What people send about attendance; all of it is offered here."""

from ilpes_lms.attendance.forms.check_in import (
    CheckInForm,
)
from ilpes_lms.attendance.forms.marks import (
    NO_MARK,
    MarkForm,
    RuleForm,
)
from ilpes_lms.attendance.forms.reports import (
    NOBODY,
    MatchForm,
    ReportForm,
    SettleForm,
    WalkInsForm,
)
from ilpes_lms.attendance.forms.sheets import (
    SheetForm,
)

__all__ = [
    "NOBODY",
    "NO_MARK",
    "CheckInForm",
    "MarkForm",
    "MatchForm",
    "ReportForm",
    "RuleForm",
    "SettleForm",
    "SheetForm",
    "WalkInsForm",
]
