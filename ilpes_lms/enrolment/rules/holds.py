"""Places held for addresses that nobody has confirmed yet: how long, how many."""

from datetime import datetime, timedelta

from ilpes_lms.enrolment.rules.standings import Places, Standing, arrival

# What is said of a place to somebody who has not confirmed the address: one is held, one is left but not held, none.
HELD, LEFT, WAITING = "held", "left", "waiting"

_HOLD_LASTS = timedelta(hours=24)
_SHARE = 5
_FEW = 20


def most_holds(capacity: int) -> int:
    """Return how many places may be held at once: a fifth, or twenty if that is more, but never more than half.

    So half of any webinar stays with those who confirm, whoever fills in forms with invented addresses.
    """
    return min(max(capacity // _SHARE, _FEW), (capacity + 1) // 2)


def hold_until(now: datetime, over_at: datetime) -> datetime:
    """Return until when a place is held from now: a day, but never beyond the end of the activity."""
    return min(now + _HOLD_LASTS, over_at)


def prospect(places: Places) -> str:
    """Return what somebody can expect who comes now: HELD if a place may be held for them, LEFT or WAITING.

    Where places are unlimited or rules decide who gets them, none is held: it is decided with the confirmation.
    """
    if arrival(places).state == "waitlisted":
        return WAITING
    if places.capacity is None or places.ruled or places.kept >= most_holds(places.capacity):
        return LEFT
    return HELD


def held_first(standing: Standing, places: Places) -> Standing:
    """Return where somebody stands for whom a place was held and released: it is theirs although others wait by now.

    Nobody waited when it was held. Only fewer places, or rules over them made since, can undo the promise.
    """
    if standing.state == "waitlisted" and not places.full and not places.ruled:
        return Standing("confirmed", place_number=places.free_number)
    return standing
