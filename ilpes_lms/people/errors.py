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


class PasswordCommon(Invalid):
    message = N_(
        "Many people have this password, so it is tried first. Choose another one: three or four words that have "
        "nothing to do with each other are easy to remember."
    )


class PasswordTellsWhose(Invalid):
    message = N_(
        "This password is made of your name, the institute's or other words that are tried first. Choose words that "
        "have nothing to do with you or with this site."
    )


class PasswordWrong(Invalid):
    message = N_("This is not your present password.")


class CredentialsRefused(Invalid):
    message = N_("The e-mail address and the password do not match, or the address has not been confirmed yet.")


class SecondFactorNeeded(Invalid):
    message = N_("This account has a second factor: send a code of it as well.")


class SecondFactorRefused(Invalid):
    message = N_("This code is not right, too old, or was used already. Wait for the next one and try again.")


class SecondFactorMissing(NotAllowed):
    message = N_("Accounts of staff need a second factor. Sign in on the site and set it up first.")


class SecondFactorThere(Conflict):
    message = N_("There is a second factor already. Remove it first to set up another one.")


class SecondFactorNotBegun(Conflict):
    message = N_("No second factor is being set up. Begin anew.")


class ProviderAddressUnproven(Invalid):
    message = N_(
        "Your organization's sign-in does not say that your e-mail address is confirmed. Sign in here instead."
    )


class ProviderAddressUnconfirmed(Conflict):
    message = N_(
        "This e-mail address is known here but not confirmed yet. Confirm it first: create an account with it."
    )


class ProviderAccountUnknown(NotAllowed):
    message = N_("You have no account here yet. Create one with the same e-mail address, then sign in.")


class ReasonMissing(Invalid):
    message = N_("Write the reason: it is kept with what you do.")


class AddressTheSame(Invalid):
    message = N_("This is your present address.")


class ConsentOutdated(Conflict):
    message = N_("The privacy notice has changed in the meantime. Read the new one and agree to it.")


class ConsentMissing(Invalid):
    message = N_("To create an account, please agree to the privacy notice.")


class TooManyAttempts(TooMany):
    """More attempts were made than `rules.LIMITS` let through."""


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


class EndNotPlausible(Invalid):
    message = N_("The last day can be today or later, within %(years)s years.")


class LastAdministrator(Conflict):
    message = N_("Someone has to remain an administrator without an end. Give the role to another person first.")


class NotYourself(NotAllowed):
    message = N_("You cannot disable your own account.")
