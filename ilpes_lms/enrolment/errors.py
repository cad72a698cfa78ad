"""What can be refused about a person's standing in an activity."""

from ilpes_lms.core.errors import Conflict, Gone, Invalid
from ilpes_lms.core.text import N_


class ActivityNotOnRecordByPeople(Conflict):
    message = N_("The people of this activity are not kept here one by one, so nobody can enrol in it.")


class ActivityNotOpen(Conflict):
    message = N_("This activity takes nobody now.")


class ApplicationsNotYetOpen(Conflict):
    message = N_("Applications have not opened yet.")


class ApplicationsClosed(Conflict):
    message = N_("Applications have closed.")


class NotEligible(Conflict):
    message = N_("This activity is for other people: the page says for whom.")


class ByNominationOnly(Conflict):
    message = N_("Places in this activity are given to people whom an institution nominates.")


class ByInvitationOnly(Conflict):
    message = N_("Places in this activity are given by invitation.")


class MotivationRequired(Invalid):
    message = N_("Write why you want to take part.")


class AlreadyEnrolled(Conflict):
    message = N_("You are already on the list of this activity.")


class ApplicationWasDeclined(Conflict):
    message = N_("Your application to this activity was declined, so you can't apply to it again.")


class IllegalStep(Conflict):
    message = N_("This can't be done any more: the application has moved on. Look at its present state.")


class ActivityFull(Conflict):
    message = N_("All places are taken.")


class OfferLapsed(Gone):
    message = N_("The time to accept this place is over. It was offered to the next person.")


class PlaceTaken(Conflict):
    message = N_("Someone else was a moment faster. Please try again.")


class NotByNomination(Conflict):
    message = N_("In this activity institutions nominate nobody: it admits people in another way.")


class QuotaExists(Conflict):
    message = N_("This institution already has places in this activity.")


class QuotasExceedCapacity(Conflict):
    message = N_("With these, institutions would have more places than the activity: %(left)s are left to give.")


class ClosesInThePast(Invalid):
    message = N_("Choose a day that is still to come.")


class QuotaFull(Conflict):
    message = N_("All %(places)s places of the institution are filled. Withdraw someone first.")


class QuotaClosed(Gone):
    message = N_("The time to nominate is over. Write to the coordinator of the activity.")


class AlreadyNominated(Conflict):
    message = N_("This person is already on the list of this activity.")


class NominationConfirmed(Conflict):
    message = N_("This person has already confirmed the place. Write to the coordinator of the activity.")


class InvitationUsed(Gone):
    message = N_("This invitation was already used by another account.")


class InvitationWithdrawn(Gone):
    message = N_("This invitation was withdrawn.")


class ActivityIsOver(Gone):
    message = N_("This activity is over.")


class NoGivenNamesColumn(Invalid):
    message = N_("No column for given names was found. The first row of the list must name the columns.")


class NoSurnamesColumn(Invalid):
    message = N_("No column for surnames was found. Given names and surnames need columns of their own.")


class NoAddressColumn(Invalid):
    message = N_("No column for e-mail addresses was found. The first row of the list must name the columns.")


class ColumnsMeanTheSame(Invalid):
    message = N_("Two columns mean the same as “%(column)s”. Keep one of them.")


class NobodyListed(Invalid):
    message = N_("There is nobody on this list: it has no row below the names of the columns.")


class ListNotTaken(Conflict):
    message = N_("Lists can be imported to activities that are published or closed, no others.")


class ListExceedsPlaces(Conflict):
    message = N_(
        "The list needs %(needed)s places and %(left)s are left, so nobody was imported. Raise the capacity of the "
        "activity or shorten the list."
    )


class PlacesRanOut(Conflict):
    message = N_(
        "Others took the last places while the list was being imported. Those imported so far stay. Raise the "
        "capacity of the activity, then go on with the import."
    )


class ListNotReady(Conflict):
    message = N_("This list can't be imported now: it is being worked on, was imported, or was discarded.")


class ListNotDiscardable(Conflict):
    message = N_("This list can't be discarded any more: its import has begun.")


class ListGone(Gone):
    message = N_("The file of this list is no longer kept. Upload it again.")


class ListStuck(Conflict):
    message = N_(
        "The work on this list stopped again and again, so it was given up. Go on with it or upload the list anew; "
        "if that fails too, write to an administrator."
    )


class SurelyMistyped(Invalid):
    message = N_("The letter “%(letter)s” is not of the Latin alphabet, though it may look so. Type the address again.")


class ListedBefore(Invalid):
    message = N_("The same address stands in row %(row)s already.")


class LooksLikeAnother(Invalid):
    message = N_("The domain “%(domain)s” looks like “%(other)s” in row %(row)s. If it is a mistake, correct it.")


class LettersBroken(Invalid):
    message = N_("Some letters were broken when the file was saved. Save the list as an Excel workbook or as UTF-8.")


class SexNotUnderstood(Invalid):
    message = N_("This is not understood as a sex, so it counts as not stated.")


class CountryNotUnderstood(Invalid):
    message = N_("This is not understood as a country, so the country stays unknown.")


class SectorNotUnderstood(Invalid):
    message = N_("This is not understood as a sector, so the sector stays unknown.")


class HasWithdrawn(Conflict):
    message = N_("This person has withdrawn from the activity. If they take part after all, they register again.")


class WasDeclined(Conflict):
    message = N_("This person was not selected. If that has changed, accept them among the applications.")


class LetOfferLapse(Conflict):
    message = N_("The place offered to this person lapsed. If they take part after all, they register again.")
