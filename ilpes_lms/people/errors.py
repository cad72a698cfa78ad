"""What the room of people refuses, named as facts."""

from ilpes_lms.core.errors import Conflict, Gone, Invalid, NotAllowed, TooMany
from ilpes_lms.core.text import N_


class AddressNotValid(Invalid):
    message = N_("This is not an e-mail address. It should look like name@example.org.")


class AddressTaken(Conflict):
    message = N_("This e-mail address already belongs to someone here.")


class NameNotValid(Invalid):
    message = N_("Write the name as it is written on an identity document, without links or symbols.")


class NameMissing(Invalid):
    message = N_("Write the name.")


class TextTooLong(Invalid):
    message = N_("This is too long: at most %(longest)s characters.")


class PasswordTooShort(Invalid):
    message = N_("The password is too short: at least %(shortest)s characters. A few words are easy to remember.")


class PasswordTooLong(Invalid):
    message = N_("The password is too long: at most %(longest)s characters.")


class PasswordIsAddress(Invalid):
    message = N_("The password may not be your e-mail address.")


class PasswordWrong(Invalid):
    message = N_("This is not your present password.")


class CredentialsRefused(Invalid):
    message = N_("The e-mail address and the password do not match, or the address has not been confirmed yet.")


class ConsentMissing(Invalid):
    message = N_("To create an account, please agree to the privacy notice.")


class TooManyAttempts(TooMany):
    message = N_("Too many attempts. Please wait %(minutes)s minutes and try again.")


class LinkNotValid(Gone):
    message = N_("This link is not valid any more: it was used, it is too old, or it is incomplete.")


class UnknownRole(Invalid):
    message = N_("There is no such role.")


class ScopeNotForRole(Invalid):
    message = N_("This role cannot be limited in this way.")


class OrganizationMissing(Invalid):
    message = N_("A focal point speaks for an organization: name it.")


class OrganizationUnknown(Invalid):
    message = N_("There is no organization of this name in the list, or more than one.")


class LastAdministrator(Conflict):
    message = N_("Someone has to remain an administrator. Give the role to another person first.")


class NotYourself(NotAllowed):
    message = N_("You cannot disable your own account.")
