"""Shapes of what people type; all of them are offered here."""

from ilpes_lms.enrolment.forms.application import LARGEST_APPLICATION, ApplicationForm, application_form
from ilpes_lms.enrolment.forms.board import DecisionForm
from ilpes_lms.enrolment.forms.links import InvitationForm, NomineeForm, QuotaForm
from ilpes_lms.enrolment.forms.places import PlaceRuleForm, VersionForm, WaitingForm, waiting_of
from ilpes_lms.enrolment.forms.questions import QuestionForm, question_data

__all__ = [
    "LARGEST_APPLICATION",
    "ApplicationForm",
    "DecisionForm",
    "InvitationForm",
    "NomineeForm",
    "PlaceRuleForm",
    "QuestionForm",
    "QuotaForm",
    "VersionForm",
    "WaitingForm",
    "application_form",
    "question_data",
    "waiting_of",
]
