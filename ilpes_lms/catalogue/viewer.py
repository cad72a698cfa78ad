"""Who sets class sessions, from the principal of the present request."""

from typing import TypedDict

from ilpes_lms.web.access import principal


class Scheduler(TypedDict):
    """A coordinator of some divisions (empty: of all, None: of none), and the person as an instructor."""

    divisions: frozenset[str] | None
    teacher: int | None


def scheduler() -> Scheduler:
    """Return who is asking, as the questions and deeds of class sessions take it."""
    who = principal()
    return Scheduler(divisions=who.divisions if who.may("catalogue.manage") else None, teacher=who.person_id)
