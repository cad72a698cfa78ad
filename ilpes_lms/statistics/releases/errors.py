"""What can be refused about a release."""

from ilpes_lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from ilpes_lms.core.text import N_


class NoSuchRelease(NotFound):
    message = N_("There is no such release of statistics.")


class ReleasesOfAll(NotAllowed):
    message = N_(
        "A release holds the figures of all divisions, so only who coordinates all of them may publish it. "
        "Write to an administrator."
    )


class PeriodNotOver(Invalid):
    message = N_("This period is not over yet. Its figures can be published from the day after its last day.")


class NothingToPublish(Conflict):
    message = N_("No activity on record overlaps this period, so there are no figures to publish.")


class NothingRevised(Conflict):
    message = N_("The records say what the latest release of this period says, so there is nothing to revise.")


class RevisionUnexplained(Invalid):
    message = N_("Say why the published figures change. Readers see it with the table of changes.")


class FiguresMoved(Stale):
    message = N_("The records changed since you looked. Look at the figures as they are now, then publish them.")
