"""Self check-in: only who is there, only with their own account, only now."""

import string
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ilpes_lms.attendance import errors, queries, rules, service
from ilpes_lms.attendance.models import CheckInScreen, Mark
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.errors import TooManyAttempts
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.enrolment import enrol, make_someone
from tests.factories.people import bearer, csrf_token, person, sign_in

moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda wall: wall.replace(tzinfo=UTC))  # noqa: DTZ001


@given(moments, st.integers(0, 600))
def test_a_code_is_taken_for_sixty_seconds_at_most(shown_at: datetime, later: int) -> None:
    said = shown_at + timedelta(seconds=later)
    for code in (rules.code_at("secret", shown_at), rules.token_at("secret", shown_at)):
        taken = rules.is_valid("secret", code, said)
        assert not (taken and later >= 60)
        assert taken or later >= rules.seconds_left(shown_at)


@given(moments)
def test_codes_of_two_screens_and_of_two_moments_differ(moment: datetime) -> None:
    assert not rules.is_valid("one", rules.token_at("another", moment), moment)
    assert rules.token_at("one", moment) != rules.token_at("one", moment + timedelta(minutes=1))


def test_a_code_is_easy_to_read_and_to_type() -> None:
    moment = datetime(2026, 4, 17, 18, tzinfo=UTC)
    code = rules.code_at("secret", moment)
    assert not set(code) & set("01OIL")
    assert set(code) <= set(string.ascii_uppercase + string.digits)
    assert rules.is_valid("secret", f" {code[:3].lower()}-{code[3:]} ", moment)
    assert not rules.is_valid("secret", "ññññññ", moment)


@pytest.fixture
def taught(context: APIFlask) -> Taught:
    return make_taught(participants=2, sessions=1)


@pytest.fixture
def during(taught: Taught) -> Any:
    """The clock stands five minutes into the class session."""
    with time_machine.travel(taught.sessions[0].starts_at + timedelta(minutes=5), tick=False) as traveller:
        yield traveller


def opened(taught: Taught) -> str:
    screen = service.open_check_in(class_session_ref=taught.session_refs[0])
    return rules.code_at(screen.secret, clock.now())


def send(taught: Taught, code: str, place: int = 0, device: str = "phone", address: str = "192.0.2.1") -> Mark:
    one = taught.enrolments[place]
    return service.check_in(
        code=code, person_id=one.person_id, account_ref=one.public_id, device=device, address=address
    )


def test_who_is_there_is_marked_present_and_late_after_ten_minutes(taught: Taught, during: Any) -> None:
    assert send(taught, opened(taught)).mark == "present"
    during.shift(timedelta(minutes=6))
    found = send(taught, opened(taught), place=1)
    assert (found.mark, found.source) == ("late", "check_in")
    assert queries.outcome_of(taught.enrolments[0].id) is not None


def test_checking_in_twice_is_once_and_another_device_is_noted(taught: Taught, during: Any) -> None:
    code = opened(taught)
    send(taught, code)
    send(taught, code)
    found = send(taught, code, device="tablet", address="198.51.100.7")
    assert len(db.session.scalars(select(Mark)).all()) == 1
    (again,) = found.evidence["again"]
    assert again["device"] != found.evidence["device"]
    assert "198.51.100.7" not in str(found.evidence)


def test_two_people_on_one_device_are_noted(taught: Taught, during: Any) -> None:
    code = opened(taught)
    send(taught, code)
    assert send(taught, code, place=1).evidence["shared_device"] == 1


def test_what_deserves_a_look_comes_first_and_names_no_device(taught: Taught, during: Any) -> None:
    code = opened(taught)
    enrol(taught.activity, make_someone(email="third@example.org"))
    third = db.session.scalars(select(Enrolment).order_by(Enrolment.id.desc())).first()
    assert third is not None
    service.check_in(code=code, person_id=third.person_id, account_ref="third", device="other", address="198.51.100.9")
    send(taught, code)
    send(taught, code, place=1)
    send(taught, code, place=1, device="tablet", address="192.0.2.1")
    first, second, last = queries.check_ins(taught.sessions[0].id)
    assert [one.notes for one in (first, second, last)] == [("shared",), ("shared", "device"), ()]
    assert (first.others, last.mark.enrolment_id) == (1, third.id)


