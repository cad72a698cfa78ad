"""Two enrolments of one person in one activity: which of them stays, and how the other comes back if need be."""

from datetime import datetime
from typing import NamedTuple

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.rules.standings import LIVE, Places, Standing

# What speaks for an enrolment beside its state; more is more.
COMPLETED, CERTIFIED = 1, 2
_BEST_FIRST = ("confirmed", "offered", "waitlisted", "applied", "declined", "withdrawn", "expired")
ORDER_OF_RIVALS = N_(
    "Of two enrolments in one activity, the one with a certificate stays; then the completed one; then confirmed "
    "before place offered, waiting list, under review and ended; among equals the older one. The other is set aside "
    "with its history, and its place goes to the next who waits."
)


class Rival(NamedTuple):
    """An enrolment as far as it matters which of two stays; `proof` is COMPLETED, CERTIFIED or 0."""

    number: int
    state: str
    proof: int
    applied_at: datetime


def prevailing(one: Rival, other: Rival) -> Rival:
    """Return which of two enrolments of one person in one activity stays."""
    return min(
        one, other, key=lambda rival: (-rival.proof, _BEST_FIRST.index(rival.state), rival.applied_at, rival.number)
    )


def set_aside(state: str) -> str:
    """Return how an enrolment stands that is set aside: as one that was withdrawn, unless it had ended anyway."""
    return "withdrawn" if state in LIVE else state


def restored(state: str, places: Places, *, over: bool) -> Standing | None:
    """Return where an enrolment comes back that was set aside, None where its place is somebody else's by now.

    Who waited or had an offer comes to the end of the waiting list. When all is over nobody waits for the place.
    """
    if state == "confirmed":
        return None if places.full and not over else Standing(state, place_number=places.free_number)
    return Standing("applied") if state == "applied" else Standing("waitlisted", waiting_position=places.next_position)
