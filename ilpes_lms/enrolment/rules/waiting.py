"""Who waits, who comes next, and why nobody does: plain values in, an answer out."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules.fairness import Candidate, Held, Reason, Terms, hindrance, share_broken
from ilpes_lms.enrolment.rules.standings import Places

PROMOTED_SOME = "promoted"
NOBODY_WAITS = "nobody_waits"
NO_PLACE_FREE = "no_place_free"
PAST_CUT_OFF = "past_cut_off"
BEGUN = "begun"
NOT_PUBLISHED = "not_published"
COMMITTEE_FIRST = "committee_first"
RULES_ALLOW_NOBODY = "rules_allow_nobody"
RULES_SET_ASIDE = "rules_set_aside"
OUTCOMES = (
    PROMOTED_SOME, NOBODY_WAITS, NO_PLACE_FREE, PAST_CUT_OFF, BEGUN, NOT_PUBLISHED, COMMITTEE_FIRST,
    RULES_ALLOW_NOBODY, RULES_SET_ASIDE,
)  # fmt: skip
# Once one of these holds, nobody who waits gets a place any more.
OVER = frozenset({PAST_CUT_OFF, BEGUN, NOT_PUBLISHED})

# Why somebody waits although places are free, as their history tells them.
HELD_BACK = {
    "country_full": N_("As many people of your country as the rules of the activity allow have a place."),
    "institution_full": N_("As many people of your institution as the rules of the activity allow have a place."),
    "places_reserved": N_("The places that are left are reserved for other people for now."),
    "women_share": N_("The activity keeps a minimum share of women; your turn comes when more women have a place."),
}
_REFUSALS: dict[str, type[DomainError]] = {
    "no_places": errors.ActivityFull,
    "country_full": errors.CountryFull,
    "institution_full": errors.InstitutionFull,
    "places_reserved": errors.PlacesReserved,
    "women_share": errors.WomenShareBroken,
}


@dataclass(frozen=True)
class Moment:
    """How an activity stands when free places could be passed on; `cut_off` says that the time for it is over."""

    admission: str
    published: bool = True
    begun: bool = False
    cut_off: bool = False


def obstacle(moment: Moment, places: Places, *, freed: int) -> str | None:
    """Return why free places are passed on to nobody, the rules over them aside; None if they can be."""
    holds = {
        NOBODY_WAITS: not places.waiting,
        NOT_PUBLISHED: not moment.published,
        BEGUN: moment.begun,
        PAST_CUT_OFF: moment.cut_off,
        NO_PLACE_FREE: places.full,
        COMMITTEE_FIRST: not to_promote(moment.admission, places, freed=freed),
    }
    return next((code for code, true in holds.items() if true), None)


def to_promote(admission: str, places: Places, *, freed: int) -> int:
    """Return how many waiting people free places could be passed on to now.

    Under selection, places that the committee has not given yet stay with it while applications are undecided: then
    only as many are passed on as were just freed.
    """
    free = places.waiting if places.left is None else min(places.left, places.waiting)
    return min(free, freed) if admission == "selection" and places.undecided else free


def promoted_state(promotes_by: str) -> str:
    """Return what a promoted person gets: an offer to accept, or a place at once."""
    return "offered" if promotes_by == "offer" else "confirmed"


def offer_until(now: datetime, begins_at: datetime, hours: int) -> datetime:
    """Return the deadline of an offer made now, never beyond the beginning."""
    return min(now + timedelta(hours=hours), begins_at)


def in_turn(
    waiting: Sequence[Candidate], held: Held, terms: Terms, *, most: int
) -> tuple[list[Candidate], dict[str, Reason]]:
    """Give places one by one, each to the first whom the rules allow it; return who gets one, and who was passed over.

    Only the share of women can hold somebody back and later not: with each woman the search begins at the front.
    """
    held, chosen, passed = held.with_more((), terms), list[Candidate](), dict[str, Reason]()
    ahead, put_off = deque(waiting), deque[Candidate]()
    while len(chosen) < most and (ahead or put_off):
        if put_off and share_broken(put_off[0], held, terms) is None:
            one = put_off.popleft()
        elif ahead:
            one = ahead.popleft()
        else:
            break
        reason = hindrance(one, held, terms)
        if reason is None:
            passed.pop(one.key, None)
            held.add(one, terms)
            chosen.append(one)
            continue
        passed[one.key] = reason
        if reason.code == "women_share":
            put_off.append(one)
    return chosen, passed


def refused_by(reason: Reason) -> DomainError:
    """Return what place rules say of somebody as a refusal."""
    return _REFUSALS[reason.code](**reason.params)
