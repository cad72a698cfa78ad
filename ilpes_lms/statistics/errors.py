"""What statistics can refuse."""

from ilpes_lms.core.errors import Conflict, Invalid
from ilpes_lms.core.text import N_


class PeriodReversed(Invalid):
    message = N_("The period can't end before it begins.")


class NothingToReconcile(Conflict):
    message = N_(
        "None of the activities of the published report is on record, so its figures can't be held against it."
    )


class NotPrintable(Conflict):
    message = N_(
        "The PDF can't show every character of the titles. Take the DOCX, or change the titles to letters in "
        "use in the languages of the United Nations."
    )
