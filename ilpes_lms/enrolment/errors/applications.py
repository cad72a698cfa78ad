"""What can be refused about applications, their questions and files, lists and corrections."""

from ilpes_lms.core.errors import Conflict, Gone, Invalid
from ilpes_lms.core.text import N_


class ColumnsUnknown(Invalid):
    message = N_("The first row must name the columns as the template does: given names, surnames, e-mail address.")


class ColumnTwice(Invalid):
    message = N_("A column is there twice. Leave one of each.")


class ListNotRight(Invalid):
    message = N_("Something on the list needs to be corrected. Nobody was added.")


class ListHasDoubts(Conflict):
    message = N_("Something on the list may be a mistake. Look at it, and say that it is right.")


class ListLongerThanPlaces(Conflict):
    message = N_("People on the list: %(people)s; places left: %(left)s. Shorten the list, or ask for more places.")


class LanguageUnknown(Invalid):
    message = N_("Write es, en, pt or fr, or leave it empty.")


class TwiceOnList(Invalid):
    message = N_("The same address stands in row %(row)s.")


class MayBeMistyped(Invalid):
    message = N_("Is it right? It looks like %(known)s.")


class LettersOfAnotherScript(Invalid):
    message = N_("Has a letter that only looks like a Latin one. Type the address anew.")


class MayBeSamePerson(Invalid):
    message = N_("May be the same person as in row %(row)s.")


class ActivityIsOver(Gone):
    message = N_("This activity is over.")


class DocumentTooLarge(Invalid):
    message = N_("The file is larger than 5 MB. Save it smaller, for example with fewer or smaller pictures.")


class NotADocument(Invalid):
    message = N_("This is not a PDF file. Save or scan the letter as PDF and choose that file.")


class DocumentIncomplete(Invalid):
    message = N_("This PDF file is damaged or not whole. Save it again and choose the new file.")


class DocumentEncrypted(Invalid):
    message = N_("This PDF file is protected by a password. Save it without protection, so that it can be read.")


class UnknownQuestionKind(Invalid):
    message = N_("There is no such kind of question.")


class LabelMissing(Invalid):
    message = N_("Write the question in at least one language.")


class UnknownLabelLanguage(Invalid):
    message = N_("Questions are written in Spanish, English, Portuguese or French.")


class OptionsMissing(Invalid):
    message = N_("Write at least two options, one a line.")


class OptionsUneven(Invalid):
    message = N_("Each language needs the same number of options, in the same order, or none at all.")


class TooManyOptions(Invalid):
    message = N_("At most %(most)s options.")


class TooManyQuestions(Conflict):
    message = N_("At most %(most)s questions can be asked. Stop asking one first.")


class TooManyFiles(Conflict):
    message = N_("At most %(most)s files can be asked for.")


class AnsweredKindStays(Conflict):
    message = N_("People have answered this question, so it stays of its kind. Stop asking it and add a new one.")


class AnsweredOptionsStay(Conflict):
    message = N_(
        "People have answered this question, so its options keep their number and order. New ones go to the end."
    )


class NoteMissing(Invalid):
    message = N_("People have answered this question. Write in a few words what you correct and why.")


class QuestionAnswered(Conflict):
    message = N_("People have answered this question, so it can't be deleted. Stop asking it instead.")


class AnswerMissing(Invalid):
    message = N_("Please answer this question.")


class ChoiceMissing(Invalid):
    message = N_("Please choose one.")


class FileMissing(Invalid):
    message = N_("Please choose the file.")


class FileGone(Invalid):
    message = N_("This file is not there any more. Please choose it again.")


class UnknownOption(Invalid):
    message = N_("This is not one of the options. Please choose again.")


class NotANumber(Invalid):
    message = N_("Write a number in digits, without separators for thousands: 12 or 12.5")


class UnknownQuestion(Invalid):
    message = N_("This activity does not ask this question.")


class NotAFileQuestion(Invalid):
    message = N_("This question is not answered with a file.")


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
    message = N_("This person has withdrawn. They come back by applying again, or by an invitation that they accept.")


class WasDeclined(Conflict):
    message = N_("This person was not selected. If that has changed, accept them among the applications.")


class LetOfferLapse(Conflict):
    message = N_("The offer lapsed. They come back by applying again, or by an invitation that they accept.")


class ActivityWasCancelled(Gone):
    message = N_("This activity was cancelled.")
