"""Writing to the people of an activity, on pages and in JSON."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.core import clock
from ilpes_lms.reminders.announcements import queries
from tests.factories import people
from tests.factories.announcements import draft
from tests.factories.notifications import deliver_all, mailbox
from tests.factories.reminders import course_on, participant

TYPED = {
    "states": "confirmed", "about": "activity", "subject_es": "Sobre {activity}",
    "body_es": "Hola, {name}:\n\nTraiga sus preguntas.",
}  # fmt: skip


@pytest.fixture
def course(app: APIFlask) -> str:
    with app.app_context():
        found = course_on(clock.today("America/Santiago") + timedelta(days=9), languages=["es"])
        for number in range(3):
            participant(found, given_names=f"Inés {number}", email=f"ines{number}@example.org", language="es")
        return found.public_id


@pytest.fixture
def coordinator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


def written(client: FlaskClient, course: str, **typed: str) -> str:
    page = f"/coordinate/activities/{course}/announcements/new"
    answer = people.form_post(client, page, {**TYPED, **typed})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_a_message_is_written_looked_at_counted_and_sent_once(
    app: APIFlask, coordinator: FlaskClient, course: str, run_jobs: Callable[[], int]
) -> None:
    place = written(coordinator, course)
    page = coordinator.get(f"{place}?lang=en").text
    assert "It reaches 3 people" in page
    assert "As Inés 0" in page
    assert "Hola, Inés 0" in coordinator.get(f"{place}/drawn").text
    seen = seen_on(page)
    for _press in range(2):
        assert (
            people.form_post(coordinator, f"{place}/send", {"seen": seen}, page=f"{place}?lang=en").status_code == 303
        )
    run_jobs()
    deliver_all(app)
    assert len(mailbox(app)) == 3
    page = coordinator.get(f"{place}?lang=en").text
    assert "Sent: 3" in page
    assert "hx-get" not in page
    assert "3 people" in coordinator.get(f"/coordinate/activities/{course}/announcements?lang=en").text


def test_a_heading_names_the_activity_and_leaves_open_what_differs_by_reader(
    coordinator: FlaskClient, course: str
) -> None:  # fmt: skip
    place = written(coordinator, course, subject_es="Sobre {activity}, {name}")
    heading = coordinator.get(f"{place}?lang=es").text.partition("<h1>")[2].partition("</h1>")[0]
    assert heading.startswith("Sobre ")
    assert heading.endswith(", …")
    assert "{" not in heading


def test_what_an_activity_was_told_and_who_falls_behind_lead_to_a_message(
    coordinator: FlaskClient, course: str
) -> None:  # fmt: skip
    there = f"/coordinate/activities/{course}/announcements"
    for page in (f"/coordinate/activities/{course}", f"/coordinate/messages?activity={course}"):
        assert f'href="{there}"' in coordinator.get(page).text
    assert re.search(r'<input checked [^>]*name="behind"', coordinator.get(f"{there}/new?behind=yes").text)


def test_while_it_is_on_its_way_it_shows_how_far_and_can_be_stopped(
    app: APIFlask, coordinator: FlaskClient, course: str
) -> None:
    place = written(coordinator, course)
    people.form_post(coordinator, f"{place}/send", {"seen": seen_on(coordinator.get(place).text)}, page=place)
    page = coordinator.get(f"{place}?lang=en").text
    assert "On its way" in page
    assert "Still to come: 3" in page
    assert 'hx-trigger="every 2s"' in page
    people.form_post(coordinator, f"{place}/stop", {}, page=place)
    page = coordinator.get(f"{place}?lang=en").text
    assert "Sending stopped" in page
    assert "Left out: 3" in page


def test_who_came_meanwhile_is_shown_before_it_is_asked_again(
    app: APIFlask, coordinator: FlaskClient, course: str
) -> None:
    place = written(coordinator, course)
    seen = seen_on(coordinator.get(place).text)
    with app.app_context():
        participant(queries.announcement(place.rsplit("/", 1)[-1]).activity)
    answer = people.form_post(coordinator, f"{place}/send", {"seen": seen}, page=f"{place}?lang=en")
    page = coordinator.get(answer.headers["Location"]).text
    assert "changed since you saw it" in page
    assert "It reaches 4 people" in page


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(coordinator: FlaskClient, course: str) -> None:
    page = f"/coordinate/activities/{course}/announcements/new"
    answer = people.form_post(coordinator, f"{page}?lang=en", {**TYPED, "body_es": "Hola {nombre}", "subject_en": "x"})
    assert answer.status_code == 422
    assert "This message has no {nombre}" in answer.text
    assert "Hola {nombre}" in answer.text
    answer = people.form_post(coordinator, f"{page}?lang=en", {"states": "withdrawn"})
    assert answer.status_code == 422


def test_a_draft_is_changed_tested_and_deleted(
    app: APIFlask, coordinator: FlaskClient, course: str, run_jobs: Callable[[], int]
) -> None:
    place = written(coordinator, course)
    assert "Traiga sus preguntas." in coordinator.get(f"{place}/edit").text
    people.form_post(coordinator, f"{place}/edit", {**TYPED, "subject_es": "Otro asunto"})
    assert "Otro asunto" in coordinator.get(place).text
    people.form_post(coordinator, f"{place}/test", {"as_person": ""}, page=place)
    deliver_all(app)
    assert [letter["Subject"] for letter in mailbox(app, "coordinator@example.org")] == ["Otro asunto"]
    assert people.form_post(coordinator, f"{place}/discard", {}, page=place).status_code == 303
    assert coordinator.get(place).status_code == 404
    assert "No message yet" in coordinator.get(f"/coordinate/activities/{course}/announcements?lang=en").text


def test_it_is_shown_as_anybody_it_reaches_and_as_nobody_else(
    app: APIFlask, coordinator: FlaskClient, course: str
) -> None:
    place = written(coordinator, course)
    others = re.findall(r"as=(\w+)#look", coordinator.get(place).text)
    assert len(others) == 3
    assert "Hola, Inés 2" in coordinator.get(f"{place}/drawn?as={others[2]}").text
    assert coordinator.get(f"{place}/drawn?as=nobody").status_code == 422
    assert coordinator.get(f"{place}?as=nobody").status_code == 200


def test_of_more_people_than_a_page_holds_each_is_found(
    coordinator: FlaskClient, course: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    place = written(coordinator, course)
    found, onward = [], place
    while onward:
        page = coordinator.get(onward).text
        found += re.findall(r"#look\"[^>]*>([^<]+)</a>", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        onward = following[1].replace("&amp;", "&") if following else ""
    assert [name.split(" Rojas")[0] for name in found] == ["Inés 0", "Inés 1", "Inés 2"]


def test_who_teaches_writes_to_those_who_have_a_place_only(app: APIFlask, client: FlaskClient, course: str) -> None:
    with app.app_context():
        teacher = people.person("ana@example.org")
        catalogue.assign(activity_id=activity_of(course).id, person_id=teacher.id, role="instructor")
    people.sign_in(client, "ana@example.org")
    page = client.get(f"/coordinate/activities/{course}/announcements/new").text
    assert 'value="confirmed"' in page
    assert 'value="applied"' not in page
    written(client, course)
    new = f"/coordinate/activities/{course}/announcements/new"
    assert people.form_post(client, new, {**TYPED, "states": "applied"}).status_code == 422


def test_others_do_not_find_it(app: APIFlask, client: FlaskClient, course: str) -> None:
    with app.app_context():
        place = draft_of(course)
        people.coordinator("social@example.org", division="social_development")
        people.person("nobody@example.org")
    for email, status in (("social@example.org", 404), ("nobody@example.org", 403)):
        headers = people.bearer(app, email)
        assert client.get(f"/api/v1/announcements/{place}", headers=headers).status_code == status
        assert client.delete(f"/api/v1/announcements/{place}", headers=headers).status_code == status
        listed = client.get(f"/api/v1/activities/{course}/announcements", headers=headers)
        assert listed.status_code == status


def draft_of(course: str) -> str:
    return draft(activity_of(course), people.coordinator()).public_id


def activity_of(course: str) -> Activity:
    return managed_activity(course, frozenset())


def test_the_same_as_json(app: APIFlask, client: FlaskClient, course: str, run_jobs: Callable[[], int]) -> None:
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    body = {"audience": {"countries": ["CHL"]}, "words": {"es": {"subject": "Hola", "body": "Hola, {name}"}}}
    url = f"/api/v1/activities/{course}/announcements"
    made = client.post(url, json=body, headers=headers | {"Idempotency-Key": "k"})
    again = client.post(url, json=body, headers=headers | {"Idempotency-Key": "k"})
    assert made.status_code == again.status_code == 201
    assert made.get_json()["id"] == again.get_json()["id"]
    here = f"/api/v1/announcements/{made.get_json()['id']}"
    reach = made.get_json()["reach"]
    assert (reach["people"], reach["languages"][0]["language"]) == (3, "es")
    assert client.get(f"{here}/letter", headers=headers).get_json()["subject"] == "Hola"
    assert client.post(f"{here}/tests", json={}, headers=headers).status_code == 204
    refused = client.put(here, json=body | {"words": {"es": {"subject": "x", "body": "{y}"}}}, headers=headers)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "body_es")
    assert client.post(f"{here}/sending", json={"seen": "other"}, headers=headers).status_code == 409
    for _press in range(2):
        sent = client.post(f"{here}/sending", json={"seen": reach["seen"]}, headers=headers)
        assert sent.get_json()["progress"]["people"] == 3
    assert client.put(here, json=body, headers=headers).status_code == 409
    run_jobs()
    assert client.delete(f"{here}/sending", headers=headers).get_json()["state"] == "stopped"
    assert [one["state"] for one in client.get(url, headers=headers).get_json()["items"]] == ["stopped"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"words": {}}, {"words": {"de": {"subject": "x", "body": "x"}}},
        {"words": {"es": {"subject": "x", "body": "x"}}, "audience": {"states": ["withdrawn"]}},
        {"words": {"es": {"subject": "x", "body": "x"}}, "more": 1},
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_with_a_problem(
    app: APIFlask, client: FlaskClient, course: str, body: dict[str, object]
) -> None:
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    answer = client.post(f"/api/v1/activities/{course}/announcements", json=body, headers=headers)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_pages_take_few_statements(coordinator: FlaskClient, course: str, statements: list[str]) -> None:
    place = written(coordinator, course)
    for path in (
        place, f"{place}/edit", f"{place}/drawn", f"/coordinate/activities/{course}/announcements",
        f"/coordinate/activities/{course}/announcements/new?behind=yes",
    ):  # fmt: skip
        del statements[:]
        assert coordinator.get(path).status_code == 200
        assert len(statements) <= 12, path


def test_a_message_that_was_sent_is_not_offered_to_be_changed(
    coordinator: FlaskClient, course: str, run_jobs: Callable[[], int]
) -> None:
    place = written(coordinator, course)
    seen = seen_on(coordinator.get(place).text)
    people.form_post(coordinator, f"{place}/send", {"seen": seen}, page=place)
    answer = coordinator.get(f"{place}/edit")
    assert (answer.status_code, answer.headers.get("Location")) == (303, place)


def test_whoever_writes_says_whether_it_is_about_the_activity_and_sees_what_that_means(
    coordinator: FlaskClient, course: str
) -> None:
    place = written(coordinator, course)
    said = "It is not about the activity, so who declined such messages is left out"
    assert said not in coordinator.get(f"{place}?lang=en").text
    assert "Whom it reaches is settled when you send it" in coordinator.get(f"{place}?lang=en").text
    people.form_post(coordinator, f"{place}/edit", {**TYPED, "about": "other"})
    assert said in coordinator.get(f"{place}?lang=en").text
    assert re.search(r'<input checked [^>]*value="other"', coordinator.get(f"{place}/edit").text)
    answer = people.form_post(coordinator, f"{place}/edit?lang=en", {**TYPED, "about": "x"})
    assert answer.status_code == 422
