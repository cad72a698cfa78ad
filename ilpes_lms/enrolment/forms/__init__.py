"""Shapes of what people type; all of them are offered here."""

from ilpes_lms.enrolment.forms.application import (
    LARGEST_APPLICATION,
    ApplicationForm,
    RegistrationForm,
    application_form,
    registration_form,
)
from ilpes_lms.enrolment.forms.board import ChoiceForm, ConflictForm, DecisionForm, ReviewForm
from ilpes_lms.enrolment.forms.corrections import CorrectionForm
from ilpes_lms.enrolment.forms.imports import AcceptImportForm, ImportForm
from ilpes_lms.enrolment.forms.links import (
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
from ilpes_lms.enrolment.forms.places import PlaceRuleForm, VersionForm, WaitingForm, waiting_of
from ilpes_lms.enrolment.forms.questions import QuestionForm, question_data

__all__ = [
    "LARGEST_APPLICATION",
    "AcceptImportForm",
    "ApplicationForm",
    "ChoiceForm",
    "ConflictForm",
    "CorrectionForm",
    "DecisionForm",
    "DeclineForm",
    "ExtensionForm",
    "ImportForm",
    "InvitationForm",
    "InvitationListForm",
    "ListForm",
    "NomineeForm",
    "PlaceRuleForm",
    "QuestionForm",
    "QuotaChangeForm",
    "QuotaForm",
    "RegistrationForm",
    "ReviewForm",
    "SubstituteForm",
    "VersionForm",
    "WaitingForm",
    "application_form",
    "question_data",
    "registration_form",
    "waiting_of",
]
