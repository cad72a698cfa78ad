"""Shapes of enrolment in JSON; unknown fields are refused. All of them are offered here."""

from ilpes_lms.enrolment.schemas.board import (
    ApplicantOut,
    BoardOut,
    BoardQuery,
    DecidedOut,
    DecisionsIn,
    DecisionsOut,
    RefusalOut,
)
from ilpes_lms.enrolment.schemas.corrections import AttributesOut, CorrectionIn, CorrectionOut
from ilpes_lms.enrolment.schemas.links import (
    InviteeIn,
    NominationDeskOut,
    NomineeOut,
    NomineesOut,
    QuotaIn,
    QuotaOut,
    QuotasOut,
)
from ilpes_lms.enrolment.schemas.participant import (
    ApplicationIn,
    EnrolmentOut,
    EnrolmentsOut,
    EnrolmentWithHistoryOut,
    StepOut,
)
from ilpes_lms.enrolment.schemas.places import (
    ChanceOut,
    PlaceDecisionOut,
    PlaceRuleIn,
    PlaceRuleOut,
    PlaceRulesIn,
    PlaceRulesOut,
    WaitingListOut,
    WaitingQuery,
)
from ilpes_lms.enrolment.schemas.registrations import RegistrationIn, RegistrationOut

__all__ = [
    "ApplicantOut",
    "ApplicationIn",
    "AttributesOut",
    "BoardOut",
    "BoardQuery",
    "ChanceOut",
    "CorrectionIn",
    "CorrectionOut",
    "DecidedOut",
    "DecisionsIn",
    "DecisionsOut",
    "EnrolmentOut",
    "EnrolmentWithHistoryOut",
    "EnrolmentsOut",
    "InviteeIn",
    "NominationDeskOut",
    "NomineeOut",
    "NomineesOut",
    "PlaceDecisionOut",
    "PlaceRuleIn",
    "PlaceRuleOut",
    "PlaceRulesIn",
    "PlaceRulesOut",
    "QuotaIn",
    "QuotaOut",
    "QuotasOut",
    "RefusalOut",
    "RegistrationIn",
    "RegistrationOut",
    "StepOut",
    "WaitingListOut",
    "WaitingQuery",
]
