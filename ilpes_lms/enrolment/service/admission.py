"""What a person does: ask for a place, leave, answer an offer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import rules as catalogue_rules
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import Answer
from ilpes_lms.core import clock
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import ActivityFull, IllegalStep
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Standing, Wish
from ilpes_lms.enrolment.service import answers as applications
from ilpes_lms.enrolment.service import fairness, steps
from ilpes_lms.enrolment.service.links import give_back
from ilpes_lms.enrolment.service.locking import check_not_cancelled, check_not_over, locked_own
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person


@transaction
def apply(
    *, activity_ref: str, person_id: int, motivation: str = "", said: Mapping[str, str] | None = None
) -> Enrolment:
    """Ask for a place: get it, wait, or hand the application to the committee, as the activity admits people.

    `said` answers the activity's questions by their public ids, a file by its token. Raises why not (ActivityNotOpen,
    ApplicationsClosed, NotEligible, AlreadyEnrolled and their kind; AnswerMissing and what else is no answer).
    """
    # Everyone who wants a place in this activity waits for the lock: what can be read before it is.
    person = person_named(person_id)
    return ask_for_place(catalogue.lock_public(activity_ref), person, motivation=motivation, said=said)


@transaction
def withdraw(*, enrolment_ref: str, person_id: int, reason: str = "") -> Enrolment:
    """Leave an activity; a place that was held goes to the next who waits, in the same transaction."""
    activity, enrolment = locked_own(enrolment_ref, person_id)
    check_not_over(activity)
    freed = int(enrolment.state in rules.HOLDING)
    steps.take(enrolment, Standing("withdrawn"), activity=activity, by=rules.PERSON, reason=reason)
    give_back([enrolment])
    steps.settle(activity, freed=freed, occasion="withdrawal")
    return enrolment


@transaction
def accept_offer(*, enrolment_ref: str, person_id: int) -> Enrolment:
    """Take the place that was offered; refuse with OfferLapsed once its deadline has passed."""
    activity, enrolment = locked_own(enrolment_ref, person_id)
    check_not_cancelled(activity)
    _check_offered(enrolment)
    rules.check_offer(enrolment.offer_expires_at, clock.now())
    steps.take(enrolment, Standing("confirmed"), activity=activity, by=rules.PERSON)
    steps.settle(activity, occasion="acceptance")
    return enrolment


@transaction
def decline_offer(*, enrolment_ref: str, person_id: int) -> Enrolment:
    """Turn down the place that was offered; it goes to the next who waits."""
    activity, enrolment = locked_own(enrolment_ref, person_id)
    _check_offered(enrolment)
    steps.take(enrolment, Standing("withdrawn"), activity=activity, by=rules.PERSON, reason=rules.TURNED_DOWN)
    steps.settle(activity, freed=1, occasion="offer_declined")
    return enrolment


@transaction
def enrol_directly(
    *,
    activity_id: int,
    person_id: int,
    state: str = "confirmed",
    motivation: str = "",
    said: Mapping[str, str] | None = None,
    at: datetime | None = None,
    silent: bool = True,
) -> Enrolment:
    """Put a person into an activity as it was elsewhere (demonstration, import): applied, waitlisted or confirmed.

    Window and eligibility are not asked; places are. Nobody gets a message unless `silent` is off.
    """
    activity = catalogue.lock(activity_id)
    person, places = person_named(person_id), queries.places(activity)
    enrolment = queries.enrolment_of(person_id, activity_id)
    if state == "confirmed" and places.full:
        raise ActivityFull
    ends = {
        "confirmed": Standing("confirmed", place_number=places.free_number),
        "waitlisted": Standing("waitlisted", waiting_position=places.next_position),
        "applied": Standing("applied"),
    }
    enrolment = arriving(enrolment, activity, person, motivation=motivation, at=at)
    steps.take(enrolment, ends[state], activity=activity, by=rules.COORDINATOR, at=at, silent=silent)
    if said:
        applications.finish(enrolment, applications.checked(activity, person, enrolment, said))
    places = queries.places(activity)
    catalogue.set_counts(activity, confirmed=places.confirmed, waiting=places.waiting)
    return enrolment


def ask_for_place(
    activity: Activity,
    person: Person,
    *,
    motivation: str = "",
    said: Mapping[str, str] | None = None,
    held: bool = False,
) -> Enrolment:
    """Carry out a person's request under the activity's lock; raises why not.

    `held` says that a place was held for this person and has just been released to be given to them.
    """
    enrolment = queries.enrolment_of(person.id, activity.id)
    wish, places = wish_of(activity, person, enrolment), queries.places(activity)
    if held:
        # The time for registering may have ended since; the place is theirs all the same.
        check_not_over(activity)
        wish = replace(wish, window="open")
    standing, why = rules.decide(wish, places, motivation=motivation), ""
    if places.ruled and standing.state != "applied":
        standing, why = fairness.arrival(activity, person, places)
    if held:
        standing = rules.held_first(standing, places)
    checked = applications.checked(activity, person, enrolment, said or {}) if places.asking or said else []
    enrolment = arriving(enrolment, activity, person, motivation=motivation)
    steps.take(enrolment, standing, activity=activity, by=rules.PERSON, reason=why)
    if places.asking or said is not None or activity.admission == "selection":
        applications.finish(enrolment, checked)
    steps.settle(activity, places=places.after_arrival(standing), occasion="arrival")
    return enrolment


def explain(activity: Activity, person: Person | None, standing: Enrolment | None) -> DomainError | None:
    """Return why this person (or nobody in particular) can't ask for a place now, None if they can."""
    return rules.refusal(wish_of(activity, person, standing))


def wish_of(activity: Activity, person: Person | None, standing: Enrolment | None) -> Wish:
    """Put an activity and a person into the plain values that the rules decide on."""
    window = catalogue_rules.application_window(
        status=activity.status,
        kind=activity.kind,
        opens_at=activity.applications_open_at,
        closes_at=activity.applications_close_at,
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        sessions_end_at=activity.sessions_end_at,
        zone=activity.zone,
        now=clock.now(),
    )
    return Wish(
        admission=activity.admission,
        record=activity.record,
        status=activity.status,
        window=window.state,
        eligible=person is None or eligibility_of(activity, person).ok,
        standing=standing.state if standing else None,
    )


def eligibility_of(activity: Activity, person: Person) -> Answer:
    """Return whether an activity is for a person, with the reasons if it is not."""
    return catalogue_rules.eligibility(catalogue_queries.conditions_of(activity), catalogue_queries.traits_of(person))


def person_named(person_id: int) -> Person:
    """Return the person with their institution."""
    return people.person(person_id)


def arriving(
    standing: Enrolment | None, activity: Activity, person: Person, *, motivation: str = "", at: datetime | None = None
) -> Enrolment:
    """Return the enrolment of who arrives: the one they had, or a new one that has no state yet."""
    if standing is None:
        standing = Enrolment(activity=activity, person=person)
    standing.motivation = motivation.strip()
    standing.applied_at = at or clock.now()
    return standing


def _check_offered(enrolment: Enrolment) -> None:
    if enrolment.state != "offered":
        raise IllegalStep
