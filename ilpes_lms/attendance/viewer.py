"""Who looks at attendance, from the principal of the present request."""

from ilpes_lms.attendance.queries import Viewer
from ilpes_lms.web.access import principal


def viewer() -> Viewer:
    """Return who is asking, as this room's questions take it."""
    who = principal()
    return Viewer(person_id=who.person_id, coordinates=who.may("attendance.rule"), divisions=who.divisions)