def test_a_forwarded_code_comes_too_late(taught: Taught, during: Any) -> None:
    code = opened(taught)
    during.shift(timedelta(seconds=60))
    with pytest.raises(errors.CodeNotValid):
        send(taught, code)


def test_a_code_opens_nothing_for_who_has_no_place_there(taught: Taught, during: Any) -> None:
    code = opened(taught)
    stranger = person()
    waiting = enrol(make_taught(sessions=1).activity, state="applied")
    for someone in (stranger.id, waiting.person_id):
        with pytest.raises(errors.CodeNotValid):
            service.check_in(code=code, person_id=someone, account_ref=str(someone), device="d", address="a")


def test_guesses_are_limited_and_honest_ones_are_not_counted(taught: Taught, during: Any) -> None:
    code = opened(taught)
    for _time in range(20):
        send(taught, code)
    for _time in range(10):
        with pytest.raises(errors.CodeNotValid):
            send(taught, "WRONGX")
    with pytest.raises(TooManyAttempts):
        send(taught, code)


def test_a_screen_that_is_closed_takes_nobody_and_opens_with_other_codes(taught: Taught, during: Any) -> None:
    code = opened(taught)
    service.close_check_in(class_session_ref=taught.session_refs[0])
    with pytest.raises(errors.CodeNotValid):
        send(taught, code)
    assert opened(taught) != code


@pytest.mark.parametrize("minutes", [-16, 90])
def test_check_in_opens_only_around_the_class_session(taught: Taught, minutes: int) -> None:
    with (
        time_machine.travel(taught.sessions[0].starts_at + timedelta(minutes=minutes), tick=False),
        pytest.raises(errors.CheckInClosed),
    ):
        service.open_check_in(class_session_ref=taught.session_refs[0])


def test_a_cancelled_class_session_takes_nobody(taught: Taught, during: Any) -> None:
    during.shift(timedelta(minutes=-10))
    code = opened(taught)
    catalogue.cancel_class_session(class_session_ref=taught.session_refs[0])
    with pytest.raises(errors.CodeNotValid):
        send(taught, code)


def test_what_whoever_teaches_marked_stands_and_the_check_in_is_kept_beside_it(taught: Taught, during: Any) -> None:
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    mark(taught.sessions[0], taught.enrolments[1], "excused")
    code = opened(taught)
    assert [send(taught, code, place=place).mark for place in (0, 1)] == ["absent", "excused"]
    found = queries.disagreements(taught.sessions[0].id)
    assert [(said.mark, said.source) for said in found] == [("present", "check_in")] * 2
    assert {said.enrolment_id for said in found} == {one.id for one in taught.enrolments}


