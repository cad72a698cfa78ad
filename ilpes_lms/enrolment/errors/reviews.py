"""What can be refused about judging applications and deciding about many."""

from ilpes_lms.core.errors import Conflict, Invalid, Stale
from ilpes_lms.core.text import N_


class ScoreOutOfRange(Invalid):
    message = N_("A score is a whole number from 0 to 100.")


class ReviewChanged(Stale):
    message = N_(
        "Your review was changed in the meantime, in another window or by a program. Compare both and save again."
    )


class ConflictDeclared(Conflict):
    message = N_("You have declared a conflict of interest, so someone else judges and decides about this person.")


class DecidedMeanwhile(Conflict):
    message = N_("Something was decided about this person since, so the conflict of interest stays on record.")


class CountDiffers(Invalid):
    message = N_("This decision is about %(number)s people. Write this number to confirm it.")


class TooManyAtOnce(Invalid):
    message = N_("One decision is about at most %(most)s people. Narrow the filter and decide in parts.")
