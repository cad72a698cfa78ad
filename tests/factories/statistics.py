"""Activities as statistics see them, for tests; to be called inside an app context."""

import itertools
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert, select, update

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity, Headcount
from ilpes_lms.catalogue.service import record_headcount
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone

REPORT_PERIOD = ("2021-06-01", "2022-05-31")
_numbers = itertools.count(1_000_000)
_CODES = {"women": "female", "men": "male", "other": "other", "not_stated": "not_stated"}


def past_activity(kind: str = "webinar", *, status: str = "closed", **fields: Any) -> Activity:
    """Add an activity that took place in March 2023."""
    from datetime import date

    fields = {"starts_on": date(2023, 3, 6), "ends_on": date(2023, 3, 17), **fields}
    return make_activity(kind, status, **fields)


def counted_activity(kind: str = "webinar", *, women: int, men: int, other: int = 0, not_stated: int = 0) -> Activity:
    """Add a past activity known by headcount."""
    activity = past_activity(kind)
    record_headcount(activity_id=activity.id, women=women, men=men, other=other, not_stated=not_stated, source="test")
    return activity


def peopled_activity(kind: str = "webinar", *sexes: str, **fields: Any) -> Activity:
    """Add a past activity with a new participant of each sex named."""
    activity = past_activity(kind, **fields)
    for sex in sexes:
        enrol(activity, make_someone(sex=sex))
    return activity


def decide(enrolment: Enrolment, result: str = "completed") -> None:
    """Let a participant have an outcome."""
    with writing() as session:
        session.add(Outcome(enrolment_id=enrolment.id, result=result, rule_version=1, evidence={},
                            decided_at=clock.now()))  # fmt: skip


def certify(enrolment: Enrolment, state: str = "issued", **fields: Any) -> Certificate:
    """Let a participant have a certificate."""
    certificate = Certificate(
        serial=f"{enrolment.id}-{state}-{fields.get('edition', 1)}", kind="completion", enrolment_id=enrolment.id,
        activity_ref=enrolment.activity.public_id, language="es", content={}, state=state, requested_at=clock.now(),
        **fields,
    )  # fmt: skip
    with writing() as session:
        session.add(certificate)
    return certificate


def put_people_in_place_of_headcounts() -> int:
    """Turn every headcount into as many individual people with a confirmed enrolment; return how many."""
    counts = list(db.session.scalars(select(Headcount)))
    people = [(head.activity_id, sex, place) for head in counts for place, sex in enumerate(_sexes(head), start=1)]
    numbered = [(next(_numbers), *person) for person in people]
    with writing() as session:
        session.execute(delete(Headcount))
        session.execute(update(Activity).where(Activity.record == "headcount").values(record="people"))
        session.execute(insert(Person), [_person(number, sex) for number, _activity, sex, _place in numbered])
        session.execute(insert(Enrolment), [_enrolment(*line) for line in numbered])
    return len(people)


def _sexes(head: Headcount) -> Iterator[str]:
    for column, code in _CODES.items():
        yield from itertools.repeat(code, getattr(head, column))


def _person(number: int, sex: str) -> dict[str, Any]:
    name = f"Persona {number}"
    return {
        "id": number, "given_names": "Persona", "first_surname": str(number), "certificate_name": name,
        "name_key": name.casefold(), "sex": sex, "created_at": clock.now(),
    }  # fmt: skip


def _enrolment(number: int, activity_id: int, sex: str, place: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "activity_id": activity_id, "activity_record": "people", "person_id": number, "state": "confirmed",
        "place_number": place, "applied_at": now, "confirmed_at": now, "sex": sex,
    }  # fmt: skip


def crowd(activity: Activity, numbers: dict[tuple[str | None, str], int], **said: Any) -> None:
    """Let many people take part at once, so many of each country and sex; `said` is the same of all."""
    for (country, sex), number in numbers.items():
        people = [next(_numbers) for _person in range(number)]
        rows = [_enrolment(person, activity.id, sex, person) | {"country": country, **said} for person in people]
        with writing() as session:
            session.execute(insert(Person), [_person(person, sex) for person in people])
            session.execute(insert(Enrolment), rows)
