"""Whoever signs in begins at their own desk."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.people import service
from tests.factories import people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_quota

ANA = "ana@example.org"


def signs_in(client: FlaskClient, **more: Any) -> str:
    """Sign in by the form; return where it leads."""
    answer = people.form_post(client, "/sign-in", {"email": ANA, "password": people.PASSWORD, **more})
    assert answer.status_code == 303
    return answer.location or ""


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        ("administrator", "/admin"), ("coordinator", "/coordinate"), ("statistics_reader", "/coordinate/statistics"),
        (None, "/my"),
    ],
)  # fmt: skip
def test_after_signing_in_each_role_begins_at_its_own_desk(app, client, role, desk) -> None:
    with app.app_context():
        people.staff(role, ANA, password=people.PASSWORD) if role else people.person(ANA, password=people.PASSWORD)
    assert signs_in(client) == desk
    assert client.get(desk).status_code == 200
    assert client.get("/sign-in").location == desk


def test_what_was_asked_for_comes_before_the_desk(app, client) -> None:
    with app.app_context():
        people.coordinator(ANA, password=people.PASSWORD)
    assert signs_in(client, next="/my/profile") == "/my/profile"


def test_who_signs_out_is_led_to_the_first_page(app, client) -> None:
    with app.app_context():
        people.coordinator(ANA)
    people.sign_in(client, ANA)
    assert people.form_post(client, "/sign-out", page="/my/profile").location == "/"


def test_an_instructor_begins_at_the_class_sessions(app, client) -> None:
    with app.app_context():
        activity, ana = make_activity("webinar"), people.person(ANA, password=people.PASSWORD)
        catalogue.assign(activity_id=activity.id, person_id=ana.id, role="instructor")
    assert signs_in(client) == "/teach"


def test_a_focal_point_begins_where_there_is_somebody_to_nominate(app, client) -> None:
    with app.app_context():
        ministry = people.organization()
        ana = people.person(ANA, password=people.PASSWORD)
        service.grant_role(person_id=ana.id, role="focal_point", organization_id=ministry.id)
    assert signs_in(client) == "/my"
    with app.app_context():
        first = make_activity(kind="national_restricted", starts_in=40)
        quota, _token = make_quota(first, email=ANA)
    assert signs_in(app.test_client()) == f"/my/nominations/{quota.public_id}"
    with app.app_context():
        make_quota(make_activity(kind="national_restricted", starts_in=50), email=ANA)
    assert signs_in(app.test_client()) == "/my#nominations"
