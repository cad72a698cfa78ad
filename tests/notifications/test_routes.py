"""The log of messages as JSON."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.factories import people
from tests.factories.notifications import deliver_all, greet, messages


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


def test_only_a_failed_message_is_sent_again(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    with app.app_context():
        greet()
    (message,) = messages(app)
    assert client.post(f"/api/v1/messages/{message.public_id}/send-again", headers=headers).status_code == 409
    assert client.post("/api/v1/messages/nothing/send-again", headers=headers).status_code == 404
    assert client.post("/api/v1/messages/nothing/send-again").status_code == 401
