"""What can be refused about attendance."""

from ilpes_lms.core.errors import Conflict, Invalid, Stale
from ilpes_lms.core.text import N_


class NotBegun(Conflict):
    message = N_(
        "This class session has not begun yet, so nobody can be marked present or late. "
        "Only an absence that was announced can be marked before."
    )


class ClassSessionCancelled(Conflict):
    message = N_("This class session was cancelled, so nobody can be marked.")


class NotAParticipant(Conflict):
    message = N_("Only participants with a confirmed place can be marked.")


class UnknownMark(Invalid):
    message = N_("“%(value)s” is not a mark. Marks are present, late, excused and absent.")


class MarkChanged(Stale):
    message = N_("Somebody else changed this mark in the meantime. Look at both before you decide.")


class NothingToTakeBack(Conflict):
    message = N_("There is nothing to take back any more: it was taken back already, or marked again since.")


class NoteTooLong(Invalid):
    message = N_("A note has at most %(most)s characters.")


class MinutesNegative(Invalid):
    message = N_("Minutes can't be less than zero.")


class ShareOutOfRange(Invalid):
    message = N_("Write a share between 0 and 100 per cent.")


class RuleAsksNothing(Invalid):
    message = N_("A rule must ask for something: class sessions, minutes, a grade or tasks.")


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


class FileWithoutContent(Invalid):
    message = N_("This file is empty. Download it again from the platform and upload it unchanged.")


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
    message = N_(
        "This code is not, or no longer, valid for you. Take the one that is on the screen now. "
        "If that one is refused too, tell your instructor: only those with a confirmed place can check in."
    )


class WalkInsOnlyInOpenWebinars(Conflict):
    message = N_("Only to a webinar that is open to all does one come without registering.")


class WalkInsBeforeMarks(Conflict):
    message = N_("First mark the participants by this report; then count the people nobody registered.")


class LikelyParticipantsUndecided(Conflict):
    message = N_(
        "Some of these people may be participants already: their names are alike. Decide about them first, "
        "or confirm that each is counted as a new participation."
    )


class HeadcountOnRecord(Conflict):
    message = N_("A headcount of this activity is on record already. Correct it on its own page, with the reason.")


class GradeOutOfRange(Invalid):
    message = N_("Write a grade between 0 and 100.")


class MinutesOutOfRange(Invalid):
    message = N_("Write a number of minutes that the activity can have.")


class ExportEmpty(Invalid):
    message = N_("This file has no rows below its headings.")


class ExportWithoutPeople(Invalid):
    message = N_("Say in which column the e-mail addresses stand; without them nobody is known.")


class ExportWithoutKnownColumns(Invalid):
    message = N_(
        "In this file no column of names or e-mail addresses was found, so nobody in it can be known. "
        "Export it from Moodle again with its headings, and upload it unchanged."
    )


class ExportIsReport(Invalid):
    message = N_(
        "This is the attendance report of a meeting, not an export of the learning platform. "
        "Upload it with the class session it is about."
    )


class ColumnUnknown(Invalid):
    message = N_("This file has no such column.")


class MaximumOutOfRange(Invalid):
    message = N_("Write the best grade that this column can have, more than 0.")


class ExportApplied(Conflict):
    message = N_("This export is applied. Take it back first, then upload it again to say what its columns mean.")


class ExportBeingTakenBack(Conflict):
    message = N_("This export is being taken back at this moment. Wait until that is done, then go on.")


class ExportSaysNothing(Conflict):
    message = N_("Say first which column is the grade, which ones are tasks, or which one is the last access.")


class AppealOpen(Conflict):
    message = N_("You have asked for a correction already. As soon as it is answered, you can ask again.")


class AppealsTooMany(Conflict):
    message = N_("In one activity corrections can be asked for %(most)s times. Write to whoever teaches instead.")


class AppealTooEarly(Conflict):
    message = N_("The activity has not begun, so there is nothing to correct yet.")


class AppealTextMissing(Invalid):
    message = N_("Write what is wrong, or why it stays as it is.")


class AppealAnswered(Conflict):
    message = N_("Somebody has answered this already.")


class AppealAnswerUnknown(Invalid):
    message = N_("Say whether it was corrected or stays as it was.")


class NobodyToWriteTo(Invalid):
    message = N_("Choose at least one person who is falling behind.")


class MessageEmpty(Invalid):
    message = N_("Write what you want to say to them.")


class MessageTooLong(Invalid):
    message = N_("A message has at most %(most)s characters.")


class RecipientsChanged(Conflict):
    message = N_("Who is falling behind changed since the message was shown. Look at it again and send it then.")
