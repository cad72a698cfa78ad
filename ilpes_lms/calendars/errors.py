"""What can be refused about calendars."""

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.text import N_


class UnknownFeed(NotFound):
    message = N_("This calendar address is not valid, or it was replaced by another. Ask for a new one on your page.")


class NoEntries(NotFound):
    message = N_("There is no date yet that a calendar could show.")
