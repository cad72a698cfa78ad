"""What the committee does: accept, decline or waitlist, one or many."""

from dataclasses import dataclass, replace

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError, Invalid, NotFound
from ilpes_lms.enrolment import errors, queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Places
from ilpes_lms.enrolment.service import fairness, log, steps
from ilpes_lms.enrolment.service.locking import check_not_cancelled, fresh


@dataclass(frozen=True)
class Decided:
    """What became of one decision: the state reached, or why it was refused."""

    ref: str
    enrolment: Enrolment | None
    refused: DomainError | None = None

    @property
    def by_rules(self) -> bool:
        """Tell whether it is the place rules that stand against it, which a committee may set aside."""
        return isinstance(self.refused, errors.AgainstPlaceRules)

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
    override: str | None = None,
    divisions: frozenset[str] = frozenset(),
) -> list[Decided]:
    """Accept, decline or waitlist some people of an activity; return for each what became of it.

    Those that can't be carried out are left as they are and say why; the others are done. In the order named,
    so that the last places go to those named first. With `override`, the reason for it, people come in whom the place
    rules would refuse; the log of places keeps it.
    """
    if decision not in rules.DECISIONS:
        raise Invalid(field="decision")
    if override is not None and not override.strip():
        raise errors.OverrideNeedsReason(field="override")
    activity = catalogue.lock_managed(activity_ref, divisions)
    check_not_cancelled(activity)
    named = {
        enrolment.public_id: enrolment
        for enrolment in fresh(Enrolment.activity_id == activity.id, Enrolment.public_id.in_(enrolment_refs))
    }
    held = _held(named)
    places = queries.places(activity)
    ruled = _ruled(activity, named, enrolment_refs, decision, places)
    broken = {ref: refused for ref, refused in ruled.items() if refused}
    barred = {} if override else broken
    done = {
        ref: _decide(activity, ref, named.get(ref), decision, reason=reason, barred=barred.get(ref)) for ref in ruled
    }
    if override:
        _keep_override(activity, places, [ref for ref in broken if not done[ref].refused], override)
    steps.settle(activity, freed=max(held - _held(named), 0), occasion="decision")
    return [done[ref] for ref in dict.fromkeys(enrolment_refs)]


def foresee(
    *, activity_ref: str, enrolment_refs: list[str], decision: str, divisions: frozenset[str] = frozenset()
) -> list[Decided]:
    """Return what a decision would do if it were made now, without making it; strangers to the activity left out."""
    activity = catalogue_queries.managed_activity(activity_ref, divisions)
    named = {enrolment.public_id: enrolment for enrolment in queries.chosen(activity.id, enrolment_refs)}
    places, foreseen = queries.places(activity), {}
    for ref, barred in _ruled(activity, named, enrolment_refs, decision, places).items():
        if enrolment := named.get(ref):
            refused = barred or _refusal(decision, enrolment.state, places)
            foreseen[ref] = Decided(ref, enrolment, refused)
            if not refused and decision == "accept" and enrolment.state not in rules.HOLDING:
                places = replace(places, held=places.held + 1)
    return [foreseen[ref] for ref in dict.fromkeys(enrolment_refs) if ref in foreseen]


def _held(named: dict[str, Enrolment]) -> int:
    return sum(enrolment.state in rules.HOLDING for enrolment in named.values())


def _ruled(
    activity: Activity, named: dict[str, Enrolment], refs: list[str], decision: str, places: Places
) -> dict[str, DomainError | None]:
    """Return in which order people are decided on, and what the place rules say against each."""
    everyone: dict[str, DomainError | None] = dict.fromkeys(refs)
    if decision != "accept" or not places.ruled:
        return everyone
    asked = [ref for ref in everyone if ref in named and rules.may_accept(named[ref].state)]
    judged = fairness.judged(activity, asked, places)
    return {**judged, **{ref: None for ref in everyone if ref not in judged}}


def _keep_override(activity: Activity, places: Places, refs: list[str], why: str) -> None:
    if refs:
        details = {"people": refs, "reason": why.strip()[:400]}
        log.write(activity, places, occasion="decision", outcome=rules.RULES_SET_ASIDE, details=details)


def _refusal(decision: str, state: str, places: Places) -> DomainError | None:
    try:
        rules.decided(decision, state, places)
    except DomainError as refused:
        return refused
    return None


def _decide(
    activity: Activity, ref: str, enrolment: Enrolment | None, decision: str, *, reason: str, barred: DomainError | None
) -> Decided:
    if enrolment is None or barred:
        return Decided(ref, enrolment, barred or NotFound())
    try:
        standing = rules.decided(decision, enrolment.state, queries.places(activity))
    except DomainError as refused:
        return Decided(ref, enrolment, refused)
    steps.take(enrolment, standing, activity=activity, by=rules.COORDINATOR, reason=reason)
    return Decided(ref, enrolment)
