"""What statistics can refuse."""

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_


class PeriodReversed(Invalid):
    message = N_("The period can't end before it begins.")