def test_two_browsers_at_once_make_one_mark(app: APIFlask) -> None:
    with app.app_context():
        taught = make_taught(participants=1, sessions=1)
        starts_at = taught.sessions[0].starts_at
    with time_machine.travel(starts_at + timedelta(minutes=5), tick=False):
        with app.app_context():
            code = opened(taught)
        barrier, results = threading.Barrier(2), []

        def browser(number: int) -> None:
            with app.app_context():
                barrier.wait()
                results.append(send(taught, code, device=f"browser {number}").mark)

        threads = [threading.Thread(target=browser, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert results == ["present", "present"]
    with app.app_context():
        assert len(db.session.scalars(select(Mark)).all()) == 1


@pytest.fixture
def room(app: APIFlask) -> Any:
    """A class session that goes on, with an instructor and a participant who have accounts."""
    with app.app_context():
        taught = make_taught(participants=0, sessions=1, instructor="profe@example.org")
        enrol(taught.activity, person("ana@example.org"))
        starts_at = taught.sessions[0].starts_at
    with time_machine.travel(starts_at + timedelta(minutes=5), tick=False):
        yield taught


def make_hidden(app: APIFlask) -> str:
    """A class session that somebody else teaches."""
    with app.app_context():
        return make_taught(sessions=1).session_refs[0]


def press(client: FlaskClient, address: str, **data: str) -> Any:
    return client.post(address, data={"csrf_token": csrf_token(client, "/my"), **data})


def test_who_checked_in_although_marked_otherwise_is_no_nobody(app: APIFlask, room: Taught) -> None:
    teacher, ana = app.test_client(), app.test_client()
    sign_in(teacher, "profe@example.org")
    sign_in(ana, "ana@example.org")
    here = f"/teach/class-sessions/{room.session_refs[0]}"
    with app.app_context():
        (enrolment,) = db.session.scalars(select(Enrolment)).all()
        service.mark(class_session_ref=room.session_refs[0], enrolment_ref=enrolment.public_id, mark="excused")
        code = opened(room)
    assert "Aún nadie ha registrado su asistencia" in teacher.get(f"{here}/check-ins").text
    assert press(ana, "/check-in", code=code).status_code == 303
    listed = teacher.get(f"{here}/check-ins").text
    assert "1 persona se registró aunque tiene otra marca" in listed
    assert "Aún nadie ha registrado su asistencia" not in listed


def test_the_screen_shows_a_code_that_a_participant_types_or_scans(app: APIFlask, room: Taught) -> None:
    teacher, ana = app.test_client(), app.test_client()
    sign_in(teacher, "profe@example.org")
    sign_in(ana, "ana@example.org")
    screen = f"/teach/class-sessions/{room.session_refs[0]}/check-in"
    assert "Abrir el registro" in teacher.get(screen).text
    press(teacher, f"{screen}/open")
    with app.app_context():
        secret = db.session.scalars(select(CheckInScreen.secret)).one()
    code, token = rules.code_at(secret, clock.now()), rules.token_at(secret, clock.now())
    page = teacher.get(screen).text
    assert f"{code[:3]} {code[3:]}" in page
    # It is read off a wall and typed, so the whole address stands there; one's own page leads there, too.
    assert f"{app.config['BASE_URL'].split('://')[1]}/check-in:" in page
    assert 'href="/check-in"' in ana.get("/my").text
    assert secret not in page
    assert 'src="data:image/svg+xml' in page
    assert "Estoy aquí" in ana.get(f"/check-in/{token}").text
    with app.app_context():
        assert db.session.scalars(select(Mark)).all() == []
    assert press(ana, "/check-in", code="NONONO").status_code == 422
    assert press(ana, "/check-in", code=token).status_code == 303
    assert 'href="/check-in"' not in ana.get("/my").text
    assert "1 persona ha registrado su asistencia" in teacher.get(screen).text
    listed = teacher.get(f"/teach/class-sessions/{room.session_refs[0]}/check-ins").text
    assert "Ana María Soto" in listed
    assert teacher.get(f"/teach/class-sessions/{make_hidden(app)}/check-ins").status_code == 404


def test_programs_check_in_too(app: APIFlask, client: FlaskClient, room: Taught) -> None:
    teacher, ana = bearer(app, "profe@example.org"), bearer(app, "ana@example.org")
    screen = f"/api/v1/class-sessions/{room.session_refs[0]}/check-in"
    assert client.get(screen, headers=teacher).get_json()["code"] is None
    shown = client.put(screen, headers=teacher).get_json()
    done = client.post("/api/v1/check-ins", json={"code": shown["code"]}, headers=ana)
    assert (done.status_code, done.get_json()["mark"]) == (201, "present")
    (listed,) = client.get(f"{screen}s", headers=teacher).get_json()["items"]
    assert (listed["mark"], listed["notes"], listed["others"]) == ("present", [], 0)
    assert client.get(f"{screen}s", headers=ana).status_code == 403
    assert client.delete(screen, headers=teacher).status_code == 204
    refused = client.post("/api/v1/check-ins", json={"code": shown["code"]}, headers=ana)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "code_not_valid")


def test_a_mark_by_hand_that_agrees_with_a_check_in_leaves_nothing_to_decide(taught: Taught, during: Any) -> None:
    code = opened(taught)
    session, enrolment = taught.sessions[0], taught.enrolments[0]
    mark(session, enrolment, "excused")
    send(taught, code)
    assert queries.number_of_disagreements(session.id) == 1
    mark(session, enrolment, "late")
    assert (queries.disagreements(session.id), queries.number_of_disagreements(session.id)) == ([], 0)
    mark(session, enrolment, "absent")
    assert queries.number_of_disagreements(session.id) == 1
