"""Where invented people stand in the living programme: through the verbs of enrolment, in all its states.

Messages go only to the demonstration's own participant and to the few whom a decision, an offer, a nomination or
an invitation concerns: the rest are enrolled silently, and the log says nothing of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.demo.service.applications import Answering, begin_unsent
from ilpes_lms.demo.service.population import Population
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person

_STATES = ("confirmed", "waitlisted", "applied")
_MOTIVATION = {
    "es": "Quiero aplicar lo que aprenda en el plan que mi equipo está preparando.",
    "en": "I want to use what I learn in the plan that my team is preparing.",
    "pt": "Quero aplicar o que aprender no plano que minha equipe está preparando.",
    "fr": "Je veux appliquer ce que j’apprendrai au plan que prépare mon équipe.",
}
_REASON = "Hubo más postulaciones que cupos (demostración)."


def put_people(activity: Activity, plan: Mapping[str, Any], population: Population, chance: Random) -> None:
    """Let people stand in an activity as its plan says."""
    crowd, answering = _crowd(activity, plan, population, chance), Answering(activity, plan)
    for state in _STATES:
        if plan.get("participant") == state:
            _enrol(activity, population.participant, state, chance, answering, silent=_is_past(activity))
        for _ in range(plan.get(state, 0) - (plan.get("participant") == state == "confirmed")):
            _enrol(activity, crowd.pop(), state, chance, answering)
    begin_unsent(answering, plan, population)
    _decide(activity, plan)
    _free(activity, plan.get("freed", 0))
    _ask_institutions(activity, plan, population, crowd)
    _invite(activity, plan, crowd)


def _crowd(activity: Activity, plan: Mapping[str, Any], population: Population, chance: Random) -> list[Person]:
    restricted = activity.kind == "national_restricted"
    people_there = population.by_country[plan["country"]] if restricted else population.everyone
    return chance.sample(people_there, len(people_there))


def _enrol(
    activity: Activity, person: Person, state: str, chance: Random, answering: Answering, *, silent: bool = True
) -> Enrolment:
    return enrolment.enrol_directly(
        activity_id=activity.id,
        person_id=person.id,
        state=state,
        motivation=_MOTIVATION[person.language] if activity.admission == "selection" else "",
        said=answering.said_by(person),
        at=_some_time_before(activity, chance),
        silent=silent,
    )


def _some_time_before(activity: Activity, chance: Random) -> datetime:
    latest = min(clock.now(), clock.end_of_day(activity.starts_on - timedelta(days=8), activity.zone))
    return latest - timedelta(minutes=chance.randrange(60, 7 * 24 * 60))


def _is_past(activity: Activity) -> bool:
    return activity.starts_on <= clock.today(activity.zone)


def _decide(activity: Activity, plan: Mapping[str, Any]) -> None:
    """Let the committee accept and decline some of those who applied."""
    applied = _refs(activity, "applied")
    accepted, declined = plan.get("accepted", 0), plan.get("declined", 0)
    decide = enrolment.decide
    if accepted:
        decide(activity_ref=activity.public_id, enrolment_refs=applied[:accepted], decision="accept")
    if declined:
        refs = applied[accepted : accepted + declined]
        decide(activity_ref=activity.public_id, enrolment_refs=refs, decision="decline", reason=_REASON)


def _free(activity: Activity, places: int) -> None:
    """Let some leave, so that places are offered to those who wait, and one of the offers lapse."""
    leaving = list(db.session.scalars(_standing(activity, "confirmed").limit(places)))
    for one in leaving:
        enrolment.withdraw(enrolment_ref=one.public_id, person_id=one.person_id, reason="demo")
    offered = list(db.session.scalars(_standing(activity, "offered")))
    if len(offered) > 1:
        offered[-1].offer_expires_at = clock.now() - timedelta(hours=1)
        db.session.flush()
        enrolment.expire_offers()


def _ask_institutions(activity: Activity, plan: Mapping[str, Any], population: Population, crowd: list[Person]) -> None:
    """Give institutions places, and let their focal points nominate."""
    for number, quota in enumerate(plan.get("quotas", ()), start=1):
        institution = population.organizations[plan["country"]][quota["organization"]]
        invented = f"enlace.{plan['country'].lower()}.{number}@example.org"
        token = enrolment.open_quota(
            activity_ref=activity.public_id,
            organization_id=institution.id,
            places=quota["places"],
            closes_at=clock.end_of_day(activity.starts_on - timedelta(days=5), activity.zone),
            focal_point_email=_address(population.accounts["focal point"]) if quota.get("focal_point") else invented,
        )
        nominated = [crowd.pop() for _ in range(quota["nominated"])]
        for person in nominated:
            enrolment.nominate(
                token=token, email=_address(person), given_names=person.given_names,
                first_surname=person.first_surname, language=person.language,
            )  # fmt: skip
        _accept(activity, nominated[: quota["accepted"]])


def _invite(activity: Activity, plan: Mapping[str, Any], crowd: list[Person]) -> None:
    invited = [crowd.pop() for _ in range(plan.get("invited", 0))]
    for person in invited:
        enrolment.invite(
            activity_ref=activity.public_id, email=_address(person), given_names=person.given_names,
            first_surname=person.first_surname, language=person.language,
        )  # fmt: skip
    _accept(activity, invited[: plan.get("invitations_accepted", 0)])


def _accept(activity: Activity, persons: Sequence[Person]) -> None:
    for person in persons:
        # The link's secret stands only in the letter, so it is read there, as the person would.
        letter = select(Message.values).where(
            Message.kind == "enrolment.invitation",
            Message.activity_ref == activity.public_id,
            Message.address == _address(person),
        )
        values = db.session.scalars(letter).one()
        enrolment.accept_invitation(token=values["token"], person_id=person.id)


def _address(person: Person) -> str:
    return people.address_of(person.id) or ""


def _refs(activity: Activity, state: str) -> list[str]:
    return [one.public_id for one in db.session.scalars(_standing(activity, state))]


def _standing(activity: Activity, state: str) -> Any:
    return (
        select(Enrolment).where(Enrolment.activity_id == activity.id, Enrolment.state == state).order_by(Enrolment.id)
    )
