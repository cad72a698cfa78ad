"""The JSON of enrolment: shapes, refusals, who may."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.enrolment import service
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states, token_of
from tests.factories.people import bearer, coordinator, person

API = "/api/v1"


@pytest.fixture
def ana(app: APIFlask) -> dict[str, str]:
    with app.app_context():
        person("ana@example.org", sex="female", country="CHL")
    return bearer(app, "ana@example.org")


@pytest.fixture
def staff(app: APIFlask) -> dict[str, str]:
    with app.app_context():
        coordinator()
    return bearer(app, "coordinator@example.org")


def an_activity(app: APIFlask, **fields: Any) -> str:
    with app.app_context():
        return make_activity(**fields).public_id


def test_one_request_registers_for_a_webinar(app: APIFlask, client: FlaskClient, ana) -> None:
    ref = an_activity(app, capacity=1)
    answer = client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=ana)
    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["state"], body["activity"], body["position"]) == ("confirmed", ref, None)
    mine = client.get(f"{API}/me/enrolments", headers=ana).get_json()["items"]
    assert [item["id"] for item in mine] == [body["id"]]
    history = client.get(f"{API}/enrolments/{body['id']}", headers=ana).get_json()["history"]
    assert [(step["before"], step["state"]) for step in history] == [(None, "confirmed")]


def test_the_position_counts_from_one(app: APIFlask, client: FlaskClient, ana) -> None:
    ref = an_activity(app, capacity=1)
    with app.app_context():
        for _ in range(3):
            service.apply(activity_ref=ref, person_id=make_someone().id)
    assert client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=ana).get_json()["position"] == 3


@pytest.mark.parametrize("extra", [{"role": "instructor"}, {"status": "confirmed"}, {"person_id": 1}])
def test_what_a_body_may_not_carry_is_refused_and_named(app: APIFlask, client: FlaskClient, ana, extra) -> None:
    ref = an_activity(app)
    answer = client.post(f"{API}/activities/{ref}/enrolments", json=extra, headers=ana)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [fault["field"] for fault in answer.get_json()["errors"]] == list(extra)
    assert client.get(f"{API}/me/enrolments", headers=ana).get_json() == {"items": []}


def test_the_same_key_enrols_once_and_gives_the_same_answer(app: APIFlask, client: FlaskClient, ana) -> None:
    ref = an_activity(app)
    headers = {**ana, "Idempotency-Key": "k-1"}
    answers = [client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=headers) for _ in range(3)]
    assert {(answer.status_code, answer.get_data()) for answer in answers} == {(201, answers[0].get_data())}
    other = client.post(f"{API}/activities/{ref}/enrolments", json={"motivation": "x"}, headers=headers)
    assert other.status_code == 422


def test_refusals_say_which_and_with_what_status(app: APIFlask, client: FlaskClient, ana) -> None:
    refused = {
        "activity_not_open": an_activity(app, status="closed"),
        "by_nomination_only": an_activity(app, kind="national_restricted"),
        "not_eligible": an_activity(app, eligible_countries=["BRA"]),
    }
    for code, ref in refused.items():
        answer = client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=ana)
        assert (answer.status_code, answer.get_json()["code"]) == (409, code)
    selection = an_activity(app, kind="international_open")
    answer = client.post(f"{API}/activities/{selection}/enrolments", json={}, headers=ana)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "motivation")
    assert client.post(f"{API}/activities/nothing/enrolments", json={}, headers=ana).status_code == 404


def test_a_person_leaves_and_cannot_touch_the_enrolment_of_another(app: APIFlask, client: FlaskClient, ana) -> None:
    ref = an_activity(app)
    with app.app_context():
        others = service.apply(activity_ref=ref, person_id=make_someone().id).public_id
    mine = client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=ana).get_json()["id"]
    assert client.post(f"{API}/enrolments/{mine}/withdrawals", headers=ana).get_json()["state"] == "withdrawn"
    assert client.post(f"{API}/enrolments/{mine}/withdrawals", headers=ana).status_code == 409
    for verb in ("withdrawals", "acceptances", "refusals"):
        assert client.post(f"{API}/enrolments/{others}/{verb}", headers=ana).status_code == 404
    assert client.get(f"{API}/enrolments/{others}", headers=ana).status_code == 404


def test_a_coordinator_reads_the_board_and_decides_in_bulk(app: APIFlask, client: FlaskClient, staff) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=2)
        ref, refs = activity.public_id, [enrol(activity, state="applied").public_id for _ in range(3)]
    board = client.get(f"{API}/activities/{ref}/enrolments?sort=name&limit=2", headers=staff).get_json()
    assert [item["id"] for item in board["items"]] == refs[:2]
    assert board["balance"] == {"applied": {"female": 3}}
    rest = client.get(f"{API}/activities/{ref}/enrolments?sort=name&cursor={board['next_cursor']}", headers=staff)
    assert [item["id"] for item in rest.get_json()["items"]] == refs[2:]
    done = client.post(
        f"{API}/activities/{ref}/decisions", json={"enrolments": refs, "decision": "accept"}, headers=staff
    )
    assert done.status_code == 201
    items = done.get_json()["items"]
    assert [(item["state"], item["refused"] and item["refused"]["code"]) for item in items] == [
        ("confirmed", None), ("confirmed", None), ("applied", "activity_full"),
    ]  # fmt: skip


def test_a_participant_may_not_read_the_board_or_decide(app: APIFlask, client: FlaskClient, ana) -> None:
    ref = an_activity(app, kind="international_open")
    assert client.get(f"{API}/activities/{ref}/enrolments", headers=ana).status_code == 403
    body = {"enrolments": ["x"], "decision": "accept"}
    assert client.post(f"{API}/activities/{ref}/decisions", json=body, headers=ana).status_code == 403
    assert client.post(f"{API}/activities/{ref}/decisions", json=body).status_code == 401


def test_a_coordinator_of_another_division_sees_nothing(app: APIFlask, client: FlaskClient) -> None:
    ref = an_activity(app, kind="other_division", division="ilpes", admission="selection")
    with app.app_context():
        coordinator("far@example.org", division="social_development")
    far = bearer(app, "far@example.org")
    for path in ("enrolments", "quotas", "invitations"):
        assert client.get(f"{API}/activities/{ref}/{path}", headers=far).status_code == 404
    body = {"enrolments": ["x"], "decision": "accept"}
    assert client.post(f"{API}/activities/{ref}/decisions", json=body, headers=far).status_code == 404


def test_an_institution_fills_its_places_and_a_nominee_confirms(app: APIFlask, client: FlaskClient, staff, ana) -> None:
    ref = an_activity(app, kind="national_restricted", capacity=5)
    quota = {
        "organization": "Ministerio de Hacienda", "country": "PER", "places": 1, "closes_on": "2999-12-31",
        "focal_point_email": "focal@example.org",
    }  # fmt: skip
    assert client.post(f"{API}/activities/{ref}/quotas", json=quota, headers=staff).status_code == 201
    with app.app_context():
        token = token_of("enrolment.nomination_link")
    luz = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz"}
    assert client.post(f"{API}/nominations/{token}", json=luz).status_code == 201
    full = client.post(f"{API}/nominations/{token}", json={**luz, "email": "b@example.org"})
    assert (full.status_code, full.get_json()["code"]) == (409, "quota_full")
    with app.app_context():
        invitation = token_of("enrolment.invitation")
    accepted = client.post(f"{API}/invitations/{invitation}/acceptances", headers=ana)
    assert (accepted.status_code, accepted.get_json()["state"]) == (201, "confirmed")
    desk = client.get(f"{API}/nominations/{token}").get_json()
    assert (desk["quota"]["filled"], desk["nominees"][0]["enrolment_state"]) == (1, "confirmed")
    assert client.get(f"{API}/activities/{ref}/quotas", headers=staff).get_json()["items"][0]["filled"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "Peru"), ("country", "ZZZ"), ("places", 0), ("closes_on", "2001-01-01"), ("focal_point_email", "x")],
)
def test_a_wrong_quota_names_its_field(app: APIFlask, client: FlaskClient, staff, field, value) -> None:
    ref = an_activity(app, kind="national_restricted", capacity=5)
    quota = {
        "organization": "Ministerio", "country": "PER", "places": 1, "closes_on": "2999-12-31",
        "focal_point_email": "focal@example.org", field: value,
    }  # fmt: skip
    answer = client.post(f"{API}/activities/{ref}/quotas", json=quota, headers=staff)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_unknown_links_open_nothing(app: APIFlask, client: FlaskClient, ana) -> None:
    with app.app_context():
        _quota, token = make_quota(make_activity(kind="national_restricted"))
    assert client.get(f"{API}/nominations/{token[:-1]}").status_code == 404
    assert client.post(f"{API}/invitations/{token}/acceptances", headers=ana).status_code == 404


def test_a_coordinator_invites_and_takes_it_back(app: APIFlask, client: FlaskClient, staff) -> None:
    ref = an_activity(app, admission="invitation")
    luz = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz", "language": "pt"}
    made = client.post(f"{API}/activities/{ref}/invitations", json=luz, headers=staff)
    assert (made.status_code, made.get_json()["state"]) == (201, "sent")
    path = f"{API}/activities/{ref}/invitations/{made.get_json()['id']}/withdrawals"
    assert client.post(path, headers=staff).get_json()["state"] == "withdrawn"
    listed = client.get(f"{API}/activities/{ref}/invitations", headers=staff).get_json()["items"]
    assert [item["state"] for item in listed] == ["withdrawn"]


def test_no_numeric_key_leaves(app: APIFlask, client: FlaskClient, staff, ana) -> None:
    with app.app_context():
        activity = make_activity()
        enrol(activity)
        assert states(activity) == {"confirmed": 1}
        ref = activity.public_id
    client.post(f"{API}/activities/{ref}/enrolments", json={}, headers=ana)
    for path in (f"activities/{ref}/enrolments", "me/enrolments"):
        body = client.get(f"{API}/{path}", headers=ana if path.startswith("me") else staff).get_json()
        assert body["items"]
        assert all(len(item["id"]) == 26 for item in body["items"])
