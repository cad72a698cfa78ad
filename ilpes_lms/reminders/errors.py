"""What can be refused about reminders."""

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.text import N_


class UnknownRule(NotFound):
    message = N_("There is no such reminder.")
