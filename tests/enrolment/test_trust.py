"""Places and state under attack (TRUST, cases 1, 2, 4, 5, 6): many processes, lost answers, dead connections.

Case 3 is in test_life.py. Each race has a negative control: with the protection switched off it goes wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.errors import CapacityBelowConfirmed
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, service
from tests.enrolment.racing import in_processes
from tests.enrolment.test_races import at_once, check_places, on_postgresql
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

API = "/api/v1"
PLACES, PEOPLE, PROCESSES, THREADS = 10, 200, 4, 10


# 1. 200 parallel enrolments for 10 places.


@on_postgresql
def test_trust_1_two_hundred_at_once_for_ten_places_by_four_processes(app: APIFlask) -> None:
    with app.app_context():
        activity_ref = make_activity(capacity=PLACES).public_id
        emails = [f"racer{number}@example.org" for number in range(PEOPLE)]
        for email in emails:
            person(email)
    keys = [bearer(app, email) for email in emails]
    path = f"{API}/activities/{activity_ref}/enrolments"

    def register(mine: list[dict[str, str]]) -> Callable[[Any], Counter[int]]:
        def thread(hand: list[dict[str, str]]) -> Callable[[], list[int]]:
            return lambda: [app.test_client().post(path, json={}, headers=one).status_code for one in hand]

        def deed(barrier: Any) -> Counter[int]:
            barrier.wait(60)
            answers = at_once([thread(mine[number::THREADS]) for number in range(THREADS)])
            return Counter(status for hand in answers for status in hand)

        return deed

    told = in_processes(app, [register(keys[number::PROCESSES]) for number in range(PROCESSES)])
    assert sum(told, Counter()) == {201: PEOPLE}
    assert check_places(app, activity_ref) == {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES}


@on_postgresql
def test_trust_1_without_the_lock_processes_take_the_same_place(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both have read before either writes, which is what the lock makes impossible."""
    with app.app_context():
        activity_ref, people = make_activity(capacity=1).public_id, [make_someone().id for _ in range(2)]
    monkeypatch.setattr(catalogue, "lock_public", catalogue_queries.published_activity)

    def apply(person_id: int) -> Callable[[Any], str]:
        def deed(barrier: Any) -> str:
            monkeypatch.setattr(queries, "places", _read_together(barrier))
            return _said(app, service.apply, activity_ref=activity_ref, person_id=person_id)

        return deed

    assert sorted(in_processes(app, [apply(one) for one in people])) == ["PlaceTaken", "done"]


# 2. A place freed while a coordinator and the sweep both promote.


def a_round(kind: str) -> tuple[str, tuple[str, int], str]:
    """Make a full activity with one holder and two who wait; return it, the holder, and who waits first."""
    activity = make_activity(kind=kind, capacity=1)
    holder, first, _second = enrol(activity), enrol(activity, state="waitlisted"), enrol(activity, state="waitlisted")
    return activity.public_id, (holder.public_id, holder.person_id), first.public_id


def promote_in_three_ways(app: APIFlask, rounds: int) -> list[list[str]]:
    """Let one process free a place while another accepts a person and a third sweeps, round by round."""
    with app.app_context():
        made = [a_round("webinar" if number % 2 else "international_open") for number in range(rounds)]

    def each(verb: Callable[..., Any], values: Callable[[Any], dict[str, Any]]) -> Callable[[Any], list[str]]:
        def deed(barrier: Any) -> list[str]:
            said = []
            for one in made:
                barrier.wait(60)
                said.append(_said(app, verb, **values(one)))
            return said

        return deed

    told = in_processes(
        app,
        [
            each(service.withdraw, lambda one: {"enrolment_ref": one[1][0], "person_id": one[1][1]}),
            each(
                service.decide, lambda one: {"activity_ref": one[0], "enrolment_refs": [one[2]], "decision": "accept"}
            ),
            each(service.promote_waiting, lambda _one: {}),
        ],
    )
    for activity_ref, _holder, _first in made:
        count = check_places(app, activity_ref)
        assert count["withdrawn"] == 1
        assert (count.get("confirmed", 0) + count.get("offered", 0), count["waitlisted"]) == (1, 1)
    return told


