"""What the committee does: accept, decline or waitlist, one or many."""

from dataclasses import dataclass, replace

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError, Invalid, NotFound
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Places
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.locking import fresh


@dataclass(frozen=True)
class Decided:
    """What became of one decision: the state reached, or why it was refused."""

    ref: str
    enrolment: Enrolment | None
    refused: DomainError | None = None

    @property
    def state(self) -> str | None:
        return self.enrolment.state if self.enrolment else None


@transaction
def decide(
    *,
    activity_ref: str,
    enrolment_refs: list[str],
    decision: str,
    reason: str = "",
    divisions: frozenset[str] = frozenset(),
) -> list[Decided]:
    """Accept, decline or waitlist some people of an activity; return for each what became of it.

    Those that can't be carried out are left as they are and say why; the others are done. In the order named,
    so that the last places go to those named first.
    """
    if decision not in rules.DECISIONS:
        raise Invalid(field="decision")
    activity = catalogue.lock_managed(activity_ref, divisions)
    named = {
        enrolment.public_id: enrolment
        for enrolment in fresh(Enrolment.activity_id == activity.id, Enrolment.public_id.in_(enrolment_refs))
    }
    held = sum(enrolment.state in rules.HOLDING for enrolment in named.values())
    done = [_decide(activity, ref, named.get(ref), decision, reason) for ref in dict.fromkeys(enrolment_refs)]
    still_held = sum(enrolment.state in rules.HOLDING for enrolment in named.values())
    steps.settle(activity, freed=max(held - still_held, 0))
    return done


def foresee(
    *, activity_ref: str, enrolment_refs: list[str], decision: str, divisions: frozenset[str] = frozenset()
) -> list[Decided]:
    """Return what a decision would do if it were made now, without making it; strangers to the activity left out."""
    activity = catalogue_queries.managed_activity(activity_ref, divisions)
    named = {enrolment.public_id: enrolment for enrolment in queries.chosen(activity.id, enrolment_refs)}
    places, foreseen = queries.places(activity), []
    for ref in dict.fromkeys(enrolment_refs):
        if enrolment := named.get(ref):
            refused = _refusal(decision, enrolment.state, places)
            foreseen.append(Decided(ref, enrolment, refused))
            if not refused and decision == "accept" and enrolment.state not in rules.HOLDING:
                places = replace(places, held=places.held + 1)
    return foreseen


def _refusal(decision: str, state: str, places: Places) -> DomainError | None:
    try:
        rules.decided(decision, state, places)
    except DomainError as refused:
        return refused
    return None


def _decide(activity: Activity, ref: str, enrolment: Enrolment | None, decision: str, reason: str) -> Decided:
    if enrolment is None:
        return Decided(ref, None, NotFound())
    try:
        standing = rules.decided(decision, enrolment.state, queries.places(activity))
    except DomainError as refused:
        return Decided(ref, enrolment, refused)
    steps.take(enrolment, standing, activity=activity, by=rules.COORDINATOR, reason=reason)
    return Decided(ref, enrolment)
