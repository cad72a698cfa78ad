"""People in activities, for tests; to be called inside an app context."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment import queries, service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange, NominationQuota, PlaceRule
from ilpes_lms.people.models import EmailAddress, Organization, Person

_numbers = itertools.count(1)


def make_someone(**fields: Any) -> Person:
    """Add a person with a confirmed address and no account, which is quick."""
    number = next(_numbers)
    given = fields.setdefault("given_names", f"Ana {number}")
    surname = fields.setdefault("first_surname", f"Rojas {number:05}")
    fields.setdefault("sex", "female")
    fields.setdefault("residence_country", "CHL")
    email = fields.pop("email", f"someone{number}@example.org")
    person = Person(
        certificate_name=f"{given} {surname}", name_key=fold(f"{surname} {given}"), created_at=clock.now(), **fields
    )
    person.emails.append(EmailAddress(address=email, address_key=email.casefold(), verified_at=clock.now()))
    with writing() as session:
        session.add(person)
        session.flush()
    return person


def make_institution(name: str | None = None, country: str = "CHL") -> Organization:
    """Add an institution."""
    text = name or f"Ministerio {next(_numbers)}"
    organization = Organization(name=text, name_key=fold(text), country=country)
    with writing() as session:
        session.add(organization)
        session.flush()
    return organization


def make_rule(activity: Activity, kind: str, number: int, **fields: Any) -> PlaceRule:
    """Let a rule stand over an activity's places, without anyone being promoted by it."""
    rule = PlaceRule(activity_id=activity.id, kind=kind, number=number, countries=fields.pop("countries", []), **fields)
    with writing() as session:
        session.add(rule)
        session.flush()
    return rule


def enrol(
    activity: Activity, person: Person | None = None, state: str = "confirmed", *, at: datetime | None = None
) -> Enrolment:
    """Put a person (a new one if none is given) into an activity: applied, waitlisted or confirmed."""
    person = person or make_someone()
    return service.enrol_directly(activity_id=activity.id, person_id=person.id, state=state, at=at)


def make_crowd(activity: Activity, number: int) -> list[int]:
    """Let many people of four countries apply at once, without a step of their own each; return their enrolments."""
    now, countries = clock.now(), ("CHL", "PER", "COL", "BRA")
    with writing() as session:
        people = [
            Person(
                given_names=f"Ana {place}", first_surname=f"Rojas {place:05}", certificate_name=f"Ana {place}",
                name_key=fold(f"Rojas {place:05} Ana"), created_at=now, sex=("female", "male")[place % 2],
                residence_country=countries[place % 4],
            )
            for place in range(number)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        made = [
            Enrolment(
                activity_id=activity.id, activity_record="people", person_id=person.id, state="applied",
                applied_at=now + timedelta(seconds=place), sex=person.sex, country=person.residence_country,
            )
            for place, person in enumerate(people)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        session.add_all(
            EnrolmentChange(enrolment_id=one.id, from_state=None, to_state="applied", at=now, actor="test")
            for one in made
        )
    return [one.id for one in made]


def make_offer(activity: Activity, *, lapsed: bool = False) -> Enrolment:
    """Offer a place of an activity under selection to a new person, as a promotion does."""
    offered = enrol(activity, state="waitlisted")
    with writing():
        service.settle(activity)
    if lapsed:
        with writing():
            offered.offer_expires_at = clock.now() - timedelta(seconds=1)
    return offered


def make_quota(
    activity: Activity, places: int = 3, *, closes_in: int = 5, email: str = "focal@example.org"
) -> tuple[NominationQuota, str]:
    """Give a new institution places; return them with the token of the focal point's link."""
    token = service.open_quota(
        activity_ref=activity.public_id,
        organization_id=make_institution().id,
        places=places,
        closes_at=clock.now() + timedelta(days=closes_in),
        focal_point_email=email,
    )
    return queries.quota_by_token(token), token


def states(activity: Activity) -> dict[str, int]:
    """Return how many stand in each state."""
    return {state: sum(sexes.values()) for state, sexes in queries.balance(activity.id).items()}


def token_of(kind: str) -> str:
    """Return the secret in the newest message of a kind, as its reader would."""
    from sqlalchemy import select

    from ilpes_lms.notifications.models import Message

    message = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id.desc())).first()
    assert message is not None
    token: str = message.values["token"]
    return token
