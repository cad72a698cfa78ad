"""What people send about attendance; all of it is offered here."""

from ilpes_lms.attendance.forms.marks import (
    NO_MARK,
    MarkForm,
    RuleForm,
)

__all__ = [
    "NO_MARK",
    "MarkForm",
    "RuleForm",
]
