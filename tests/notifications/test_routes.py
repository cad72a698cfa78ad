"""The log of messages as JSON."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.notifications import service
from tests.factories import people
from tests.factories.notifications import add_person, deliver_all, greet, messages


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    with app.app_context():
        people.coordinator()
    return people.bearer(app, "coordinator@example.org")


def test_the_log_is_read_page_by_page(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    with app.app_context():
        for number in range(3):
            greet(f"k{number}", title=str(number))
    deliver_all(app)
    first = client.get("/api/v1/messages?size=2&state=sent", headers=headers).get_json()
    assert [line["subject"] for line in first["items"]] == ["Hello 2", "Hello 1"]
    assert set(first["items"][0]) == {
        "id", "kind", "state", "to", "subject", "activity", "due_at", "sent_at", "attempts",
        "note",
    }  # fmt: skip
    rest = client.get(f"/api/v1/messages?size=2&cursor={first['next_cursor']}", headers=headers).get_json()
    assert [line["subject"] for line in rest["items"]] == ["Hello 0"]


def test_one_message_has_its_text(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    with app.app_context():
        greet()
    deliver_all(app)
    (message,) = messages(app)
    body = client.get(f"/api/v1/messages/{message.public_id}", headers=headers).get_json()
    assert "http://localhost/x" in body["text"]
    assert body["message_id"] == message.message_id


@pytest.mark.parametrize("query", ["state=lost", "size=0", "size=x", "cursor=x", "nonsense=1"])
def test_a_bad_question_is_answered_with_a_problem(client: FlaskClient, headers: dict[str, str], query: str) -> None:
    answer = client.get(f"/api/v1/messages?{query}", headers=headers)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_message_is_found_by_its_kind_and_by_whom_it_went_to(
    app: APIFlask, client: FlaskClient, headers: dict[str, str]
) -> None:
    with app.app_context():
        person = add_person("nandu@example.org", name="Nandu")
        greet("1", to=None, person_id=person.id)
        greet("2", to="100%@example.org")
        service.send(kind="test.secret", key="3", values={"token": "x"}, address="beto@example.org")
    deliver_all(app)

    def found(query: str) -> list[str]:
        return [line["to"] for line in client.get(f"/api/v1/messages?{query}", headers=headers).get_json()["items"]]

    assert found("to=nandu") == found("to=%C3%91AND%C3%9A") == found("to=Nandu@exam") == ["nandu@example.org"]
    assert found("to=100%25") == ["100%@example.org"]
    assert found("kind=test.secret") == ["beto@example.org"]
    assert found("kind=test.secret&to=nandu") == []


def test_a_message_sent_again_tells_of_the_one_before(
    app: APIFlask, client: FlaskClient, headers: dict[str, str]
) -> None:
    with app.app_context():
        greet()
    deliver_all(app)
    first = messages(app)[0].public_id
    again = client.post(f"/api/v1/messages/{first}/send-again", headers=headers).get_json()
    assert (again["repeats"], again["state"], again["may_be_repeated"]) == (first, "queued", False)
    earlier = client.get(f"/api/v1/messages/{first}", headers=headers).get_json()
    assert (earlier["repeated_by"], earlier["may_be_repeated"]) == (again["id"], True)


def test_only_a_message_that_is_over_is_sent_again(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    with app.app_context():
        greet()
    (message,) = messages(app)
    assert client.post(f"/api/v1/messages/{message.public_id}/send-again", headers=headers).status_code == 409
    assert client.post("/api/v1/messages/nothing/send-again", headers=headers).status_code == 404
    assert client.post("/api/v1/messages/nothing/send-again").status_code == 401
