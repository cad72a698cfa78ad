"""Shapes of what people type; all of them are offered here."""

from ilpes_lms.enrolment.forms.board import DecisionForm
from ilpes_lms.enrolment.forms.corrections import CorrectionForm
from ilpes_lms.enrolment.forms.links import InvitationForm, NomineeForm, QuotaForm
from ilpes_lms.enrolment.forms.participant import ApplicationForm
from ilpes_lms.enrolment.forms.places import PlaceRuleForm, VersionForm, WaitingForm, waiting_of

__all__ = [
    "ApplicationForm",
    "CorrectionForm",
    "DecisionForm",
    "InvitationForm",
    "NomineeForm",
    "PlaceRuleForm",
    "QuotaForm",
    "VersionForm",
    "WaitingForm",
    "waiting_of",
]
