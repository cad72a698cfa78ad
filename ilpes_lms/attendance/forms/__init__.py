"""What people send about attendance; all of it is offered here."""

from ilpes_lms.attendance.forms.check_in import (
    CheckInForm,
)
from ilpes_lms.attendance.forms.marks import (
    NO_MARK,
    DeedForm,
    MarkForm,
    PressForm,
    RuleForm,
)
from ilpes_lms.attendance.forms.messages import (
    BehindMessageForm,
)
from ilpes_lms.attendance.forms.reports import (
    NOBODY,
    MatchForm,
    ReportForm,
    SettleForm,
)

__all__ = [
    "NOBODY",
    "NO_MARK",
    "BehindMessageForm",
    "CheckInForm",
    "DeedForm",
    "MarkForm",
    "MatchForm",
    "PressForm",
    "ReportForm",
    "RuleForm",
    "SettleForm",
]
