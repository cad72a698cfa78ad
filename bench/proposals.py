"""A proposal for the places of a course that two thousand people applied for, beside a bare SELECT of them."""

import itertools
import time
from datetime import timedelta
from random import Random

from flask import Flask
from results import Figure
from sqlalchemy import insert, select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Enrolment, PlaceRule, Review
from ilpes_lms.people.models import Person
from ilpes_lms.people.vocabularies import countries

APPLICATIONS, PLACES, INSTITUTIONS, REVIEWERS = 2000, 300, 400, 3
_RESERVED = ["HTI", "GUY"]
_RULES = (
    {"kind": "at_most_per_country", "number": 40, "countries": []},
    {"kind": "at_most_per_institution", "number": 2, "countries": []},
    {"kind": "reserved_countries", "number": 20, "countries": _RESERVED},
    {"kind": "minimum_women", "number": 50, "countries": []},
)


def figure(app: Flask, rounds: int) -> Figure:
    """Fill a course with applications and reviews, then propose again and again."""
    measured = Figure(
        f"propose among {APPLICATIONS} applications, {len(_RULES)} rules: work", "s", "a bare SELECT of them", most=1.0
    )
    with app.app_context():
        activity_ref, activity_id = _filled()
        for place in range(rounds + 1):
            seconds, bare = _timed(activity_ref, activity_id)
            if place:
                measured.add(seconds, bare)
    return measured


def _timed(activity_ref: str, activity_id: int) -> tuple[float, float]:
    start = time.perf_counter()
    db.session.execute(select(Enrolment.__table__).where(Enrolment.activity_id == activity_id)).all()
    bare, start = time.perf_counter() - start, time.perf_counter()
    proposed = service.propose(activity_ref=activity_ref)
    seconds = time.perf_counter() - start
    if len(proposed.people) != APPLICATIONS or not 0 < len(proposed.chosen) <= PLACES:
        raise RuntimeError(f"{len(proposed.chosen)} of {len(proposed.people)} were proposed")
    db.session.rollback()
    return seconds, bare


def _filled() -> tuple[str, int]:
    chance, now = Random(1), clock.now()
    day = clock.today("UTC") + timedelta(days=30)
    with writing() as session:
        activity = catalogue.create_activity(
            kind="international_open", titles={"es": "Curso"}, starts_on=day, capacity=PLACES
        )
        catalogue.publish(activity_ref=activity.public_id)
        people = [_person(place, chance) for place in range(APPLICATIONS)]
        ids = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
        applications = [
            {
                "public_id": public_id(), "activity_id": activity.id, "activity_record": "people",
                "person_id": person_id, "state": "applied", "applied_at": now + timedelta(seconds=place),
                "sex": one["sex"], "country": one["residence_country"],
                "organization_name": f"Institución {chance.randrange(INSTITUTIONS)}",
            }
            for place, (person_id, one) in enumerate(zip(ids, people, strict=True))
        ]  # fmt: skip
        statement = insert(Enrolment).returning(Enrolment.id, sort_by_parameter_order=True)
        enrolments = session.scalars(statement, applications).all()
        reviews = [
            {
                "public_id": public_id(), "enrolment_id": enrolment_id, "reviewer_id": reviewer, "at": now,
                "score": chance.randint(0, 100),
            }
            for enrolment_id, reviewer in itertools.product(enrolments, ids[:REVIEWERS])
        ]  # fmt: skip
        session.execute(insert(Review), reviews)
        rules = [{**rule, "public_id": public_id(), "activity_id": activity.id} for rule in _RULES]
        session.execute(insert(PlaceRule), rules)
        return activity.public_id, activity.id


def _person(place: int, chance: Random) -> dict[str, object]:
    surname = f"Rojas {place}"
    return {
        "public_id": public_id(), "given_names": "Ana", "first_surname": surname,
        "certificate_name": f"Ana {surname}", "name_key": f"{surname} ana".lower(), "created_at": clock.now(),
        "sex": chance.choice(("female", "male", "male", "not_stated")),
        "residence_country": chance.choice([*countries.COUNTRIES][:33] + _RESERVED),
    }  # fmt: skip
