"""The JSON of enrolment: shapes, refusals, who may."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.enrolment import service
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states, token_of
from tests.factories.people import bearer, coordinator, person

API = "/api/v1"
SOON = str(clock.today("America/Santiago") + timedelta(days=3))


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
        "organization": "Ministerio de Hacienda", "country": "PER", "places": 1, "closes_on": SOON,
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
        "organization": "Ministerio", "country": "PER", "places": 1, "closes_on": SOON,
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


def institution(app: APIFlask, places: int = 3) -> tuple[str, str, str]:
    """Return the refs of an activity and of an institution's places in it, and the focal point's link."""
    with app.app_context():
        activity = make_activity(kind="national_restricted", capacity=10, starts_in=40)
        quota, token = make_quota(activity, places=places)
        return activity.public_id, quota.public_id, token


LUZ = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz"}
ANA = {"email": "ana@example.org", "given_names": "Ana", "first_surname": "Rey"}


def test_a_list_is_checked_then_nominated_whole_or_not_at_all(app: APIFlask, client: FlaskClient) -> None:
    _ref, _quota, token = institution(app)
    base = f"{API}/nominations/{token}"
    wrong = {"people": [LUZ, {**ANA, "email": "no address"}, {**ANA, "email": "luz@gmial.com", "language": "x"}]}
    checked = client.post(f"{base}/list-checks", json=wrong)
    assert checked.status_code == 200
    assert [(fault["row"], fault["column"], fault["code"]) for fault in checked.get_json()["faults"]] == [
        (2, "email", "address_not_valid"), (3, "language", "language_unknown"),
    ]  # fmt: skip
    assert checked.get_json()["refused"]["code"] == "list_not_right"
    refused = client.post(f"{base}/lists", json=wrong)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "list_not_right")
    doubtful = {"people": [LUZ, {**ANA, "email": "ana@gmial.com"}]}
    doubt = client.post(f"{base}/lists", json=doubtful)
    assert (doubt.status_code, doubt.get_json()["code"]) == (409, "list_has_doubts")
    assert client.get(base).get_json()["nominees"] == []
    done = client.post(f"{base}/lists", json={**doubtful, "doubts_accepted": True})
    assert (done.status_code, len(done.get_json()["items"])) == (201, 2)


@pytest.mark.parametrize(
    "body", [{}, {"people": []}, {"people": [{"email": "a\x00"}]}, {"people": ["x"]}, {"people": [{"name": "x"}]}]
)
def test_a_list_of_another_shape_is_refused(app: APIFlask, client: FlaskClient, body) -> None:
    _ref, _quota, token = institution(app)
    for verb in ("lists", "list-checks"):
        assert client.post(f"{API}/nominations/{token}/{verb}", json=body).status_code == 422


def test_a_focal_point_replaces_and_is_not_let_write_again_at_once(app: APIFlask, client: FlaskClient) -> None:
    _ref, _quota, token = institution(app, places=1)
    base = f"{API}/nominations/{token}"
    nominee = client.post(base, json=LUZ).get_json()["id"]
    soon = client.post(f"{base}/{nominee}/letters")
    assert (soon.status_code, soon.get_json()["code"]) == (409, "written_to_just_now")
    named = client.post(f"{base}/{nominee}/replacements", json={**ANA, "position": "Jefa"})
    assert (named.status_code, named.get_json()["position"]) == (201, "Jefa")
    assert [one["email"] for one in client.get(base).get_json()["nominees"]] == ["ana@example.org"]


def test_places_are_changed_by_version_and_taken_back(app: APIFlask, client: FlaskClient, staff) -> None:
    ref, quota, token = institution(app)
    path = f"{API}/activities/{ref}/quotas/{quota}"
    client.post(f"{API}/nominations/{token}", json=LUZ)
    seen = client.get(path, headers=staff)
    assert (seen.get_json()["places"], [one["email"] for one in seen.get_json()["nominees"]]) == (3, [LUZ["email"]])
    assert client.patch(path, json={"places": 5}, headers=staff).status_code == 428
    version = {**staff, "If-Match": seen.headers["ETag"]}
    changed = client.patch(path, json={"places": 5}, headers=version)
    assert (changed.status_code, changed.get_json()["places"]) == (200, 5)
    assert client.patch(path, json={"places": 6}, headers=version).status_code == 412
    assert client.post(f"{path}/returns", headers=version).status_code == 412
    newer = {**staff, "If-Match": changed.headers["ETag"]}
    left = client.post(f"{path}/returns", headers=newer)
    assert (left.status_code, left.get_json()["places"]) == (201, 1)
    listed = client.get(f"{API}/activities/{ref}/quotas", headers=staff).get_json()
    assert (listed["unfilled"], listed["items"][0]["waiting"], listed["alike"]) == (0, 1, [])
    assert client.post(f"{path}/links", headers=staff).status_code == 201
    assert client.get(f"{API}/nominations/{token}").status_code == 404


def test_a_coordinator_replaces_who_has_confirmed(app: APIFlask, client: FlaskClient, ana, staff) -> None:
    ref, quota, token = institution(app, places=1)
    nominee = client.post(f"{API}/nominations/{token}", json=LUZ).get_json()["id"]
    with app.app_context():
        link = token_of("enrolment.invitation")
    client.post(f"{API}/invitations/{link}/acceptances", headers=ana)
    path = f"{API}/activities/{ref}/quotas/{quota}/nominees/{nominee}/replacements"
    assert client.post(path, json=ANA, headers=staff).status_code == 422
    done = client.post(path, json={**ANA, "email": "new@example.org", "reason": "Moved"}, headers=staff)
    assert (done.status_code, done.get_json()["standing"]) == (201, "sent")
    mine = client.get(f"{API}/me/enrolments", headers=ana).get_json()["items"]
    assert [one["state"] for one in mine] == ["declined"]


def test_an_invitation_is_seen_and_declined_by_its_link_alone(app: APIFlask, client: FlaskClient, staff) -> None:
    ref = an_activity(app, kind="international_open", starts_in=40)
    made = client.post(f"{API}/activities/{ref}/invitations", json={**LUZ, "skips_selection": False}, headers=staff)
    assert made.status_code == 201
    with app.app_context():
        link = token_of("enrolment.invitation")
    seen = client.get(f"{API}/invitations/{link}").get_json()
    assert (seen["standing"], seen["place_at_once"], seen["activity"]) == ("sent", False, ref)
    declined = client.post(f"{API}/invitations/{link}/refusals", json={"reason": "On leave"})
    assert (declined.status_code, declined.get_json()["standing"]) == (201, "declined")
    listed = client.get(f"{API}/activities/{ref}/invitations?state=declined", headers=staff).get_json()
    assert (listed["counts"], listed["items"][0]["decline_reason"]) == ({"declined": 1}, "On leave")
    assert client.get(f"{API}/activities/{ref}/invitations?state=lost", headers=staff).status_code == 422


def test_an_invitation_to_the_committee_is_answered_with_an_application(
    app: APIFlask, client: FlaskClient, ana, staff
) -> None:
    ref = an_activity(app, kind="international_open", starts_in=40)
    client.post(f"{API}/activities/{ref}/invitations", json={**LUZ, "skips_selection": False}, headers=staff)
    with app.app_context():
        link = token_of("enrolment.invitation")
    bare = client.post(f"{API}/invitations/{link}/acceptances", headers=ana)
    assert (bare.status_code, bare.get_json()["code"]) == (422, "motivation_required")
    done = client.post(f"{API}/invitations/{link}/applications", json={"motivation": "Planning"}, headers=ana)
    assert (done.status_code, done.get_json()["state"]) == (201, "applied")


def test_many_are_invited_at_once_and_one_is_extended(app: APIFlask, client: FlaskClient, staff) -> None:
    ref = an_activity(app, starts_in=40)
    base = f"{API}/activities/{ref}"
    assert client.post(f"{base}/invitation-list-checks", json={"people": [LUZ]}, headers=staff).get_json() == {
        "people": 1, "faults": [], "doubts": [], "refused": None,
    }  # fmt: skip
    done = client.post(f"{base}/invitation-lists", json={"people": [LUZ, ANA]}, headers=staff)
    assert done.status_code == 201
    one = done.get_json()["items"][0]["id"]
    path = f"{base}/invitations/{one}"
    assert client.post(f"{path}/extensions", json={"answer_by": "2001-01-01"}, headers=staff).status_code == 422
    assert client.post(f"{path}/letters", headers=staff).get_json()["code"] == "written_to_just_now"
    elsewhere = an_activity(app)
    for verb in ("letters", "withdrawals"):
        assert client.post(f"{API}/activities/{elsewhere}/invitations/{one}/{verb}", headers=staff).status_code == 404


def test_the_same_list_twice_with_one_key_is_sent_once(app: APIFlask, client: FlaskClient) -> None:
    _ref, _quota, token = institution(app)
    answers = [
        client.post(f"{API}/nominations/{token}/lists", json={"people": [LUZ]}, headers={"Idempotency-Key": "k"})
        for _ in range(3)
    ]
    assert {(one.status_code, one.get_data()) for one in answers} == {(201, answers[0].get_data())}
