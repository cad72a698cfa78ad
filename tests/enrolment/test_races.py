"""Many people at the same moment, each in a thread and on a connection of their own; and what protects them."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import Enrolment
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states
from tests.factories.people import bearer, person

PLACES, PEOPLE = 10, 50
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all deeds at the same moment; return what each gave, an exception if that is what it was."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = deed()
        except Exception as error:  # noqa: BLE001 - whatever it was is the result
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def in_context(app: APIFlask, verb: Callable[..., Any], **values: Any) -> Callable[[], Any]:
    def deed() -> Any:
        with app.app_context():
            return verb(**values)

    return deed


def people_and_activity(app: APIFlask, people: int, **fields: Any) -> tuple[str, list[int]]:
    with app.app_context():
        activity = make_activity(**fields)
        return activity.public_id, [make_someone().id for _ in range(people)]


def check_places(app: APIFlask, activity_ref: str) -> dict[str, int]:
    """Check what must hold of any activity at any time; return how many stand in each state."""
    with app.app_context():
        activity = db.session.scalars(select(Activity).where(Activity.public_id == activity_ref)).one()
        rows = list(db.session.scalars(select(Enrolment).where(Enrolment.activity_id == activity.id)))
        count = Counter(row.state for row in rows)
        places = [row.place_number for row in rows if row.place_number]
        positions = [row.waiting_position for row in rows if row.waiting_position]
        assert len(places) == len(set(places)) == count["confirmed"] + count["offered"]
        assert activity.capacity is None or len(places) <= activity.capacity
        assert len(positions) == len(set(positions)) == count["waitlisted"]
        assert (activity.confirmed_count, activity.waiting_count) == (count["confirmed"], count["waitlisted"])
        return dict(count)


def test_fifty_at_once_for_ten_places(app: APIFlask) -> None:
    activity_ref, people = people_and_activity(app, PEOPLE, capacity=PLACES)
    done = at_once([in_context(app, service.apply, activity_ref=activity_ref, person_id=one) for one in people])
    assert [result for result in done if isinstance(result, Exception)] == []
    assert check_places(app, activity_ref) == {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES}


@on_postgresql
def test_fifty_at_once_over_http(app: APIFlask) -> None:
    with app.app_context():
        activity_ref = make_activity(capacity=PLACES).public_id
        emails = [f"racer{number}@example.org" for number in range(PEOPLE)]
        for email in emails:
            person(email)
    keys = [bearer(app, email) for email in emails]

    def post(headers: dict[str, str]) -> Callable[[], int]:
        path = f"/api/v1/activities/{activity_ref}/enrolments"
        return lambda: app.test_client().post(path, json={}, headers=headers).status_code

    assert Counter(at_once([post(headers) for headers in keys])) == {201: PEOPLE}
    assert check_places(app, activity_ref) == {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES}


@on_postgresql
def test_without_the_lock_the_same_race_goes_wrong(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: everyone has read before anyone writes, which is what the lock makes impossible."""
    racers = 10
    activity_ref, people = people_and_activity(app, racers, capacity=5)
    everyone_has_read, seen, places = threading.Barrier(racers), threading.local(), queries.places

    def read_together(activity: Activity) -> Any:
        found = places(activity)
        if not getattr(seen, "already", False):
            seen.already = True
            everyone_has_read.wait(30)
        return found

    monkeypatch.setattr(catalogue, "lock_public", catalogue_queries.published_activity)
    monkeypatch.setattr(queries, "places", read_together)
    done = at_once([in_context(app, service.apply, activity_ref=activity_ref, person_id=one) for one in people])
    failed = [result for result in done if isinstance(result, Exception)]
    # All ten took place number 1: the constraint, the last line, let one through.
    assert [type(error) for error in failed] == [errors.PlaceTaken] * (racers - 1)
    with app.app_context():
        assert len(db.session.scalars(select(Enrolment)).all()) == 1


def test_one_person_pressing_twenty_times_is_enrolled_once(app: APIFlask) -> None:
    activity_ref, (one,) = people_and_activity(app, 1, capacity=PLACES)
    done = at_once([in_context(app, service.apply, activity_ref=activity_ref, person_id=one) for _ in range(20)])
    assert Counter(type(result) for result in done) == {Enrolment: 1, errors.AlreadyEnrolled: 19}
    assert check_places(app, activity_ref) == {"confirmed": 1}


def test_withdrawals_and_the_sweep_promote_each_place_once(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(capacity=PLACES)
        holders = [enrol(activity) for _ in range(PLACES)]
        for _ in range(15):
            enrol(activity, state="waitlisted")
        activity_ref, mine = activity.public_id, [(one.public_id, one.person_id) for one in holders]
    leaving = [in_context(app, service.withdraw, enrolment_ref=ref, person_id=person_id) for ref, person_id in mine]
    done = at_once([*leaving, *[in_context(app, service.promote_waiting)] * 5])
    assert [result for result in done if isinstance(result, Exception)] == []
    assert check_places(app, activity_ref) == {"confirmed": 10, "waitlisted": 5, "withdrawn": 10}


def test_a_quota_is_respected_by_ten_nominations_at_once(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(kind="national_restricted", capacity=20)
        quota, token = make_quota(activity, places=3)
    names = {"given_names": "Luz", "first_surname": "Paz"}
    done = at_once(
        [in_context(app, service.nominate, token=token, email=f"n{n}@example.org", **names) for n in range(10)]
    )
    assert Counter(type(result) for result in done if isinstance(result, DomainError)) == {errors.QuotaFull: 7}
    with app.app_context():
        assert queries.filled(quota.id) == 3


@on_postgresql
def test_two_committees_deciding_at_once_never_exceed_the_places(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5)
        refs = [enrol(activity, state="applied").public_id for _ in range(12)]
    halves = (refs[:8], refs[4:])
    at_once(
        [
            in_context(app, service.decide, activity_ref=activity.public_id, enrolment_refs=half, decision="accept")
            for half in halves
        ]
    )
    assert check_places(app, activity.public_id) == {"confirmed": 5, "applied": 7}
    with app.app_context():
        assert states(activity) == {"confirmed": 5, "applied": 7}
