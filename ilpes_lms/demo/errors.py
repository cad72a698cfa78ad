"""What the demonstration can refuse."""

from ilpes_lms.core.errors import NotAllowed
from ilpes_lms.core.text import N_


class NotInProduction(NotAllowed):
    message = N_("In production there are no demonstration accounts; load the report's activities alone.")
