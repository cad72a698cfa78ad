"""People whom only a meeting's report shows: what their steps are called, and how many fit."""

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.errors import ActivityNotOnRecordByPeople, SeenExceedPlaces, SeenNotCounted

SEEN = N_("Seen in the report of a meeting, without having registered.")
SEEN_NO_MORE = N_("The report of the meeting that showed the person was taken back.")


def check_takes_seen(*, admission: str, record: str, status: str) -> None:
    """Refuse to count people nobody registered where one does not simply come: only what is open to all is."""
    if record != "people":
        raise ActivityNotOnRecordByPeople
    if admission != "open" or status in ("draft", "cancelled"):
        raise SeenNotCounted


def check_seen_fit(needed: int, left: int | None) -> None:
    """Refuse more people than there are places that nobody holds."""
    if left is not None and needed > left:
        raise SeenExceedPlaces(people=needed, left=left)
