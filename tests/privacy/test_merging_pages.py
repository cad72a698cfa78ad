"""Merging on pages and as JSON: seen before it is done, by administrators, and looked at by auditors."""

import re

import pytest

from ilpes_lms.core.database import db
from ilpes_lms.people.models import Person
from tests.factories import people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_someone

ADMIN, AUDITOR = "admin@example.org", "auditor@example.org"


@pytest.fixture
def pair(app) -> tuple[str, str]:
    """Two records, both in one activity."""
    with app.app_context():
        people.administrator(ADMIN, password=people.PASSWORD)
        people.staff("auditor", AUDITOR, password=people.PASSWORD)
        activity = make_activity(title="Curso de prospectiva")
        one = make_someone(given_names="Rosa", email="rosa@example.org")
        other = make_someone(given_names="Rosita", email="rosita@example.org")
        enrol(activity, one), enrol(activity, other)
        return one.public_id, other.public_id


@pytest.fixture
def admin(client, pair):
    people.sign_in(client, ADMIN)
    return client


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


def test_a_merge_is_seen_done_followed_and_undone_on_pages(app, admin, pair) -> None:
    gone, stays = pair
    address = f"/admin/people/{gone}/merge"
    assert "The code or an e-mail address" in admin.get(f"{address}?lang=en").text
    for wrong in ("nobody@example.org", "", "%20", "%3Cscript%3E"):
        refused = admin.get(f"{address}?into={wrong}&lang=en")
        assert (refused.status_code, "Nobody here has this address or code" in refused.text) == (422, True)
    page = admin.get(f"{address}?into=rosita@example.org&lang=en").text
    assert "Curso de prospectiva" in page
    assert "Of two enrolments in one activity" in page
    assert f"/admin/people/{stays}/merge?into={gone}" in page
    asked = {"into": stays, "seen": seen_on(page)}
    without = people.form_post(admin, address, {**asked, "reason": ""}, page=f"{address}?into={stays}")
    assert without.status_code == 422
    stale = people.form_post(admin, address, {**asked, "seen": "x", "reason": "One."}, page=f"{address}?into={stays}")
    assert (stale.status_code, seen_on(stale.text)) == (422, asked["seen"])
    done = people.form_post(admin, address, {**asked, "reason": "Same passport."}, page=f"{address}?into={stays}")
    assert done.status_code == 303
    assert admin.get(f"/admin/people/{gone}").location.endswith(f"/admin/people/{stays}")
    assert "Rosa" not in admin.get("/admin/people?q=rosa@").text.replace("rosa@", "")
    listed = admin.get("/admin/merges?lang=en").text
    assert "Same passport." in listed
    assert done.location in admin.get(f"/admin/people/{stays}").text
    merge = admin.get(f"{done.location}?lang=en").text
    assert "What goes back" in merge
    assert [ref in merge for ref in pair] == [False, True]
    back = people.form_post(
        admin, f"{done.location}/undo", {"seen": seen_on(merge), "reason": "Two."}, page=done.location
    )
    assert back.status_code == 303
    undone = admin.get(f"{done.location}?lang=en").text
    assert "Why it was undone" in undone
    assert [f"/admin/people/{ref}" in undone for ref in pair] == [True, True]
    assert admin.get(f"/admin/people/{gone}").status_code == 200


def test_what_stands_against_it_is_said_instead_of_a_button(app, admin, pair) -> None:
    with app.app_context():
        own = people.account(ADMIN).person.public_id
    page = admin.get(f"/admin/people/{pair[0]}/merge?into={own}&lang=en").text
    assert "One of the two is your own record" in page
    assert 'name="seen"' not in page


def test_organizations_are_found_and_merged_on_pages(app, admin, pair) -> None:
    with app.app_context():
        gone, stays = make_institution("Ministerio Viejo").public_id, make_institution("Ministerio Nuevo").public_id
    assert "Ministerio Viejo" in admin.get("/admin/organizations?q=viejo").text
    assert "No organization was found" in admin.get("/admin/organizations?q=zzz&lang=en").text
    address = f"/admin/organizations/{gone}/merge"
    page = admin.get(f"{address}?into=ministerio+nuevo&lang=en").text
    done = people.form_post(
        admin, address, {"into": stays, "seen": seen_on(page), "reason": "One."}, page=f"{address}?into={stays}"
    )
    assert done.status_code == 303
    assert "Ministerio Viejo" not in admin.get("/admin/organizations").text


def test_auditors_look_and_do_not_touch(app, client, pair) -> None:
    gone, stays = pair
    people.sign_in(client, AUDITOR)
    page = client.get(f"/admin/people/{gone}/merge?into={stays}&lang=en").text
    assert "Curso de prospectiva" in page
    assert 'name="seen"' not in page
    token = people.bearer(app, AUDITOR)
    found = app.test_client().get(f"/api/v1/people/{gone}/merge?into={stays}", headers=token).json
    body = {"into": stays, "seen": found["seen"], "reason": "One."}
    refused = app.test_client().post(
        f"/api/v1/people/{gone}/merge", json=body, headers={**token, "Idempotency-Key": "1"}
    )
    assert refused.status_code == 403


def test_programs_do_the_same(app, pair) -> None:
    gone, stays = pair
    token, client = people.bearer(app, ADMIN), app.test_client()
    found = client.get(f"/api/v1/people/{gone}/merge?into={stays}", headers=token).json
    assert (found["moves"]["email_addresses"], found["obstacles"]) == (1, [])
    assert found["collisions"][0]["set_aside_state"] == "confirmed"
    keyed = {**token, "Idempotency-Key": "1"}
    asked = {"into": stays, "seen": found["seen"], "reason": "One."}
    first = {**token, "Idempotency-Key": "0"}
    stale = client.post(f"/api/v1/people/{gone}/merge", json={**asked, "seen": "x"}, headers=first)
    assert (stale.status_code, stale.json["code"]) == (412, "merge_moved")
    made = client.post(f"/api/v1/people/{gone}/merge", json=asked, headers=keyed)
    assert (made.status_code, made.json["stays"]) == (201, stays)
    assert client.get(made.location, headers=token).json == made.json
    assert client.get(f"/api/v1/people/{gone}", headers=token).json["public_id"] == stays
    assert [one["merge_ref"] for one in client.get("/api/v1/merges", headers=token).json["items"]] == [
        made.json["merge_ref"]
    ]
    address = f"/api/v1/merges/{made.json['merge_ref']}/undo"
    back = client.get(address, headers=token).json
    assert back["left"] == {}
    undone = client.post(address, json={"seen": back["seen"], "reason": "Two."}, headers=token)
    assert undone.json["undone_reason"] == "Two."
    with app.app_context():
        assert {one.merged_into_id for one in db.session.query(Person)} == {None}


def test_people_are_searched_by_country_and_role_too(app, admin, pair) -> None:
    with app.app_context():
        make_someone(given_names="Inés", residence_country="PER")
    page = admin.get("/admin/people?q=ines&country=PER").text
    assert "Inés" in page
    assert "Inés" not in admin.get("/admin/people?q=ines&country=CHL").text
    only = admin.get("/admin/people?role=auditor").text
    assert AUDITOR in only
    assert "rosa@example.org" not in only
    assert admin.get("/admin/people?country=XXX").status_code == 422
    token = people.bearer(app, ADMIN)
    found = app.test_client().get("/api/v1/people?role=auditor", headers=token).json["items"]
    assert [one["emails"] for one in found] == [[AUDITOR]]
