"""The verbs of enrolment: one function, one short transaction that locks the activity first."""

from ilpes_lms.enrolment.service import imports
from ilpes_lms.enrolment.service.admission import (
    accept_offer,
    apply,
    decline_offer,
    eligibility_of,
    enrol_directly,
    explain,
    withdraw,
)
from ilpes_lms.enrolment.service.decisions import Decided, decide, foresee
from ilpes_lms.enrolment.service.invitations import accept_invitation, invite, withdraw_invitation
from ilpes_lms.enrolment.service.nominations import (
    nominate,
    open_quota,
    open_quota_for,
    renew_link,
    withdraw_nomination,
)
from ilpes_lms.enrolment.service.steps import settle
from ilpes_lms.enrolment.service.sweeps import expire_offers, promote_waiting

__all__ = [
    "Decided",
    "accept_invitation",
    "accept_offer",
    "apply",
    "decide",
    "decline_offer",
    "eligibility_of",
    "enrol_directly",
    "expire_offers",
    "explain",
    "foresee",
    "imports",
    "invite",
    "nominate",
    "open_quota",
    "open_quota_for",
    "promote_waiting",
    "renew_link",
    "settle",
    "withdraw",
    "withdraw_invitation",
    "withdraw_nomination",
]
