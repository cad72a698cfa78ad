"""What can be refused about reminders."""

from ilpes_lms.core.errors import Invalid, NotAllowed, NotFound, Stale
from ilpes_lms.core.text import N_


class UnknownRule(NotFound):
    message = N_("There is no such reminder.")


class RuleChanged(Stale):
    message = N_("Someone else changed this reminder meanwhile. Look at it as it is now, then change it.")


class NoSuchAnchor(Invalid):
    message = N_("Nothing is reminded of in this way. Choose from the list.")


class LeadNotPlausible(Invalid):
    message = N_("Choose a number from %(least)s to %(most)s.")


class HourNotPlausible(Invalid):
    message = N_("Choose an hour from 0 to 23.")


class TooQuiet(Invalid):
    message = N_("Quiet hours can be %(most)s hours a day at most.")


class NobodyReminded(Invalid):
    message = N_("Choose who is reminded.")


class RecipientsOutOfReach(Invalid):
    message = N_("Of this, not all those chosen can be reminded. Choose among those named beside it.")


class PauseNotPlausible(Invalid):
    message = N_("Choose a day from today on, within a year.")


class NotForOneDivision(NotAllowed):
    message = N_("This holds for all divisions. Only a coordinator of all divisions can change it.")
