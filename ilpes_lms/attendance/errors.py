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


class ReportNotText(Invalid):
    message = N_("This file is no attendance report: it is not a text in columns. Download the report again as CSV.")


class ReportNotRecognized(Invalid):
    message = N_(
        "In this file no row of headings was found that Zoom, Teams, Webex or Google Meet write. "
        "Download the attendance report again and upload it unchanged."
    )


class ReportWithoutTimes(Invalid):
    message = N_(
        "This report has only total durations, no times of joining and leaving, so presence within the class session "
        "can't be told. Download it without “unique users”."
    )


class ReportDatesAmbiguous(Invalid):
    message = N_(
        "The dates in this file can be read in two ways, day first or month first, and neither fits the class session "
        "alone. Check that this is the report of this class session."
    )


class ReportEmpty(Invalid):
    message = N_("This report names nobody.")


class ReportTooLarge(Invalid):
    message = N_("This file is larger than any attendance report: at most %(megabytes)s MB are read.")


class ImportUndone(Conflict):
    message = N_("This import was taken back. Upload the report again to use it.")


class ImportNotApplied(Conflict):
    message = N_("This import has not been applied, so there is nothing to take back.")


class NotOneToDecide(Conflict):
    message = N_("This line is settled by a verified address, so there is nothing to decide.")


class LeastMinutesOutOfRange(Invalid):
    message = N_("Write from how many minutes somebody counts as present, between 1 and 1440.")


class ZoneUnknown(Invalid):
    message = N_("“%(value)s” is no time zone.")


class CheckInClosed(Conflict):
    message = N_("Check-in is not open at this moment. Ask whoever teaches to show the code.")


class CodeNotValid(Invalid):
    message = N_("This code is not, or no longer, valid. Take the one that is on the screen now.")


class WalkInsOnlyInOpenWebinars(Conflict):
    message = N_("Only to a webinar that is open to all does one come without registering.")


class WalkInsBeforeMarks(Conflict):
    message = N_("First mark the participants by this report; then count the people nobody registered.")


class HeadcountOnRecord(Conflict):
    message = N_("A headcount of this activity is on record already. Correct it on its own page, with the reason.")


class GradeOutOfRange(Invalid):
    message = N_("Write a grade between 0 and 100.")


class MinutesOutOfRange(Invalid):
    message = N_("Write a number of minutes that the activity can have.")
