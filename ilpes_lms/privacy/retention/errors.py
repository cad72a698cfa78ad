"""What can be refused about how long something is kept."""

from ilpes_lms.core.errors import Invalid, NotFound, Stale
from ilpes_lms.core.text import N_


class NoSuchKind(NotFound):
    message = N_("No such kind of data is kept for a time.")


class PeriodOutOfBounds(Invalid):
    message = N_("This may be kept for %(least)s to %(most)s days.")


class ReasonMissing(Invalid):
    message = N_("Write why. It stays on record.")


class PeriodChanged(Stale):
    message = N_(
        "Someone else changed this period in the meantime. What holds now is shown; look whether yours still fits."
    )
