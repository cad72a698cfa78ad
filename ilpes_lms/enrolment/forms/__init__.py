"""Shapes of what people type; all of them are offered here."""

from ilpes_lms.enrolment.forms.board import DecisionForm
from ilpes_lms.enrolment.forms.corrections import CorrectionForm
from ilpes_lms.enrolment.forms.links import (
    ConfirmationForm,
    DeclineForm,
    ExtensionForm,
    InvitationForm,
    InvitationListForm,
    ListForm,
    NomineeForm,
    QuotaChangeForm,
    QuotaForm,
    SubstituteForm,
)
from ilpes_lms.enrolment.forms.participant import ApplicationForm
from ilpes_lms.enrolment.forms.places import PlaceRuleForm, VersionForm, WaitingForm, waiting_of

__all__ = [
    "ApplicationForm",
    "ConfirmationForm",
    "CorrectionForm",
    "DecisionForm",
    "DeclineForm",
    "ExtensionForm",
    "InvitationForm",
    "InvitationListForm",
    "ListForm",
    "NomineeForm",
    "PlaceRuleForm",
    "QuotaChangeForm",
    "QuotaForm",
    "SubstituteForm",
    "VersionForm",
    "WaitingForm",
    "waiting_of",
]
