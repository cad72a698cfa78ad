"""What can be refused about places, waiting, nominations and invitations."""

from ilpes_lms.core.errors import Conflict, Gone, Invalid, NotFound
from ilpes_lms.core.text import N_


class ActivityNotOnRecordByPeople(Conflict):
    message = N_("The people of this activity are not kept here one by one, so nobody can enrol in it.")


class ActivityNotOpen(Conflict):
    message = N_("This activity takes nobody now.")


class PersonWasMerged(Conflict):
    message = N_("This record was merged into another of the same person. Sign in anew, or look the person up again.")


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


class NotByRegistration(Conflict):
    message = N_("For this activity one applies with an account: create one or sign in.")


class ReasonMissing(Invalid):
    message = N_("Say why: whoever reads the record later wants to know.")


class NothingCorrected(Invalid):
    message = N_("Nothing differs from what is on record.")


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


class HasAPlace(Conflict):
    message = N_("This person has a place. To take it back, choose them expressly and write the reason: they read it.")


class NomineeCannotWait(Conflict):
    message = N_(
        "This place belongs to an institution, so the person can't wait for another. Decline them, or replace them on "
        "the page of the institution."
    )


class PlaceComesBack(Conflict):
    message = N_(
        "Nobody else who waits may have the place, so it would come back to the same person at once. Decline them "
        "instead."
    )


class OfferLapsed(Gone):
    message = N_("The time to accept this place is over. It was offered to the next person.")


class PlaceTaken(Conflict):
    message = N_("Someone else was a moment faster. Please try again.")


class UnknownRule(Invalid):
    message = N_("This is not a kind of place rule.")


class NumberNotPlausible(Invalid):
    message = N_("Write a number from %(least)s to %(most)s.")


class RuleStandsAlready(Conflict):
    message = N_("This limit stands already. Remove it first to set another.")


class CountriesMissing(Invalid):
    message = N_("Choose at least one country.")


class CountryUnknown(Invalid):
    message = N_("“%(code)s” is not the code of a country.")


class OrganizationUnknown(Invalid):
    message = N_("No institution of the list has this name. Write it as the list does.")


class OrganizationAmbiguous(Invalid):
    message = N_("Institutions of several countries have this name. Use the one's reference instead.")


class NotReserving(Invalid):
    message = N_("Only reserved places are for somebody, and until a date.")


class ReservedNeedPlaces(Conflict):
    message = N_("Places can be reserved only where their number is limited.")


class ReservedExceedCapacity(Conflict):
    message = N_("More places would be reserved (%(reserved)s) than there are (%(capacity)s).")


class CapacityBelowPromised(Conflict):
    message = N_("Institutions were given %(promised)s places: there can't be fewer. Take places back from them first.")


class AgainstPlaceRules(Conflict):
    message = N_("The place rules do not allow this.")


class CountryFull(AgainstPlaceRules):
    message = N_("The place rules allow at most %(number)s of one country, and that many of this one have a place.")


class InstitutionFull(AgainstPlaceRules):
    message = N_("The place rules allow at most %(number)s of one institution, and that many of this one have a place.")


class PlacesReserved(AgainstPlaceRules):
    message = N_("The places that are left are reserved for other people.")


class WomenShareBroken(AgainstPlaceRules):
    message = N_("With this person, women would be fewer than the %(percent)s per cent that the place rules ask for.")


class OverrideNeedsReason(Invalid):
    message = N_("Write why the place rules are set aside.")


class RulesTooTangled(Invalid):
    message = N_(
        "With limits both per country and per institution, places can be reserved either for countries or for "
        "institutions, not for both."
    )


class NotByNomination(Conflict):
    message = N_("In this activity institutions nominate nobody: it admits people in another way.")


class QuotaExists(Conflict):
    message = N_("This institution already has places in this activity.")


class QuotasExceedCapacity(Conflict):
    message = N_("With these, institutions would have more places than the activity: %(left)s are left to give.")


class ClosesInThePast(Invalid):
    message = N_("Choose a day that is still to come.")


class NominationsOutlastActivity(Invalid):
    message = N_("Nominations can’t stay open beyond the last day of the activity. Choose an earlier day.")


class PersonalLinkUnknown(NotFound):
    message = N_(
        "This personal link opens nothing any more. If you have a newer letter from us, use the link in that one; "
        "else ask who invited you, or the coordinator of the activity, for a new one."
    )


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


class InvitationExpired(Gone):
    message = N_("The time to answer this invitation is over. Write to the coordinator of the activity.")


class InvitationDeclined(Gone):
    message = N_("This invitation was declined. If you have changed your mind, write to who invited you.")


class InvitationAccepted(Conflict):
    message = N_("This invitation was accepted already. Whoever accepted it can withdraw on their own page.")


class InvitationAnswered(Conflict):
    message = N_("This person has already answered.")


class WrittenToJustNow(Conflict):
    message = N_("This person was written to less than an hour ago. Give them a moment, then try again.")


class WrittenToOften(Conflict):
    message = N_("This person has been written to several times already. Call them, or name someone else.")


class AnswerByInThePast(Invalid):
    message = N_("Choose a day that is still to come and not after the activity.")


class OnlyWithSelection(Conflict):
    message = N_("In this activity no committee selects, so an invitation can't lead to it.")


class QuotaBelowFilled(Conflict):
    message = N_("Places filled: %(filled)s. Fewer can't be left; take nominees off the list first.")


class NothingToTakeBack(Conflict):
    message = N_("All places of this institution are filled: there is none to take back.")


class ReasonToPersonMissing(Invalid):
    message = N_("Write the reason: the person reads it.")


class NotANominee(Conflict):
    message = N_("This person has no confirmed place through this institution.")


class ListEmpty(Invalid):
    message = N_("There is nobody on this list. Write one person a row, below the row with the names of the columns.")
