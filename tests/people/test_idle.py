"""A browser that nobody used for a time has to sign in again, one of staff after half a day; programs go on."""

from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.people import queries, rules, service
from tests.factories import people as make
from tests.factories.people import form_post

AFTER = rules.STAFF_IDLE + timedelta(minutes=1)


@pytest.fixture
def now():
    with time_machine.travel("2027-04-06 15:00+00:00", tick=False) as moved:
        yield moved


def test_a_browser_of_staff_that_was_not_used_for_half_a_day_is_signed_out(app: APIFlask, client, now) -> None:
    with app.app_context():
        make.coordinator("ana@example.org")
    make.sign_in(client, "ana@example.org")
    now.shift(AFTER)
    answer = client.get("/coordinate")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/coordinate")
    with app.app_context():
        assert queries.sign_ins_of(make.account("ana@example.org").id) == []


def test_who_goes_on_using_it_stays_signed_in(app: APIFlask, client: FlaskClient, now) -> None:
    with app.app_context():
        make.coordinator("ana@example.org")
    make.sign_in(client, "ana@example.org")
    for _ in range(4):
        now.shift(rules.STAFF_IDLE - timedelta(minutes=1))
        assert client.get("/coordinate").status_code == 200


def test_participants_and_programs_are_not_signed_out_for_a_night(app: APIFlask, client: FlaskClient, now) -> None:
    with app.app_context():
        make.person("rosa@example.org")
        make.coordinator("ana@example.org")
    make.sign_in(client, "rosa@example.org")
    token = make.bearer(app, "ana@example.org")
    now.shift(AFTER)
    assert client.get("/my").status_code == 200
    assert client.get("/api/v1/coordinate", headers=token).status_code == 200


def test_a_participant_who_comes_once_a_week_stays_signed_in(app: APIFlask, client: FlaskClient, now) -> None:
    with app.app_context():
        make.person("rosa@example.org")
    make.sign_in(client, "rosa@example.org")
    now.shift(timedelta(days=7, hours=3))
    assert client.get("/my").status_code == 200


def test_a_participant_who_stayed_away_is_told_why_and_led_back(app: APIFlask, client: FlaskClient, now) -> None:
    with app.app_context():
        make.person("rosa@example.org", password=make.PASSWORD, language="en")
    make.sign_in(client, "rosa@example.org")
    now.shift(rules.OTHERS_IDLE + timedelta(minutes=1))
    away = client.get("/my/profile")
    assert (away.status_code, away.location) == (303, "/sign-in?next=/my/profile")
    page = client.get(away.location, headers={"Accept-Language": "en"})
    assert "You were signed out because this browser was not used for 8 days." in page.text
    assert "Once you have signed in you are back where you were." in page.text
    typed = {"email": "rosa@example.org", "password": make.PASSWORD, "next": "/my/profile"}
    assert form_post(client, "/sign-in", typed).location == "/my/profile"


def test_staff_are_told_the_hours(app: APIFlask, client: FlaskClient, now) -> None:
    with app.app_context():
        make.coordinator("ana@example.org")
    make.sign_in(client, "ana@example.org")
    now.shift(AFTER)
    page = client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert "not used for 12 hours." in page
    assert "back where you were" not in page


@pytest.mark.parametrize("way", ["ended", "never"])
def test_who_was_signed_out_otherwise_is_told_nothing_of_it(app: APIFlask, client: FlaskClient, now, way: str) -> None:
    with app.app_context():
        make.coordinator("ana@example.org")
    if way != "never":
        key = make.sign_in(client, "ana@example.org")
    if way == "ended":
        with app.app_context():
            service.sign_out(sign_in_key=key)
    now.shift(AFTER)
    assert "was not used" not in client.get("/sign-in", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("kind", "roles", "hours", "idle"),
    [
        ("browser", {"administrator"}, 13, True), ("browser", {"administrator"}, 11, False),
        ("browser", {"auditor", "focal_point"}, 13, True), ("browser", {"focal_point"}, 170, False),
        ("browser", set(), 170, False), ("browser", {"focal_point"}, 193, True), ("browser", set(), 193, True),
        ("token", {"administrator"}, 300, False), ("token", set(), 300, False),
    ],
)  # fmt: skip
def test_what_is_idle(kind: str, roles: set[str], hours: int, idle: bool) -> None:
    assert rules.is_idle(kind, roles, clock.now() - timedelta(hours=hours), clock.now()) is idle
    assert rules.is_idle(kind, roles, None, clock.now()) is False
