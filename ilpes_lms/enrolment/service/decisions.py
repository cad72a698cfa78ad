"""What the committee does: accept, decline or waitlist, one or many."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import joinedload, selectinload

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError, Invalid, NotFound
from ilpes_lms.enrolment import errors, queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.queries import Applicant, BoardFilter, Order
from ilpes_lms.enrolment.rules import Places, Standing
from ilpes_lms.enrolment.service import fairness, log, steps, taking_back
from ilpes_lms.enrolment.service.links import give_back
from ilpes_lms.enrolment.service.locking import check_not_cancelled, fresh
from ilpes_lms.people.models import Person


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
    def has_place(self) -> bool:
        """Tell whether it is the person's confirmed place that stands against it, which can be taken back expressly."""
        return isinstance(self.refused, errors.HasAPlace)

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
    take_back: Collection[str] = (),
    divisions: frozenset[str] = frozenset(),
    decider: int | None = None,
) -> list[Decided]:
    """Accept, decline or waitlist some people of an activity; return for each what became of it.

    Those that can't be carried out are left as they are and say why; the others are done. In the order named,
    so that the last places go to those named first. With `override`, the reason for it, people come in whom the place
    rules would refuse; the log of places keeps it. `decider` is the person who decides, if it is one: those about whom
    they declared a conflict of interest are left out.
    Whoever has a confirmed place keeps it unless named in `take_back`; then the reason is needed, which they read.
    """
    _check(enrolment_refs, decision, override)
    activity = catalogue.lock_managed(activity_ref, divisions)
    check_not_cancelled(activity)
    named = {enrolment.public_id: enrolment for enrolment in _fresh(activity, enrolment_refs)}
    held, places = _held(named), queries.places(activity)
    conflicts = _conflicts(activity, named, decider)
    ruled = _ruled(activity, named, [ref for ref in enrolment_refs if ref not in conflicts], decision, places)
    broken = {ref: refused for ref, refused in ruled.items() if refused}
    keeping = taking_back.keeping(activity, named, decision, reason=reason, named_expressly=take_back)
    barred = {**keeping, **conflicts} if override else {**keeping, **conflicts, **broken}
    board = _Board(activity, decision, reason, barred, places)
    done = {ref: board.decide(ref, named.get(ref)) for ref in (*ruled, *conflicts)}
    give_back(board.left)
    if override:
        _keep_override(activity, places, [ref for ref in broken if not done[ref].refused], override)
    steps.settle(activity, freed=max(held - _held(named), 0), occasion="decision")
    taking_back.check_stays(enrolment for enrolment in named.values() if enrolment.public_id in take_back)
    return [done[ref] for ref in dict.fromkeys(enrolment_refs)]


def foresee(
    *,
    activity_ref: str,
    enrolment_refs: list[str],
    decision: str,
    divisions: frozenset[str] = frozenset(),
    decider: int | None = None,
) -> list[Decided]:
    """Return what a decision would do if it were made now, without making it; strangers to the activity left out."""
    _check(enrolment_refs, decision)
    activity = catalogue_queries.managed_outline(activity_ref, divisions)
    named = queries.chosen(activity.id, enrolment_refs)
    conflicts = _conflicts(activity, named, decider)
    left = [ref for ref in enrolment_refs if ref in named and ref not in conflicts]
    places, foreseen = queries.places(activity), {ref: Decided(ref, named[ref], why) for ref, why in conflicts.items()}
    keeping = taking_back.keeping(activity, named, decision)
    for ref, barred in _ruled(activity, named, left, decision, places).items():
        state = named[ref].state
        refused = barred or keeping.get(ref) or _refusal(decision, state, places)
        foreseen[ref] = Decided(ref, named[ref], refused)
        if not refused and decision == "accept" and state not in rules.HOLDING:
            places = replace(places, held=places.held + 1)
    return [foreseen[ref] for ref in dict.fromkeys(enrolment_refs) if ref in foreseen]


def _check(refs: list[str], decision: str, override: str | None = None) -> None:
    if decision not in rules.DECISIONS:
        raise Invalid(field="decision")
    if override is not None and not override.strip():
        raise errors.OverrideNeedsReason(field="override")
    rules.check_most(len(refs))


def _conflicts(activity: Activity, named: dict[str, Enrolment], decider: int | None) -> dict[str, DomainError]:
    """Return about whom the one who decides has declared a conflict of interest."""
    declared = set() if decider is None else queries.conflicted(decider, activity.id)
    return {ref: errors.ConflictDeclared() for ref, enrolment in named.items() if enrolment.id in declared}


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


@transaction
def export(
    *, activity_ref: str, asked: BoardFilter, order: Order, divisions: frozenset[str] = frozenset()
) -> list[Applicant]:
    """Return all applications that match, to be written to a file, and record that somebody took them."""
    activity = catalogue_queries.managed_outline(activity_ref, divisions)
    found = queries.everyone(activity.id, asked, order)
    audit.record("enrolment.exported", "activity", activity.public_id, number=len(found))
    return found


def _fresh(activity: Activity, refs: list[str]) -> list[Enrolment]:
    """Return those who are named with all that a step reads of them, as they are under the lock."""
    whole = (joinedload(Enrolment.person).joinedload(Person.organization), selectinload(Enrolment.changes))
    return fresh(Enrolment.activity_id == activity.id, Enrolment.public_id.in_(refs), options=whole)


@dataclass
class _Board:
    """One decision about many, and how places stand while it is carried out."""

    activity: Activity
    decision: str
    reason: str
    barred: dict[str, DomainError]
    places: Places
    left: list[Enrolment] = field(default_factory=list)

    def decide(self, ref: str, enrolment: Enrolment | None) -> Decided:
        barred = self.barred.get(ref)
        if enrolment is None or barred:
            return Decided(ref, enrolment, barred or NotFound())
        before = enrolment.state
        try:
            standing = rules.decided(self.decision, before, self.places)
        except DomainError as refused:
            return Decided(ref, enrolment, refused)
        message = taking_back.LETTER if rules.place_taken_back(before, standing.state) else None
        steps.take(
            enrolment, standing, activity=self.activity, by=rules.COORDINATOR, reason=self.reason, message=message
        )
        self._count(before, standing)
        if standing.state == "declined" and before != "applied":
            self.left.append(enrolment)
        return Decided(ref, enrolment)

    def _count(self, before: str, standing: Standing) -> None:
        # Counting anew after each of thousands would take half the time; only a place taken asks for another number.
        if standing.state == "waitlisted":
            self.places = replace(self.places, next_position=self.places.next_position + 1)
        elif standing.state == "confirmed" and before not in rules.HOLDING:
            self.places = queries.places(self.activity)
