"""Who gets what, when: the dry run; and the switches."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.enrolment.service import decide
from ilpes_lms.reminders import service
from tests.factories import people
from tests.factories.enrolment import enrol
from tests.factories.notifications import messages
from tests.factories.reminders import course_on, participant


@pytest.fixture
def coordinator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


def course_with_people(app: APIFlask, days: int = 2, count: int = 3) -> str:
    with app.app_context():
        course = course_on(clock.today("America/Santiago") + timedelta(days=days))
        for number in range(count):
            participant(course, given_names=f"Inés {number}", zone=("America/Bogota", "Europe/Madrid")[number % 2])
        return course.public_id


def test_the_dry_run_names_everybody_and_sends_nothing(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en").text
    assert "The activity starts in three days" in page
    assert "There is a class session tomorrow" in page
    assert "Inés 0" in page
    assert "Inés 2" in page
    assert [m for m in messages(app) if m.kind.startswith("reminders.")] == []


def test_what_was_written_down_shows_its_state(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    with app.app_context():
        assert service.collect_due() == 3
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en").text
    assert "Waiting to be sent: 3" in page


def test_a_rule_is_switched_off_and_on_from_the_page(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    page = f"/coordinate/activities/{reference}/reminders"
    for choice, word in (("no", "Switched off"), ("yes", "Due now")):
        answer = people.form_post(coordinator, f"{page}/activity_starts", {"enabled": choice}, page=page)
        assert answer.status_code == 303
        found = coordinator.get(f"{page}?lang=en&rule=activity_starts&day={_first_day(app)}").text
        assert found.count(word) >= 3


def test_a_nonsense_switch_changes_nothing(app: APIFlask, coordinator: FlaskClient) -> None:
    page = f"/coordinate/activities/{course_with_people(app)}/reminders"
    assert people.form_post(coordinator, f"{page}/nonsense", {"enabled": "no"}, page=page).status_code == 404
    people.form_post(coordinator, f"{page}/activity_starts", {"enabled": "perhaps"}, page=page)
    assert "Switched off" not in coordinator.get(f"{page}?lang=en").text


def test_a_full_activity_takes_few_statements_and_goes_on_by_cursor(
    app: APIFlask, coordinator: FlaskClient, statements: list[str]
) -> None:
    reference = course_with_people(app, count=60)
    del statements[:]
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders").text
    assert len(statements) <= 12
    assert "Inés 49" in page
    assert "Inés 50" not in page
    assert "cursor=" in page


def test_an_activity_without_people_or_days_says_what_is_missing(app: APIFlask, coordinator: FlaskClient) -> None:
    page = coordinator.get(f"/coordinate/activities/{course_with_people(app, count=0)}/reminders?lang=en").text
    assert "Nobody is confirmed yet" in page


def test_a_coordinator_of_another_division_does_not_find_it(app: APIFlask, client: FlaskClient) -> None:
    reference = course_with_people(app)
    with app.app_context():
        people.coordinator("social@example.org", division="social_development")
    headers = people.bearer(app, "social@example.org")
    assert client.get(f"/api/v1/activities/{reference}/reminders", headers=headers).status_code == 404
    with app.app_context():
        people.person("nobody@example.org")
    headers = people.bearer(app, "nobody@example.org")
    assert client.get(f"/api/v1/activities/{reference}/reminders", headers=headers).status_code == 403


def test_the_same_as_json(app: APIFlask, client: FlaskClient) -> None:
    reference = course_with_people(app)
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    url = f"/api/v1/activities/{reference}/reminders"
    body = client.get(url, headers=headers).get_json()
    assert body["rules"] == [
        {"rule": "activity_starts", "enabled": True},
        {"rule": "class_session_tomorrow", "enabled": True},
    ]
    assert [(line["rule"], line["participants"]) for line in body["plan"]] == [
        ("activity_starts", 3),
        ("class_session_tomorrow", 3),
    ]
    copies = client.get(f"{url}/recipients?rule=activity_starts&day={_first_day(app)}", headers=headers).get_json()
    assert [copy["state"] for copy in copies["items"]] == [None] * 3
    off = client.put(f"{url}/activity_starts", json={"enabled": False}, headers=headers)
    assert off.get_json() == {"rule": "activity_starts", "enabled": False}
    assert client.get(url, headers=headers).get_json()["rules"][0]["enabled"] is False


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("activity_starts", {"enabled": "perhaps"}, 422),
        ("activity_starts", {"enabled": True, "more": 1}, 422),
        ("activity_starts", {}, 422),
        ("nonsense", {"enabled": True}, 404),
    ],
)
def test_a_bad_switch_is_refused_with_a_problem(
    app: APIFlask, client: FlaskClient, path: str, body: dict[str, object], status: int
) -> None:
    reference = course_with_people(app, count=0)
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    answer = client.put(f"/api/v1/activities/{reference}/reminders/{path}", json=body, headers=headers)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("query", ["day=x", "", "rule=x&day=2027-04-06", "day=2027-04-06&cursor=x"])
def test_a_bad_question_is_refused_with_a_problem(app: APIFlask, client: FlaskClient, query: str) -> None:
    reference = course_with_people(app, count=0)
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    answer = client.get(f"/api/v1/activities/{reference}/reminders/recipients?{query}", headers=headers)
    assert answer.status_code == 422


def _first_day(app: APIFlask) -> str:
    with app.app_context():
        return (clock.today("America/Santiago") + timedelta(days=2)).isoformat()


def test_the_dry_run_says_whom_the_confirmation_has_told(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        course = course_on(
            clock.today("America/Santiago") + timedelta(days=2), kind="international_open", admission="selection"
        )
        reference, applied = course.public_id, enrol(course, state="applied").public_id
        decide(activity_ref=reference, enrolment_refs=[applied], decision="accept")
        assert service.collect_due() == 0
    asked = f"rule=activity_starts&day={_first_day(app)}"
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en&{asked}").text
    assert "Told by the confirmation" in page
    headers = people.bearer(app, "coordinator@example.org")
    found = app.test_client().get(f"/api/v1/activities/{reference}/reminders/recipients?{asked}", headers=headers).json
    assert found is not None
    assert [(one["due_at"], one["state"]) for one in found["items"]] == [(None, None)]
