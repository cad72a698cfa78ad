"""The verbs of enrolment: one function, one short transaction that locks the activity first."""

from ilpes_lms.enrolment.service.acceptance import accept_invitation, asked_of
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
from ilpes_lms.enrolment.service.invitations import (
    decline_invitation,
    extend_invitation,
    invite,
    remind_invited,
    send_invitation_again,
    withdraw_invitation,
)
from ilpes_lms.enrolment.service.lists import (
    LIMITS,
    Foreseen,
    foresee_invitations,
    foresee_nominations,
    invite_list,
    nominate_list,
    read_list,
    written_out,
)
from ilpes_lms.enrolment.service.nominations import (
    nominate,
    replace_confirmed,
    replace_nominee,
    withdraw_nomination,
    write_to_nominee,
)
from ilpes_lms.enrolment.service.place_rules import (
    RuleValues,
    add_place_rule,
    remove_place_rule,
    set_place_rules,
    set_waiting,
)
from ilpes_lms.enrolment.service.quotas import (
    Alike,
    alike,
    change_quota,
    open_quota,
    open_quota_for,
    renew_link,
    take_places_back,
)
from ilpes_lms.enrolment.service.registrations import Registered, held_until_of, register
from ilpes_lms.enrolment.service.steps import settle, settle_edited
from ilpes_lms.enrolment.service.sweeps import expire_offers, promote_waiting
from ilpes_lms.enrolment.service.waiting import Chance, Prospect, WaitingList, prospect, waiting_list

__all__ = [
    "LIMITS",
    "Alike",
    "Chance",
    "Decided",
    "Foreseen",
    "Prospect",
    "Registered",
    "RuleValues",
    "WaitingList",
    "accept_invitation",
    "accept_offer",
    "add_place_rule",
    "alike",
    "apply",
    "asked_of",
    "change_quota",
    "correct_attributes",
    "decide",
    "decline_invitation",
    "decline_offer",
    "eligibility_of",
    "enrol_directly",
    "expire_offers",
    "explain",
    "extend_invitation",
    "foresee",
    "foresee_invitations",
    "foresee_nominations",
    "held_until_of",
    "invite",
    "invite_list",
    "lapse_holds",
    "nominate",
    "nominate_list",
    "open_quota",
    "open_quota_for",
    "promote_waiting",
    "propose",
    "prospect",
    "read_list",
    "register",
    "remind_invited",
    "remove_place_rule",
    "renew_link",
    "replace_confirmed",
    "replace_nominee",
    "send_invitation_again",
    "set_place_rules",
    "set_waiting",
    "settle",
    "settle_edited",
    "take_places_back",
    "waiting_list",
    "withdraw",
    "withdraw_invitation",
    "withdraw_nomination",
    "write_to_nominee",
    "written_out",
]
