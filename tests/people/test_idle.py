"""A browser of staff that nobody used for half a day has to sign in again; others and programs go on."""

from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.people import queries, rules
from tests.factories import people as make

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


@pytest.mark.parametrize(
    ("kind", "roles", "hours", "idle"),
    [
        ("browser", {"administrator"}, 13, True), ("browser", {"administrator"}, 11, False),
        ("browser", {"auditor", "focal_point"}, 13, True), ("browser", {"focal_point"}, 300, False),
        ("browser", set(), 300, False), ("token", {"administrator"}, 300, False),
    ],
)  # fmt: skip
def test_what_is_idle(kind: str, roles: set[str], hours: int, idle: bool) -> None:
    assert rules.is_idle(kind, roles, clock.now() - timedelta(hours=hours), clock.now()) is idle
    assert rules.is_idle(kind, roles, None, clock.now()) is False
