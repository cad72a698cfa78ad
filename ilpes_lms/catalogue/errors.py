"""What the catalogue can refuse."""

from ilpes_lms.core.errors import Conflict, Invalid, NotAllowed
from ilpes_lms.core.text import N_


class StepNotPossible(Conflict):
    message = N_("In its present state this activity can't take this step.")


class AdmissionNotForKind(Invalid):
    message = N_("This way in is not offered for this kind of activity.")


class TitleMissing(Invalid):
    message = N_("Write a title in at least one language.")


class UnknownLanguage(Invalid):
    message = N_("“%(value)s” is not one of the four languages.")


class UnknownChoice(Invalid):
    message = N_("“%(value)s” is not one of the known values.")


class InstitutionUnknown(Invalid):
    message = N_("“%(value)s” is not in the list of institutions. Write its name as it stands there.")


class InstitutionAmbiguous(Invalid):
    message = N_("There are several institutions called “%(value)s”. Add the country, for example: %(value)s (CHL)")


class ChoiceTwice(Invalid):
    message = N_("“%(value)s” is named twice.")


class LanguageMissing(Invalid):
    message = N_("Choose at least one language.")


class DatesReversed(Invalid):
    message = N_("The end can't be before the start.")


class DateNotPlausible(Invalid):
    message = N_("This date is not plausible.")


class WindowReversed(Invalid):
    message = N_("Applications can't close before they open.")


class NotPositive(Invalid):
    message = N_("This must be greater than zero, or left empty.")


class Negative(Invalid):
    message = N_("This can't be less than zero.")


class CapacityBelowConfirmed(Conflict):
    message = N_("%(confirmed)s people already have a place, so there can't be fewer places.")


class LinkNotSafe(Invalid):
    message = N_("A link begins with https://")


class MaterialTitleMissing(Invalid):
    message = N_("Write what the link leads to.")


class TooManyMaterials(Conflict):
    message = N_("An activity has at most %(most)s materials. Remove one first.")


class NotYourDivision(NotAllowed):
    message = N_("You coordinate the activities of other divisions only.")


class PeopleOnRecord(Conflict):
    message = N_("People are enrolled here, so this activity can't be known by headcount.")


class RecordNotSwitched(Conflict):
    message = N_("The participants of this activity are on record in this way already.")


class SwitchUnexplained(Invalid):
    message = N_("Say why the participants are on record in another way from now on. It stays in the history.")


class HeadcountTooEarly(Conflict):
    message = N_("This activity has not begun, so nobody can have taken part in it yet.")


class HeadcountNotPlausible(Invalid):
    message = N_("This is more than a million people: please check the number.")


class CorrectionUnexplained(Invalid):
    message = N_("There is a headcount already. Say why it is corrected.")


class NobodyHasAddress(Invalid):
    message = N_("Nobody here has this e-mail address.")


class ClassSessionOver(Conflict):
    message = N_("This class session has already taken place.")


class ClassSessionOutside(Invalid):
    message = N_("This day lies outside the activity’s dates. Choose another, or change the activity’s dates first.")


class ClassSessionsLeftBehind(Invalid):
    message = N_("Class sessions would lie outside these dates. Let them move along, or change them first.")


class ClassSessionsOutside(Invalid):
    message = N_("None of these days lies within the activity’s dates. Choose others, or change the dates first.")


class ClassSessionTwice(Invalid):
    message = N_("There is already a class session of this activity at this time.")


class ClassSessionCancelled(Conflict):
    message = N_("This class session is cancelled. Add a new one instead.")


class ClassSessionInUse(Conflict):
    message = N_("Attendance is on record for this class session, so it can’t be removed.")


class PatternWithoutWeekday(Invalid):
    message = N_("Choose at least one day of the week.")


class TimesEqual(Invalid):
    message = N_("The end must be at another time than the beginning.")


class PatternTooLong(Invalid):
    message = N_("Write a number of weeks between 1 and %(most)s.")


class PatternEndless(Invalid):
    message = N_("Say on which day it ends, or how many class sessions there are.")


class TooManyInPattern(Invalid):
    message = N_("At most %(most)s class sessions can be planned at once.")


class PatternEmpty(Invalid):
    message = N_("No day between the first and the last is one of these weekdays, or all of them are left out.")


class SkippedDateUnreadable(Invalid):
    message = N_("“%(value)s” is no date. Write dates as 2026-09-18 or 18/09/2026, one a line.")


class PatternChanged(Conflict):
    message = N_("The list of class sessions changed since it was shown. Look at it again and confirm it.")


class ReasonTooLong(Invalid):
    message = N_("A reason has at most %(most)s characters.")


class SlugTaken(Conflict):
    message = N_("Another course already has this address.")


class TooManyModules(Conflict):
    message = N_("An activity has at most %(most)s modules. Remove one first.")
