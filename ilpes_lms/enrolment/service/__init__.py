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
from ilpes_lms.enrolment.service.decisions import Decided, decide, foresee
from ilpes_lms.enrolment.service.drafts import (
    LONGEST_MOTIVATION,
    Beginning,
    begin,
    beginning_of,
    discard_draft,
    keep_file,
    may_apply_again,
    prepare,
    save_draft,
    specimen,
)
from ilpes_lms.enrolment.service.fairness import propose
from ilpes_lms.enrolment.service.invitations import accept_invitation, invite, withdraw_invitation
from ilpes_lms.enrolment.service.nominations import (
    nominate,
    nominate_as_focal_point,
    open_quota,
    open_quota_for,
    renew_link,
    withdraw_as_focal_point,
    withdraw_nomination,
)
from ilpes_lms.enrolment.service.place_rules import (
    RuleValues,
    add_place_rule,
    remove_place_rule,
    set_place_rules,
    set_waiting,
)
from ilpes_lms.enrolment.service.questions import (
    add_question,
    ask_again,
    copy_questions,
    delete_question,
    edit_question,
    move_question,
    stop_asking,
)
from ilpes_lms.enrolment.service.steps import settle, settle_edited
from ilpes_lms.enrolment.service.sweeps import expire_offers, promote_waiting
from ilpes_lms.enrolment.service.waiting import Chance, Prospect, WaitingList, prospect, waiting_list

__all__ = [
    "LONGEST_MOTIVATION",
    "Beginning",
    "Chance",
    "Decided",
    "Prospect",
    "RuleValues",
    "WaitingList",
    "accept_invitation",
    "accept_offer",
    "add_place_rule",
    "add_question",
    "apply",
    "ask_again",
    "begin",
    "beginning_of",
    "copy_questions",
    "decide",
    "decline_offer",
    "delete_question",
    "discard_draft",
    "edit_question",
    "eligibility_of",
    "enrol_directly",
    "expire_offers",
    "explain",
    "foresee",
    "invite",
    "keep_file",
    "may_apply_again",
    "move_question",
    "nominate",
    "nominate_as_focal_point",
    "open_quota",
    "open_quota_for",
    "prepare",
    "promote_waiting",
    "propose",
    "prospect",
    "remove_place_rule",
    "renew_link",
    "save_draft",
    "set_place_rules",
    "set_waiting",
    "settle",
    "settle_edited",
    "specimen",
    "stop_asking",
    "waiting_list",
    "withdraw",
    "withdraw_as_focal_point",
    "withdraw_invitation",
    "withdraw_nomination",
]
