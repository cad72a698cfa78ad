"""Who gets in, who waits, who comes next: plain values in, an answer or a refusal out."""

from dataclasses import dataclass, replace
from datetime import datetime

from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import errors

STATES = ("applied", "waitlisted", "offered", "confirmed", "declined", "withdrawn", "expired")
STATE_LABELS = {
    "applied": N_("Under review"),
    "waitlisted": N_("On the waiting list"),
    "offered": N_("Place offered"),
    "confirmed": N_("Confirmed"),
    "declined": N_("Not selected"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Offer lapsed"),
}
STATE_TONES = {
    "applied": "waiting", "waitlisted": "waiting", "offered": "caution", "confirmed": "good",
    "declined": "plain", "withdrawn": "plain", "expired": "plain",
}  # fmt: skip
# Why the system itself took a step; a committee's reasons are its own words.
PROMOTED = N_("A place became free.")
TURNED_DOWN = N_("The offered place was turned down.")
LAPSED = N_("The offered place was not accepted in time.")
INVITED = N_("An invitation was accepted.")
MERGED = N_("Two records of one person were merged, and another enrolment in this activity stays.")
UNMERGED = N_("The records are of two people again.")

# What a state means for the person who is in it.
MEANS_APPLIED = N_("A committee reads all applications. We write to you when it has decided.")
MEANS_OFFERED = N_("A place is kept for you until the deadline. If you do not accept it by then, it goes to the next.")
MEANS_CONFIRMED = N_("You have a place. If you can't take part, please withdraw, so that someone else can.")
MEANS_DECLINED = N_("The committee has not chosen you this time. Look at what else is offered.")
MEANS_PLACE_ENDED = N_("Your place was taken back. The reason stands in the history below.")
MEANS_WITHDRAWN = N_("You have left this activity.")
MEANS_EXPIRED = N_("The deadline to accept the place is over, and it went to the next person.")

# Those who hold a place, those who may still get one or have one, those who may ask again.
HOLDING = frozenset({"confirmed", "offered"})
LIVE = frozenset({"applied", "waitlisted", "offered", "confirmed"})
AGAIN = frozenset({None, "withdrawn", "expired"})

PERSON, COORDINATOR, SYSTEM, REPORT, MERGE = "person", "coordinator", "system", "report", "merge"
_ARRIVING = {PERSON, COORDINATOR}
# Why nobody but the persons themselves brings them back.
_LEFT: dict[str | None, type[DomainError]] = {"withdrawn": errors.HasWithdrawn, "expired": errors.LetOfferLapse}

# The one table of steps (law 5): from, to, and who may take it. A withdrawal is always the person's own deed, a
# turned-down offer too; `declined` is the committee's word, also about a place that it takes back or, at an
# institution's request, gives to someone else, and only the committee may take it back. Who has left comes back only
# by their own deed: a new application, an invitation that they accept, or presence that a meeting's report shows; what
# rests on such a report ends with it. Of two enrolments of one person one is set aside when two records of the person
# are merged, and comes back when that is undone.
MOVES: dict[tuple[str | None, str], set[str]] = {
    **{(None, end): _ARRIVING for end in ("applied", "waitlisted")},
    (None, "confirmed"): _ARRIVING | {REPORT},
    **{(start, end): {PERSON} for start in AGAIN - {None} for end in ("applied", "waitlisted")},
    **{(start, "confirmed"): {PERSON, REPORT} for start in AGAIN - {None}},
    **{("withdrawn", end): {PERSON, MERGE} for end in ("applied", "waitlisted")},
    ("withdrawn", "confirmed"): {PERSON, REPORT, MERGE},
    ("applied", "confirmed"): {COORDINATOR},
    ("applied", "waitlisted"): {COORDINATOR},
    ("applied", "declined"): {COORDINATOR},
    ("applied", "withdrawn"): {PERSON, MERGE},
    ("waitlisted", "confirmed"): {COORDINATOR, SYSTEM},
    ("waitlisted", "offered"): {SYSTEM},
    ("waitlisted", "declined"): {COORDINATOR},
    ("waitlisted", "withdrawn"): {PERSON, MERGE},
    ("offered", "confirmed"): {PERSON, COORDINATOR},
    ("offered", "withdrawn"): {PERSON, MERGE},
    ("offered", "declined"): {COORDINATOR},
    ("offered", "waitlisted"): {COORDINATOR},
    ("offered", "expired"): {SYSTEM},
    ("confirmed", "withdrawn"): {PERSON, REPORT, MERGE},
    ("confirmed", "waitlisted"): {COORDINATOR},
    ("confirmed", "declined"): {COORDINATOR},
    ("declined", "confirmed"): {COORDINATOR},
    ("declined", "waitlisted"): {COORDINATOR},
}
DECISIONS = {"accept": "confirmed", "decline": "declined", "waitlist": "waitlisted"}


@dataclass(frozen=True)
class Places:
    """How an activity's places stand while its row is locked.

    `held` counts the confirmed and the offered, `kept` the places held for addresses not confirmed yet and for the
    nominees of institutions;
    `free_number` is the lowest place number nobody holds, `next_position` the end of the waiting list. `ruled` says
    that place rules stand over the capacity, `asking` that applicants are asked questions.
    """

    capacity: int | None
    held: int = 0
    confirmed: int = 0
    waiting: int = 0
    undecided: int = 0
    kept: int = 0
    ruled: bool = False
    asking: bool = False
    free_number: int = 1
    next_position: int = 1

    @property
    def left(self) -> int | None:
        """Return how many places nobody holds, None if they are unlimited, 0 also when capacity was lowered."""
        return None if self.capacity is None else max(self.capacity - self.held - self.kept, 0)

    @property
    def full(self) -> bool:
        return self.left == 0

    def after_arrival(self, standing: "Standing") -> "Places":
        """Return how the counts stand once somebody new has arrived there; the numbers to give next are not kept."""
        arrived = {state: int(standing.state == state) for state in ("confirmed", "waitlisted", "applied")}
        return replace(
            self,
            held=self.held + arrived["confirmed"],
            confirmed=self.confirmed + arrived["confirmed"],
            waiting=self.waiting + arrived["waitlisted"],
            undecided=self.undecided + arrived["applied"],
        )


@dataclass(frozen=True)
class Wish:
    """What an activity asks of who wants to enrol in it, and how this person answers it.

    `window` is not_yet, open or closed; `eligible` whether the activity is for them; `standing` the state of
    the enrolment they already have.
    """

    admission: str
    record: str = "people"
    status: str = "published"
    window: str = "open"
    eligible: bool = True
    standing: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where a step leads, with the place or the position that goes with it."""

    state: str
    place_number: int | None = None
    waiting_position: int | None = None


def may_step(start: str | None, end: str, by: str) -> bool:
    """Tell whether the table has this step for whoever takes it."""
    return by in MOVES.get((start, end), ())


def check_step(start: str | None, end: str, by: str) -> None:
    """Refuse a step that the table does not have for whoever takes it."""
    if not may_step(start, end, by):
        raise (_LEFT.get(start) if by == COORDINATOR else None) or errors.IllegalStep


def refusal(wish: Wish) -> DomainError | None:
    """Return why this person can't ask for a place in this activity now, the plainest reason first."""
    return _refused_by_activity(wish) or _refused_by_standing(wish) or _refused_by_time(wish)


def decide(wish: Wish, places: Places, *, motivation: str = "") -> Standing:
    """Return where a request leads: a place, the waiting list or the committee; raise the refusal otherwise.

    Who comes while others wait joins them even when a place is free, so that promotion keeps the order.
    """
    if refused := refusal(wish):
        raise refused
    if wish.admission == "selection":
        if not motivation.strip():
            raise errors.MotivationRequired(field="motivation")
        return Standing("applied")
    return arrival(places)


def arrival(places: Places) -> Standing:
    """Return a place, or the end of the waiting list."""
    if places.full or (places.waiting and places.left is not None):
        return Standing("waitlisted", waiting_position=places.next_position)
    return Standing("confirmed", place_number=places.free_number)


def fair_arrival(places: Places, *, allowed: bool, first: bool) -> Standing:
    """Return a place if the rules allow this person one now and nobody who waits, else the end of the waiting list."""
    if places.full or not allowed or not first:
        return Standing("waitlisted", waiting_position=places.next_position)
    return Standing("confirmed", place_number=places.free_number)


def decisions_on(standing: str) -> list[str]:
    """Return which decisions a committee can take about somebody who stands there."""
    return [decision for decision, end in DECISIONS.items() if may_step(standing, end, COORDINATOR)]


def may_accept(standing: str) -> bool:
    """Tell whether accepting somebody who stands there takes one more place."""
    return standing not in HOLDING and may_step(standing, "confirmed", COORDINATOR)


def decided(decision: str, standing: str, places: Places) -> Standing:
    """Return where a committee's decision leads someone; raise why it can't be carried out."""
    end = DECISIONS[decision]
    check_step(standing, end, COORDINATOR)
    if end == "confirmed":
        if places.full and standing not in HOLDING:
            raise errors.ActivityFull
        return Standing(end, place_number=places.free_number)
    return Standing(end, waiting_position=places.next_position if end == "waitlisted" else None)


def place_taken_back(start: str | None, end: str) -> bool:
    """Tell whether a step takes a confirmed place away from somebody against their will."""
    return start == "confirmed" and end in ("declined", "waitlisted")


def why_no_place_back(end: str, *, named: bool, over: bool, by_institution: bool) -> DomainError | None:
    """Return why somebody keeps their confirmed place whatever is decided, None if it may be taken back.

    It has to be `named` expressly, because a decision about many means those who have no place yet.
    """
    if over:
        return errors.ActivityIsOver()
    if by_institution and end == "waitlisted":
        return errors.NomineeCannotWait()
    return None if named else errors.HasAPlace()


def check_offer(expires_at: datetime | None, now: datetime) -> None:
    """Refuse an offer whose deadline has passed, also before the sweep has marked it."""
    if expires_at is not None and expires_at <= now:
        raise errors.OfferLapsed


def check_quota(places: int, filled: int) -> None:
    """Refuse one more nomination than an institution has places."""
    if filled >= places:
        raise errors.QuotaFull(places=places)


def check_quotas(places: int, promised: int, capacity: int | None) -> None:
    """Refuse to promise institutions more places than the activity has."""
    if capacity is not None and promised + places > capacity:
        raise errors.QuotasExceedCapacity(left=max(capacity - promised, 0), field="places")


def _refused_by_activity(wish: Wish) -> DomainError | None:
    if wish.record != "people":
        return errors.ActivityNotOnRecordByPeople()
    if wish.status != "published":
        return errors.ActivityNotOpen()
    return None


def _refused_by_standing(wish: Wish) -> DomainError | None:
    if wish.standing in LIVE:
        return errors.AlreadyEnrolled()
    if wish.standing == "declined":
        return errors.ApplicationWasDeclined()
    return None


def _refused_by_time(wish: Wish) -> DomainError | None:
    ways = {"nomination": errors.ByNominationOnly, "invitation": errors.ByInvitationOnly}
    times = {"not_yet": errors.ApplicationsNotYetOpen, "closed": errors.ApplicationsClosed}
    refused = ways.get(wish.admission) or times.get(wish.window)
    if refused:
        return refused()
    return None if wish.eligible else errors.NotEligible()
