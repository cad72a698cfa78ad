"""The verbs of enrolment: one function, one short transaction that locks the activity first."""

from ilpes_lms.enrolment.service.admission import (
    accept_offer,
    apply,
    decline_offer,
    eligibility_of,
    enrol_directly,
    explain,
    withdraw,
)
from ilpes_lms.enrolment.service.corrections import correct_attributes
from ilpes_lms.enrolment.service.decisions import Decided, decide, foresee
from ilpes_lms.enrolment.service.fairness import propose
from ilpes_lms.enrolment.service.holds import lapse_holds
from ilpes_lms.enrolment.service.invitations import accept_invitation, invite, withdraw_invitation
from ilpes_lms.enrolment.service.nominations import (
    nominate,
    open_quota,
    open_quota_for,
    renew_link,
    withdraw_nomination,
)
from ilpes_lms.enrolment.service.place_rules import (
    RuleValues,
    add_place_rule,
    remove_place_rule,
    set_place_rules,
    set_waiting,
)
from ilpes_lms.enrolment.service.registrations import Registered, held_until_of, register
from ilpes_lms.enrolment.service.steps import settle, settle_edited
from ilpes_lms.enrolment.service.sweeps import expire_offers, promote_waiting
from ilpes_lms.enrolment.service.waiting import Chance, Prospect, WaitingList, prospect, waiting_list

__all__ = [
    "Chance",
    "Decided",
    "Prospect",
    "Registered",
    "RuleValues",
    "WaitingList",
    "accept_invitation",
    "accept_offer",
    "add_place_rule",
    "apply",
    "correct_attributes",
    "decide",
    "decline_offer",
    "eligibility_of",
    "enrol_directly",
    "expire_offers",
    "explain",
    "foresee",
    "held_until_of",
    "invite",
    "lapse_holds",
    "nominate",
    "open_quota",
    "open_quota_for",
    "promote_waiting",
    "propose",
    "prospect",
    "register",
    "remove_place_rule",
    "renew_link",
    "set_place_rules",
    "set_waiting",
    "settle",
    "settle_edited",
    "waiting_list",
    "withdraw",
    "withdraw_invitation",
    "withdraw_nomination",
]
