"""What people send about attendance; all of it is offered here."""

from ilpes_lms.attendance.forms.appeals import (
    AnswerForm,
    AppealForm,
)
from ilpes_lms.attendance.forms.check_in import (
    CheckInForm,
)
from ilpes_lms.attendance.forms.marks import (
    NO_MARK,
    MarkForm,
)
from ilpes_lms.attendance.forms.outcomes import (
    RuleForm,
    fields_of,
)
from ilpes_lms.attendance.forms.platform import (
    ColumnsForm,
    ExportForm,
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
    "AnswerForm",
    "AppealForm",
    "CheckInForm",
    "ColumnsForm",
    "ExportForm",
    "MarkForm",
    "MatchForm",
    "ReportForm",
    "RuleForm",
    "SettleForm",
    "fields_of",
]
