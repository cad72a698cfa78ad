"""The door of the room: what can be done with people, accounts, roles and organizations."""

from ilpes_lms.people.service.accounts import (
    Confirmation,
    Confirmed,
    address_behind,
    change_password,
    confirm_email,
    confirmation_behind,
    faults_of_sign_up,
    prove,
    request_reset,
    reset_password,
    set_password,
    sign_up,
)
from ilpes_lms.people.service.addresses import (
    change_address,
    confirm_address,
    object_to_change,
    objection_behind,
    request_address_change,
)
from ilpes_lms.people.service.attempts import allowed, let_go_of_attempts
from ilpes_lms.people.service.consents import give_consent
from ilpes_lms.people.service.ending import end_all_sign_ins, sign_out_everywhere
from ilpes_lms.people.service.forgetting import forget
from ilpes_lms.people.service.identities import enter_by_provider
from ilpes_lms.people.service.merging import lock_organizations, lock_persons, stand_in
from ilpes_lms.people.service.newcomers import Newcomer, add_newcomers
from ilpes_lms.people.service.passwords import generated as generated_password
from ilpes_lms.people.service.persons import (
    Profile,
    complete_profile,
    create_person,
    edit_profile,
    faults_of_profile,
    find_or_add_organization,
    note_work,
)
from ilpes_lms.people.service.roles import check_may_go, disable_account, enable_account, grant_role, revoke_role
from ilpes_lms.people.service.second_factors import (
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    second_factor_begun,
    staff_without_second_factor,
)
from ilpes_lms.people.service.sign_ins import (
    SecondStep,
    admit,
    create_token,
    end_sign_in,
    finish_sign_in,
    let_go_of_sign_ins,
    note_seen,
    open_sign_in,
    sign_in,
    sign_out,
    step_is_open,
)
from ilpes_lms.people.service.tokens import let_go_of_links

__all__ = [
    "Confirmation",
    "Confirmed",
    "Newcomer",
    "Profile",
    "SecondStep",
    "add_newcomers",
    "address_behind",
    "admit",
    "allowed",
    "begin_second_factor",
    "change_address",
    "change_password",
    "check_may_go",
    "complete_profile",
    "confirm_address",
    "confirm_email",
    "confirm_second_factor",
    "confirmation_behind",
    "create_person",
    "create_token",
    "disable_account",
    "edit_profile",
    "enable_account",
    "end_all_sign_ins",
    "end_sign_in",
    "enter_by_provider",
    "faults_of_profile",
    "faults_of_sign_up",
    "find_or_add_organization",
    "finish_sign_in",
    "forget",
    "generated_password",
    "give_consent",
    "grant_role",
    "let_go_of_attempts",
    "let_go_of_links",
    "let_go_of_sign_ins",
    "lock_organizations",
    "lock_persons",
    "note_seen",
    "note_work",
    "object_to_change",
    "objection_behind",
    "open_sign_in",
    "prove",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_address_change",
    "request_reset",
    "reset_password",
    "reset_second_factor",
    "revoke_role",
    "second_factor_begun",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
    "staff_without_second_factor",
    "stand_in",
    "step_is_open",
]
