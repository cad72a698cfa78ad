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
from ilpes_lms.enrolment.schemas.imports import (
    AcceptanceIn,
    ForeseenOut,
    ListIn,
    ListOut,
    ListsOut,
    RemarkOut,
    RemarksOut,
    RemarksQuery,
)
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

__all__ = [
    "AcceptanceIn",
    "ApplicantOut",
    "ApplicationIn",
    "BoardOut",
    "BoardQuery",
    "DecidedOut",
    "DecisionsIn",
    "DecisionsOut",
    "EnrolmentOut",
    "EnrolmentWithHistoryOut",
    "EnrolmentsOut",
    "ForeseenOut",
    "InviteeIn",
    "ListIn",
    "ListOut",
    "ListsOut",
    "NominationDeskOut",
    "NomineeOut",
    "NomineesOut",
    "QuotaIn",
    "QuotaOut",
    "QuotasOut",
    "RefusalOut",
    "RemarkOut",
    "RemarksOut",
    "RemarksQuery",
    "StepOut",
]