@on_postgresql
def test_trust_2_a_freed_place_is_passed_on_once_whoever_promotes(app: APIFlask) -> None:
    assert {said for process in promote_in_three_ways(app, 60) for said in process} == {"done"}


@pytest.mark.slow
@on_postgresql
def test_trust_2_a_freed_place_is_passed_on_once_in_five_hundred_rounds(app: APIFlask) -> None:
    assert {said for process in promote_in_three_ways(app, 500) for said in process} == {"done"}


@on_postgresql
def test_trust_2_without_the_lock_a_freed_place_is_passed_on_twice(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: only the constraint is left, and it stops the slower one with an error."""
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=1)
        _first, second = enrol(activity, state="waitlisted"), enrol(activity, state="waitlisted")
        ref = activity.public_id

    def unlocked(activity_id: int) -> Activity:
        return db.session.scalars(select(Activity).where(Activity.id == activity_id)).one()

    monkeypatch.setattr(catalogue, "lock", unlocked)
    monkeypatch.setattr(
        catalogue, "lock_managed", lambda activity_ref, _divisions: catalogue_queries.published_activity(activity_ref)
    )

    def racing(verb: Callable[..., Any], **values: Any) -> Callable[[Any], str]:
        def deed(barrier: Any) -> str:
            monkeypatch.setattr(queries, "places", _read_together(barrier))
            return _said(app, verb, **values)

        return deed

    accept = {"activity_ref": ref, "enrolment_refs": [second.public_id], "decision": "accept"}
    told = in_processes(app, [racing(service.decide, **accept), racing(service.promote_waiting)])
    assert "PlaceTaken" in told


# 4. Capacity lowered below what is confirmed.


def test_trust_4_capacity_below_the_confirmed_is_refused_in_words_and_nobody_is_thrown_out(
    app: APIFlask, client: FlaskClient
) -> None:
    with app.app_context():
        coordinator(language="en")
        activity = make_activity(capacity=5)
        for _ in range(4):
            enrol(activity)
        ref, version = activity.public_id, activity.version
        with pytest.raises(CapacityBelowConfirmed):
            catalogue.edit_activity(activity_ref=ref, version=version, capacity=3)
    headers = {**bearer(app, "coordinator@example.org"), "If-Match": f'"{version}"', "Accept-Language": "en"}
    refused = client.patch(f"{API}/activities/{ref}", json={"capacity": 3}, headers=headers)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (409, "capacity")
    said = "4 people already have a place, so there can&#39;t be fewer places."
    assert said.replace("&#39;", "'") in refused.get_json()["detail"]
    sign_in(client, "coordinator@example.org")
    base = f"/coordinate/activities/{ref}/places"
    form = {"version": version, "capacity": "3", "promotes_by": "place", "offer_hours": "72"}
    page = form_post(client, f"{base}/waiting", form, page=base)
    assert (page.status_code, said in page.text, 'href="#capacity"' in page.text) == (422, True, True)
    assert check_places(app, ref) == {"confirmed": 4}
    with app.app_context():
        assert catalogue.edit_activity(activity_ref=ref, version=version, capacity=4).capacity == 4


# 5. The same request fifty times with one key.


def test_trust_5_the_same_request_fifty_times_does_its_work_once(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        activity_ref = make_activity(kind="international_open", capacity=PLACES).public_id
        person("racer@example.org")
    path, body = f"{API}/activities/{activity_ref}/enrolments", {"motivation": "Planning"}
    headers = {**bearer(app, "racer@example.org"), "Idempotency-Key": "one wish"}

    def post() -> tuple[int, bytes]:
        answer = app.test_client().post(path, json=body, headers=headers)
        return answer.status_code, answer.get_data()

    answers = at_once([post] * 50)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert check_places(app, activity_ref) == {"applied": 1}
    other = client.post(path, json={"motivation": "Something else"}, headers=headers)
    assert (other.status_code, other.get_json()["code"]) == (422, "key_reused")


def test_trust_5_without_a_key_all_but_one_are_told_that_they_are_on_the_list(app: APIFlask) -> None:
    """The negative control: it is the key that gives everyone the same answer."""
    with app.app_context():
        activity_ref = make_activity(capacity=PLACES).public_id
        person("racer@example.org")
    path, headers = f"{API}/activities/{activity_ref}/enrolments", bearer(app, "racer@example.org")
    answers = at_once([lambda: app.test_client().post(path, json={}, headers=headers).status_code] * 10)
    assert Counter(answers) == {201: 1, 409: 9}


# 6. A lost COMMIT answer, a dead connection.


@contextmanager
def answer_lost(app: APIFlask) -> Iterator[None]:
    """Let the answer to the COMMIT that enrols somebody be lost, once: it is done, and the client never learns."""
    with app.app_context():
        engine = db.engine
    commit, written = engine.dialect.do_commit, []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO enrolments"):
            written.append(statement)

    def commit_and_lose(connection: Any) -> None:
        commit(connection)
        if written:
            written.clear()
            raise engine.dialect.loaded_dbapi.OperationalError("the connection is gone")

    event.listen(engine, "before_cursor_execute", note)
    engine.dialect.do_commit = commit_and_lose  # type: ignore[method-assign]
    try:
        yield
    finally:
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def connection_killed(app: APIFlask) -> Iterator[None]:
    """Kill the connection that enrols somebody before it has committed, once."""
    with app.app_context():
        engine = db.engine
    killed: list[int] = []

    def kill(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO enrolments") and not killed:
            killed.append(connection.connection.dbapi_connection.info.backend_pid)
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": killed[0]})

    event.listen(engine, "before_cursor_execute", kill)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", kill)
    assert killed


@pytest.fixture
def wish(app: APIFlask) -> tuple[str, dict[str, str]]:
    """The address of a request to enrol, and its headers."""
    with app.app_context():
        activity_ref = make_activity(capacity=PLACES).public_id
        person("ana@example.org")
    return f"{API}/activities/{activity_ref}/enrolments", bearer(app, "ana@example.org")


def test_trust_6_after_a_lost_answer_the_retry_finds_its_work_done(app: APIFlask, client: FlaskClient, wish) -> None:
    path, headers = wish
    headers["Idempotency-Key"] = "one wish"
    with answer_lost(app):
        assert client.post(path, json={}, headers=headers).status_code == 503
    again = client.post(path, json={}, headers=headers)
    assert (again.status_code, again.get_json()["state"]) == (201, "confirmed")
    assert check_places(app, path.split("/")[-2]) == {"confirmed": 1}


def test_trust_6_without_a_key_the_retry_is_refused_because_the_work_is_done(
    app: APIFlask, client: FlaskClient, wish
) -> None:
    """The negative control: nothing is done twice, but only the key tells the client what became of it."""
    path, headers = wish
    with answer_lost(app):
        assert client.post(path, json={}, headers=headers).status_code == 503
    again = client.post(path, json={}, headers=headers)
    assert (again.status_code, again.get_json()["code"]) == (409, "already_enrolled")
    assert check_places(app, path.split("/")[-2]) == {"confirmed": 1}


@on_postgresql
def test_trust_6_after_a_dead_connection_nothing_is_half_done_and_the_retry_does_it(
    app: APIFlask, client: FlaskClient, wish
) -> None:
    path, headers = wish
    headers["Idempotency-Key"] = "one wish"
    with connection_killed(app):
        assert client.post(path, json={}, headers=headers).status_code == 503
    assert check_places(app, path.split("/")[-2]) == {}
    again = client.post(path, json={}, headers=headers)
    assert (again.status_code, again.get_json()["state"]) == (201, "confirmed")
    assert check_places(app, path.split("/")[-2]) == {"confirmed": 1}


def _said(app: APIFlask, verb: Callable[..., Any], **values: Any) -> str:
    """Return `done`, or the name of the refusal."""
    with app.app_context():
        try:
            verb(**values)
        except DomainError as refused:
            return type(refused).__name__
        return "done"


def _read_together(barrier: Any) -> Callable[[Activity], Any]:
    """Return how places are counted by who waits, the first time, until everyone has counted them."""
    places, seen = queries.places, []

    def read(activity: Activity) -> Any:
        found = places(activity)
        if not seen:
            seen.append(True)
            barrier.wait(30)
        return found

    return read
