"""Shapes of what people type; all of them are offered here."""

from ilpes_lms.enrolment.forms.board import DecisionForm
from ilpes_lms.enrolment.forms.imports import AcceptImportForm, ImportForm
from ilpes_lms.enrolment.forms.links import InvitationForm, NomineeForm, QuotaForm
from ilpes_lms.enrolment.forms.participant import ApplicationForm

__all__ = [
    "AcceptImportForm",
    "ApplicationForm",
    "DecisionForm",
    "ImportForm",
    "InvitationForm",
    "NomineeForm",
    "QuotaForm",
]
