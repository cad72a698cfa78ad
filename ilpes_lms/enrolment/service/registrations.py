"""Registering in one step without an account: the place is held while the address waits to be confirmed.

People keeps what was typed and writes to the address; this room goes along as a deed (people's `deeds`): it holds the
place in the transaction that keeps the wish, and gives it in the transaction that confirms the address. Both lock
the activity before anything else is locked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import rules as catalogue_rules
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import transaction
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import NotByRegistration, NotEligible
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.service import answers as applications
from ilpes_lms.enrolment.service import drafts, holds, steps
from ilpes_lms.enrolment.service.admission import ask_for_place, explain, person_named
from ilpes_lms.people import service as people
from ilpes_lms.people.deeds import Asked, Carried, Outcome
from ilpes_lms.people.models import Person

DEED = "enrolment.register"


@dataclass(frozen=True)
class Registered:
    """What somebody is told who registered and has to confirm the address: how places stand, held until when."""

    place: str
    held_until: datetime | None


def register(
    *, activity_ref: str, caller: str | None = None, said: Mapping[str, str] | None = None, **answers: Any
) -> Registered:
    """Register an address for an activity that is open to all; `answers` are those of a sign-up.

    `said` answers the activity's questions; letters are asked for when the address is confirmed.

    Nobody is added and nobody gets a place before the address is confirmed, but a free one is held for it. The answer
    is the same for every address, known or not. Raises why the activity can't be registered for, and what a sign-up
    refuses.
    """
    activity = catalogue_queries.published_activity(activity_ref)
    _check_open_to(activity, answers.get("country"))
    kept = applications.check_without_files(activity.id, said or {})
    asked = Asked(DEED, {"activity": activity_ref, "said": kept}, caller)
    prepared = people.sign_up(**answers, caller=caller, asked=asked)
    return Registered(prepared["place"], held_until_of(prepared))


def prepare(asked: Asked, address: str) -> dict[str, Any]:
    """Hold a place if one is free; return how places stand. The sign-up's transaction is open."""
    activity = catalogue.lock_public(asked.about["activity"])
    if refused := explain(activity, None, None):
        raise refused
    until = holds.hold_place(activity, address, asked.caller)
    if until:
        return {"place": rules.HELD, "until": until.isoformat()}
    waiting = rules.prospect(queries.places(activity)) == rules.WAITING
    return {"place": rules.WAITING if waiting else rules.LEFT, "until": None}


def lock(carried: Carried) -> None:
    """Lock the activity that a registration is for, before people locks anything."""
    catalogue.lock_public(carried.about["activity"])


@transaction
def admit(carried: Carried, person_id: int, address: str) -> Outcome:
    """Give a person whose address is confirmed the place that was held for it, another, or a turn on the waiting list.

    What can't be is said in the outcome: the account is made all the same.
    """
    activity, person = catalogue.lock_public(carried.about["activity"]), person_named(person_id)
    held, said = holds.release(activity, address), carried.about.get("said") or {}
    try:
        return Outcome(_told(ask_for_place(activity, person, said=said or None, held=held)))
    except DomainError as refused:
        _keep(activity, person, said)
        steps.settle(activity, freed=int(held), occasion="hold_ended")
        return Outcome(_told(queries.enrolment_of(person_id, activity.id)), refused)


def _keep(activity: Activity, person: Person, said: Mapping[str, str]) -> None:
    """Keep what was answered of what is still asked, so that only the rest is left to do."""
    beginning = drafts.beginning_of(activity, person, queries.enrolment_of(person.id, activity.id))
    asked = {question.public_id for question in beginning.questions}
    if beginning.refused is None and asked:
        drafts.keep_written(beginning, said={ref: text for ref, text in said.items() if ref in asked})


def outcome_for(carried: Carried, person_id: int) -> Outcome:
    """Return how a person stands now in the activity that a registration was for."""
    activity = catalogue_queries.published_activity(carried.about["activity"])
    return Outcome(_told(queries.enrolment_of(person_id, activity.id)))


def held_until_of(prepared: dict[str, Any]) -> datetime | None:
    """Return until when a place is held, None if none is."""
    return datetime.fromisoformat(prepared["until"]) if prepared["until"] else None


def _check_open_to(activity: Activity, country: str | None) -> None:
    if refused := explain(activity, None, None):
        raise refused
    if activity.admission != "open":
        raise NotByRegistration
    # Only the country is known yet; what else is asked for is asked when the registration is confirmed.
    answer = catalogue_rules.eligibility(
        catalogue_queries.conditions_of(activity), catalogue_rules.Traits(residence_country=country)
    )
    if any(reason.condition == "country" for reason in answer.reasons):
        raise NotEligible(field="country")


def _told(enrolment: Enrolment | None) -> dict[str, Any]:
    if enrolment is None:
        return {"id": None, "state": None, "position": None}
    return {"id": enrolment.public_id, "state": enrolment.state, "position": queries.rank(enrolment)}
