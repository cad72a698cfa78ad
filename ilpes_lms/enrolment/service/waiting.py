"""The waiting list as it stands: who is where, what their chance is, and why nobody was promoted. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment, PlaceDecision
from ilpes_lms.enrolment.rules import Candidate, Places, Reason
from ilpes_lms.enrolment.service import promotion

LINES = 100


@dataclass(frozen=True)
class Chance:
    """Somebody who waits: their place in line, and what it means now."""

    enrolment: Enrolment
    rank: int
    reason: Reason


@dataclass(frozen=True)
class WaitingList:
    """A part of the line from `first` on, `total` its length; `outcome` says why free places are not passed on now."""

    activity: Activity
    places: Places
    outcome: str
    lines: Sequence[Chance]
    first: int
    total: int
    decisions: Sequence[PlaceDecision]

    @property
    def following(self) -> int | None:
        """Return where the next part begins."""
        return self.first + LINES if self.first + LINES <= self.total else None


@dataclass(frozen=True)
class Prospect:
    """What a place in line means: whether free places are passed on no more, and what stands against this person."""

    over: bool
    reason: Reason

    @property
    def held_back(self) -> str | None:
        """Return the sentence about the rule that stands against this person now, None if none does."""
        return rules.HELD_BACK.get(self.reason.code)


def waiting_list(*, activity_ref: str, divisions: frozenset[str] = frozenset(), first: int = 1) -> WaitingList:
    """Return an activity's waiting list with each person's chance, and the log of its places."""
    activity = catalogue_queries.managed_outline(activity_ref, divisions)
    places = queries.places(activity)
    line = queries.in_line(activity.id)
    shown = line[first - 1 : first - 1 + LINES]
    reasons = _chances(activity, places, line, shown)
    people = queries.waiting_named(activity.id, [one.key for one in shown])
    return WaitingList(
        activity=activity,
        places=places,
        outcome=promotion.plan(activity, places).outcome,
        lines=[Chance(one, rank, reasons[one.public_id]) for rank, one in enumerate(people, first)],
        first=first,
        total=len(line),
        decisions=queries.place_decisions(activity.id),
    )


def prospect(enrolment: Enrolment) -> Prospect | None:
    """Return what somebody's own place in line means; None for who is in none."""
    if enrolment.waiting_position is None:
        return None
    activity, own = enrolment.activity, _alone(enrolment)
    places = queries.places(activity)
    over = promotion.plan(activity, places).outcome in rules.OVER
    if not places.ruled:
        return Prospect(over, Reason("next" if queries.rank(enrolment) == 1 else "after"))
    line = queries.in_line(activity.id)
    own = next((one for one in line if one.key == enrolment.public_id), own)
    return Prospect(over, _chances(activity, places, line, [own])[own.key])


def _chances(
    activity: Activity, places: Places, line: Sequence[Candidate], shown: Sequence[Candidate]
) -> dict[str, Reason]:
    """Say of some in line whether they are next, come after others, or which rule stands against them now."""
    if not line:
        return {}
    if not places.ruled:
        return {one.key: Reason("next" if one.key == line[0].key else "after") for one in shown}
    terms = queries.terms(activity, kept=0, now=clock.now())
    held = queries.held(activity.id, terms)
    # What the rules say of a person is asked as if a place were free: that none is, is said of the list.
    open_terms = rules.with_room(terms, held)
    chosen, _passed = rules.in_turn(line, held, open_terms, most=1)
    following = chosen[0].key if chosen else None
    return {
        one.key: rules.hindrance(one, held, open_terms) or Reason("next" if one.key == following else "after")
        for one in shown
    }


def _alone(enrolment: Enrolment) -> Candidate:
    return Candidate(enrolment.public_id, enrolment.applied_at, enrolment.id)
