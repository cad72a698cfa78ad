"""The tables of enrolment; all of them are offered here."""

from ilpes_lms.enrolment.models.applications import (
    ApplicationAnswer,
    ApplicationDraft,
    ApplicationQuestion,
    KeptLetter,
)
from ilpes_lms.enrolment.models.fairness import ConflictOfInterest, PlaceDecision, PlaceRule, Review
from ilpes_lms.enrolment.models.imports import ParticipantImport
from ilpes_lms.enrolment.models.links import Invitation, NominationQuota, PlaceHold
from ilpes_lms.enrolment.models.standings import AttributeCorrection, Enrolment, EnrolmentChange

__all__ = [
    "ApplicationAnswer",
    "ApplicationDraft",
    "ApplicationQuestion",
    "AttributeCorrection",
    "ConflictOfInterest",
    "Enrolment",
    "EnrolmentChange",
    "Invitation",
    "KeptLetter",
    "NominationQuota",
    "ParticipantImport",
    "PlaceDecision",
    "PlaceHold",
    "PlaceRule",
    "Review",
]
