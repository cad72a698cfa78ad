"""What can be refused about attendance."""

from ilpes_lms.core.errors import Conflict, Invalid
from ilpes_lms.core.text import N_


class NotBegun(Conflict):
    message = N_("This class session has not begun yet, so nobody can be marked.")


class ClassSessionCancelled(Conflict):
    message = N_("This class session was cancelled, so nobody can be marked.")


class NotAParticipant(Conflict):
    message = N_("Only participants with a confirmed place can be marked.")


class UnknownMark(Invalid):
    message = N_("“%(value)s” is not a mark. Marks are present, late, excused and absent.")


class MinutesNegative(Invalid):
    message = N_("Minutes can't be less than zero.")


class ShareOutOfRange(Invalid):
    message = N_("Write a share between 0 and 100 per cent.")


class RuleAsksNothing(Invalid):
    message = N_("A rule must ask for something: a share of the class sessions, or at least one of them.")
