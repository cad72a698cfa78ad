"""What can be refused about the figures of a publication."""

from ilpes_lms.core.errors import Conflict, Invalid
from ilpes_lms.core.text import N_


class SymbolMissing(Invalid):
    message = N_("Write the symbol of the document that published the figures, for example LC/MDCRP.29/3.")


class NothingPrinted(Invalid):
    message = N_("Enter at least one number of participants or of activities that the document prints.")


class NumberNotPlausible(Invalid):
    message = N_("Numbers lie between 0 and 10,000,000, shares between 1 and 100.")


class MoreThanPrinted(Invalid):
    message = N_(
        "Women, men and the others are more than the participants here. Compare the numbers with the document."
    )


class KindsExceedTotal(Invalid):
    message = N_("The types of course together are more than the total. Compare it with the document.")


class FiguresFromRecords(Conflict):
    message = N_(
        "The figures of this period are published from the records already. Hold that release against the document "
        "instead of entering it."
    )
