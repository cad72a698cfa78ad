"""What can be refused about people whom only a meeting's report shows."""

from ilpes_lms.core.errors import Conflict
from ilpes_lms.core.text import N_


class SeenNotCounted(Conflict):
    message = N_("People nobody registered are counted only in activities that are open to all and take place.")


class SeenExceedPlaces(Conflict):
    message = N_(
        "In the report there are %(people)s people nobody registered, but %(left)s places are left. Raise the number "
        "of places of the activity, then count them."
    )
