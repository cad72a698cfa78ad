"""The door of the room: what can be done with people, accounts, roles and organizations."""

from ilpes_lms.people.service.accounts import (
    Confirmed,
    address_behind,
    change_password,
    confirm_email,
    request_reset,
    reset_password,
    set_password,
    sign_up,
)
from ilpes_lms.people.service.forgetting import forget_old
from ilpes_lms.people.service.newcomers import Newcomer, add_newcomers
from ilpes_lms.people.service.passwords import generated as generated_password
from ilpes_lms.people.service.persons import Profile, create_person, edit_profile, find_or_add_organization
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
    "Confirmed",
    "Newcomer",
    "Profile",
    "add_newcomers",
    "address_behind",
    "change_password",
    "confirm_email",
    "create_person",
    "create_token",
    "disable_account",
    "edit_profile",
    "enable_account",
    "end_all_sign_ins",
    "end_sign_in",
    "find_or_add_organization",
    "forget_old",
    "generated_password",
    "grant_role",
    "open_sign_in",
    "request_reset",
    "reset_password",
    "revoke_role",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_up",
]
