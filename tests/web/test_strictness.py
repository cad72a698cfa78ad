"""Nothing that a program sends is taken for what it is not."""

from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import AwareDatetime, ValidationError

from ilpes_lms.web.api import In, Query
from ilpes_lms.web.faults import faults_of
from tests.factories import people

ACTIVITY = {"kind": "webinar", "titles": {"es": "Uno"}, "starts_on": "2032-04-06"}


class Sent(In):
    number: int = 0
    share: float = 0.5
    agreed: bool = False
    day: date | None = None
    at: AwareDatetime | None = None
    words: tuple[str, ...] = ()


class Asked(Query):
    number: int = 0
    day: date | None = None
    at: AwareDatetime | None = None


@pytest.mark.parametrize(
    "values",
    [
        {"number": True}, {"number": "25"}, {"number": 25.0}, {"share": True}, {"share": "0.5"}, {"agreed": 1},
        {"agreed": "true"}, {"day": 1803859200}, {"day": "1803859200"}, {"day": " 0 "}, {"day": "2032-04-06T00:00:00"},
        {"at": 1803859200}, {"at": "1803859200.5"}, {"words": "one"}, {"words": [1]}, {"day": True},
    ],
)  # fmt: skip
def test_a_body_with_the_wrong_type_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate(values)
    assert {error["loc"][0] for error in refused.value.errors()} == set(values)


def test_a_text_with_nul_is_refused_by_name_wherever_it_stands() -> None:
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate({"words": ["one", "t\x00o"]})
    (fault,) = faults_of(refused.value)
    assert (fault["field"], fault["code"]) == ("words.1", "nul_in_text")


def test_a_body_with_the_right_types_is_read() -> None:
    sent = Sent.model_validate({"number": 25, "share": 1, "day": "2032-04-06", "at": "2032-04-06T10:00:00-04:00"})
    assert (sent.number, sent.share, sent.day) == (25, 1.0, date(2032, 4, 6))
    assert sent.at is not None


@pytest.mark.parametrize("values", [{"day": "0"}, {"day": "1803859200"}, {"at": "0"}, {"number": "two"}])
def test_an_address_does_not_take_seconds_for_a_date(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate(values)


def test_an_address_holds_numbers_as_text() -> None:
    assert Asked.model_validate({"number": "25", "day": "2032-04-06"}).number == 25


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("capacity", True), ("capacity", "25"), ("hours", True), ("starts_on", 1803859200),
        ("languages", ["es", "es"]), ("languages", []), ("topics", ["foresight", "foresight"]),
        ("eligible_countries", ["CHL", "CHL"]),
    ],
)  # fmt: skip
def test_an_activity_is_made_of_what_was_meant(app: APIFlask, client: FlaskClient, field: str, value: object) -> None:
    with app.app_context():
        people.coordinator("carla@example.org")
    headers = people.bearer(app, "carla@example.org")
    assert client.post("/api/v1/activities", json=ACTIVITY, headers=headers).status_code == 201
    refused = client.post("/api/v1/activities", json={**ACTIVITY, field: value}, headers=headers)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert refused.get_json()["errors"][0]["field"].startswith(field)


def test_no_period_is_a_count_of_seconds(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator("carla@example.org")
    asked = client.get("/api/v1/statistics?from=0&to=0", headers=people.bearer(app, "carla@example.org"))
    assert (asked.status_code, [each["field"] for each in asked.get_json()["errors"]]) == (422, ["from", "to"])


@pytest.mark.parametrize("body", ["[" * 400 + "]" * 400, '{"titles": "\\ud800"}', "NaN", '{"capacity": 1e999}'])
def test_odd_bodies_are_refused_not_failed_on(app: APIFlask, client: FlaskClient, body: str) -> None:
    with app.app_context():
        people.coordinator("carla@example.org")
    headers = {**people.bearer(app, "carla@example.org"), "Content-Type": "application/json"}
    assert client.post("/api/v1/activities", data=body, headers=headers).status_code in (400, 422)


def test_a_text_of_nothing_that_is_seen_is_no_text(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator("carla@example.org")
    headers = people.bearer(app, "carla@example.org")
    nothing = {**ACTIVITY, "titles": {"es": "\u200b\u202e"}}
    refused = client.post("/api/v1/activities", json=nothing, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "title_missing")
    turned = client.post("/api/v1/activities", json={**ACTIVITY, "titles": {"es": "a\u202eb"}}, headers=headers)
    assert turned.get_json()["titles"] == {"es": "ab"}


def test_a_form_reads_what_is_seen(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator("carla@example.org")
    people.sign_in(client, "carla@example.org")
    page = "/coordinate/activities/new/webinar"
    data = {
        "titles_es": "\u200b\u202e", "starts_on": "2032-04-06", "zone": "America/Lima", "modality": "live_online",
        "admission": "open", "languages": "es", "partners-0-name": "\u200b", "partners-0-role": "donor",
    }  # fmt: skip
    refused = people.form_post(client, page, data=data, page=page)
    assert refused.status_code == 422
    saved = people.form_post(client, page, data={**data, "titles_es": "Uno\u202edos"}, page=page)
    assert "Unodos" in client.get(saved.location).text
