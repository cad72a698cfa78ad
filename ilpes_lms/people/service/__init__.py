"""The door of the room: what can be done with people, accounts, roles and organizations."""

from ilpes_lms.people.service.accounts import (
    Confirmation,
    Confirmed,
    address_behind,
    change_password,
    confirm_email,
    confirmation_behind,
    faults_of_sign_up,
    request_reset,
    reset_password,
    set_password,
    sign_up,
)
from ilpes_lms.people.service.attempts import allowed
from ilpes_lms.people.service.forgetting import forget_old
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
from ilpes_lms.people.service.roles import disable_account, enable_account, grant_role, revoke_role
from ilpes_lms.people.service.sign_ins import (
    create_token,
    end_all_sign_ins,
    end_sign_in,
    open_sign_in,
    sign_in,
    sign_out,
)

__all__ = [
    "Confirmation",
    "Confirmed",
    "Newcomer",
    "Profile",
    "add_newcomers",
    "address_behind",
    "allowed",
    "change_password",
    "complete_profile",
    "confirm_email",
    "confirmation_behind",
    "create_person",
    "create_token",
    "disable_account",
    "edit_profile",
    "enable_account",
    "end_all_sign_ins",
    "end_sign_in",
    "faults_of_profile",
    "faults_of_sign_up",
    "find_or_add_organization",
    "forget_old",
    "generated_password",
    "grant_role",
    "note_work",
    "open_sign_in",
    "request_reset",
    "reset_password",
    "revoke_role",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_up",
]
