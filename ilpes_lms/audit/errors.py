"""What the record refuses."""

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_


class DayNotPlausible(Invalid):
    message = N_("Choose a day from the year %(first)s to the year %(last)s.")


class DaysReversed(Invalid):
    message = N_("The last day comes before the first.")


class TooManyDeeds(Invalid):
    message = N_("These are more than %(most)s actions. Choose a shorter period, and export the rest after it.")
