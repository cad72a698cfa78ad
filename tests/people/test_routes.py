"""The room's JSON: the same verbs, strict shapes, problem documents."""

from datetime import timedelta

import pytest

from ilpes_lms.core import clock
from ilpes_lms.people import queries, service
from tests.factories import people as make

SIGN_UP = {
    "email": "ana@example.org", "password": make.PASSWORD, "given_names": "Ana", "first_surname": "Soto",
    "country": "CHL", "sex": "female", "language": "es", "consent": True,
}  # fmt: skip
COORDINATOR, ADMINISTRATOR = ({"role": role, "reason": "Asked for."} for role in ("coordinator", "administrator"))
ANA = {"email": "ana@example.org", "password": make.PASSWORD}


def faults(answer) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    return {fault["field"]: fault["message"] for fault in answer.json["errors"]}


@pytest.fixture
def ana(app):
    with app.app_context():
        return make.person("ana@example.org", password=make.PASSWORD, given_names="Ana", country="CHL").public_id


@pytest.fixture
def admin(app):
    with app.app_context():
        return make.administrator().public_id


def test_a_program_goes_from_nothing_to_a_token_and_back(client, letterbox):
    assert client.post("/api/v1/accounts", json=SIGN_UP).status_code == 202
    assert client.post("/api/v1/tokens", json=ANA).status_code == 422
    assert client.post("/api/v1/accounts/confirmations", json={"token": letterbox.token()}).status_code == 201
    made = client.post("/api/v1/tokens", json={**ANA, "label": "script"})
    assert made.status_code == 201
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    assert client.get("/api/v1/me", headers=bearer).json["emails"] == ["ana@example.org"]
    assert client.delete("/api/v1/tokens/current", headers=bearer).status_code == 204
    assert client.get("/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/v1/accounts"),
        ("post", "/api/v1/accounts/confirmations"),
        ("post", "/api/v1/tokens"),
        ("post", "/api/v1/password-resets"),
        ("post", "/api/v1/password-resets/uses"),
        ("patch", "/api/v1/me"),
        ("put", "/api/v1/me/password"),
        ("post", "/api/v1/people"),
        ("post", "/api/v1/people/x/roles"),
    ],
)
def test_a_field_that_is_not_known_is_refused_by_name(app, client, admin, method, path):
    answer = getattr(client, method)(path, json={"is_admin": True}, headers=make.bearer(app, "admin@example.org"))
    assert answer.status_code == 422
    assert "is_admin" in faults(answer)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"password": "short"}, "password"),
        ({"country": "Chile"}, "country"),
        ({"sex": "f"}, "sex"),
        ({"consent": False}, "consent"),
        ({"consent": "perhaps"}, "consent"),
        ({"given_names": None}, "given_names"),
        ({"given_names": "x\ud800"}, None),
        ({"organization": "a\x00b"}, None),
        ({"zone": "Mars"}, "zone"),
    ],
)
def test_a_sign_up_with_one_fault_is_a_problem_that_names_the_field(client, letterbox, change, field):
    answer = client.post("/api/v1/accounts", json={**SIGN_UP, **change})
    if field is None:
        assert answer.status_code in {202, 422}
    else:
        assert answer.status_code == 422
        assert set(faults(answer)) == {field}


def test_a_sign_up_is_told_all_its_faults_at_once(client, letterbox):
    wrong = {**SIGN_UP, "email": "ana", "password": "short", "consent": False, "country": "Chile", "extra": 1,
             "organization": "x" * 301, "zone": None}  # fmt: skip
    del wrong["first_surname"]
    found = faults(client.post("/api/v1/accounts", json=wrong, headers={"Accept-Language": "en"}))
    assert set(found) == {"email", "password", "consent", "country", "extra", "organization", "first_surname"}
    assert found["password"].startswith("The password is too short: at least 10 characters")
    assert found["first_surname"] == "This field is required."
    assert not letterbox


def test_a_password_that_is_the_address_is_refused_by_the_schema_too(client, letterbox):
    wrong = {**SIGN_UP, "password": SIGN_UP["email"], "sex": "f"}
    assert set(faults(client.post("/api/v1/accounts", json=wrong))) == {"password", "sex"}


def test_trust_26_known_and_unknown_addresses_get_the_same_answers(client, letterbox, ana):
    for path, body in (("accounts", SIGN_UP), ("password-resets", {"email": "ana@example.org"})):
        known = client.post(f"/api/v1/{path}", json=body)
        unknown = client.post(f"/api/v1/{path}", json={**body, "email": "nobody@example.org"})
        assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (202, known.data)
    wrong = {"email": "ana@example.org", "password": "wrong password"}
    answers = [client.post("/api/v1/tokens", json=body).data for body in (wrong, {**wrong, "email": "x@example.org"})]
    assert answers[0] == answers[1]


def test_a_space_at_the_end_of_a_password_is_a_part_of_it(app, client):
    with app.app_context():
        make.person("eva@example.org", password="ends with space ")
    tries = [client.post("/api/v1/tokens", json={"email": "eva@example.org", "password": password}).status_code
             for password in ("ends with space", "ends with space ")]  # fmt: skip
    assert tries == [422, 201]


def test_trust_27_guessing_is_answered_with_429(client, ana):
    for _ in range(10):
        client.post("/api/v1/tokens", json={**ANA, "password": "wrong password"})
    answer = client.post("/api/v1/tokens", json=ANA)
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (429, "too_many_attempts", "900")


def test_a_password_is_reset_by_mail_and_ends_tokens(app, client, letterbox, ana):
    bearer = make.bearer(app, "ana@example.org")
    client.post("/api/v1/password-resets", json={"email": "ana@example.org"})
    use = {"token": letterbox.token(), "password": "another password"}
    assert client.post("/api/v1/password-resets/uses", json=use).status_code == 204
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    again = client.post("/api/v1/password-resets/uses", json=use)
    assert (again.status_code, again.json["code"]) == (410, "link_not_valid")


def test_a_changed_password_gives_a_new_token_for_the_old_one(app, client, ana):
    bearer = make.bearer(app, "ana@example.org")
    change = {"current": make.PASSWORD, "password": "another password"}
    wrong = client.put("/api/v1/me/password", json={**change, "current": "wrong"}, headers=bearer)
    assert set(faults(wrong)) == {"current"}
    changed = client.put("/api/v1/me/password", json=change, headers=bearer)
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    new = {"Authorization": f"Bearer {changed.json['token']}"}
    assert client.get("/api/v1/me", headers=new).status_code == 200


def test_a_cookie_is_no_token_and_a_token_no_cookie(app, client, ana):
    key = make.sign_in(client, "ana@example.org")
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    token = make.bearer(app, "ana@example.org")["Authorization"].removeprefix("Bearer ")
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.get("/my/profile").status_code == 303


def test_a_profile_is_changed_only_by_who_saw_its_present_version(app, client, ana):
    bearer = make.bearer(app, "ana@example.org")
    seen = client.get("/api/v1/me", headers=bearer)
    assert seen.headers["ETag"]
    assert client.patch("/api/v1/me", json={"position": "Jefa"}, headers=bearer).status_code == 428
    match = bearer | {"If-Match": seen.headers["ETag"]}
    changed = client.patch("/api/v1/me", json={"position": "Jefa", "nationality": None}, headers=match)
    assert (changed.status_code, changed.json["position"], changed.json["country"]) == (200, "Jefa", "CHL")
    assert changed.headers["ETag"] != seen.headers["ETag"]
    stale = client.patch("/api/v1/me", json={"position": "Otra"}, headers=match)
    assert (stale.status_code, stale.json["code"]) == (412, "stale")


def test_a_change_of_the_profile_is_told_all_its_faults_at_once(app, client, ana):
    bearer = make.bearer(app, "ana@example.org")
    wrong = {"given_names": "Ana <3", "first_surname": None, "country": "Chile", "sex": "f", "zone": "Mars",
             "position": "x" * 201, "working_languages": ["xx"], "language": 3, "roles": ["administrator"]}  # fmt: skip
    answer = client.patch("/api/v1/me", json=wrong, headers=bearer | {"If-Match": '"1"'})
    assert answer.status_code == 422
    assert {name.split(".")[0] for name in faults(answer)} == set(wrong)
    assert faults(answer)["roles"] == "Aquí no hay ningún campo con este nombre."
    assert client.get("/api/v1/me", headers=bearer).json["position"] == ""


@pytest.mark.parametrize("field", ["given_names", "sex", "language", "zone"])
def test_what_everyone_has_cannot_be_emptied(app, client, ana, field):
    bearer = make.bearer(app, "ana@example.org") | {"If-Match": '"1"'}
    assert set(faults(client.patch("/api/v1/me", json={field: None}, headers=bearer))) == {field}


def test_a_zone_by_its_old_name_is_kept_by_today_s(app, client, ana):
    bearer = make.bearer(app, "ana@example.org") | {"If-Match": '"1"'}
    changed = client.patch("/api/v1/me", json={"zone": "America/Buenos_Aires"}, headers=bearer)
    assert (changed.status_code, changed.json["zone"]) == (200, "America/Argentina/Buenos_Aires")


@pytest.mark.parametrize("field", ["role", "roles", "person_id", "version", "email", "public_id", "permissions"])
def test_what_a_person_may_not_set_is_refused_and_stays(app, client, ana, field):
    bearer = make.bearer(app, "ana@example.org") | {"If-Match": '"1"'}
    assert client.patch("/api/v1/me", json={field: "administrator"}, headers=bearer).status_code == 422
    assert client.get("/api/v1/me", headers=bearer).json["roles"] == []


def test_sign_ins_are_listed_and_ended(app, client, ana, admin):
    bearer, other = make.bearer(app, "ana@example.org"), make.bearer(app, "ana@example.org")
    make.bearer(app, "admin@example.org")
    items = client.get("/api/v1/me/sign-ins", headers=bearer).json["items"]
    assert [(item["kind"], item["label"]) for item in items] == [("token", "test")] * 2
    assert client.delete(f"/api/v1/me/sign-ins/{items[0]['public_id']}", headers=bearer).status_code == 204
    assert client.get("/api/v1/me", headers=other).status_code == 401
    assert client.delete("/api/v1/me/sign-ins/nonsense", headers=bearer).status_code == 404
    third = make.bearer(app, "ana@example.org")
    assert client.delete("/api/v1/me/sign-ins", headers=bearer).status_code == 204
    assert client.get("/api/v1/me", headers=third).status_code == 401
    assert client.get("/api/v1/me", headers=bearer).status_code == 200


def test_a_sign_in_of_someone_else_cannot_be_ended(app, client, ana, admin):
    hers, theirs = make.bearer(app, "ana@example.org"), make.bearer(app, "admin@example.org")
    ref = client.get("/api/v1/me/sign-ins", headers=theirs).json["items"][0]["public_id"]
    assert client.delete(f"/api/v1/me/sign-ins/{ref}", headers=hers).status_code == 404
    assert client.get("/api/v1/me", headers=theirs).status_code == 200


def test_organizations_are_found_by_a_part_of_their_name(app, client):
    with app.app_context():
        make.organization("Ministerio de Economía", "PER")
    [found] = client.get("/api/v1/organizations?q=economia").json["items"]
    assert (found["name"], found["country"]) == ("Ministerio de Economía", "PER")


def test_an_administrator_enters_a_person_once_even_if_asked_twice(app, client, admin):
    bearer = make.bearer(app, "admin@example.org") | {"Idempotency-Key": "one"}
    body = {"email": "eva@example.org", "given_names": "Eva", "first_surname": "Luna"}
    answers = [client.post("/api/v1/people", json=body, headers=bearer) for _ in range(3)]
    assert {(answer.status_code, answer.json["public_id"]) for answer in answers} == {
        (201, answers[0].json["public_id"])
    }
    taken = client.post("/api/v1/people", json=body, headers=make.bearer(app, "admin@example.org"))
    assert (taken.status_code, taken.json["code"]) == (409, "address_taken")
    with app.app_context():
        assert queries.address_of(queries.person_by_email("eva@example.org").id) is None


def test_a_role_asked_for_twice_under_one_key_is_given_once(app, client, ana, admin):
    bearer = make.bearer(app, "admin@example.org") | {"Idempotency-Key": "one"}
    answers = [client.post(f"/api/v1/people/{ana}/roles", json=COORDINATOR, headers=bearer)
               for _ in range(2)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    other = client.post(f"/api/v1/people/{ana}/roles", json=ADMINISTRATOR, headers=bearer)
    assert other.status_code == 422


def test_roles_are_given_and_taken_and_hold_at_once(app, client, ana, admin):
    bearer, hers = make.bearer(app, "admin@example.org"), make.bearer(app, "ana@example.org")
    assert client.get("/api/v1/people", headers=hers).status_code == 403
    given = client.post(f"/api/v1/people/{ana}/roles", json=ADMINISTRATOR, headers=bearer)
    assert given.status_code == 201
    assert client.get("/api/v1/people", headers=hers).status_code == 200
    path = f"/api/v1/people/{ana}/roles/{given.json['public_id']}"
    assert client.delete(path, headers=bearer).status_code == 204
    assert client.delete(path, headers=bearer).status_code == 404
    assert client.get("/api/v1/people", headers=hers).status_code == 403


def test_a_role_with_an_end_and_a_reason_is_listed_and_so_is_one_that_was_taken_back(app, client, ana, admin):
    bearer, path = make.bearer(app, "admin@example.org"), f"/api/v1/people/{ana}/roles"
    assert set(faults(client.post(path, json={"role": "auditor"}, headers=bearer))) == {"reason"}
    late = {"role": "auditor", "reason": "The yearly audit.", "ends_on": "2020-01-31"}
    assert set(faults(client.post(path, json=late, headers=bearer))) == {"ends_on"}
    ends_on = (clock.today("UTC") + timedelta(days=30)).isoformat()
    given = client.post(path, json={**late, "ends_on": ends_on}, headers=bearer)
    assert given.status_code == 201
    assert given.json["ends_at"] > ends_on
    client.delete(f"{path}/{client.post(path, json=COORDINATOR, headers=bearer).json['public_id']}", headers=bearer)
    listed = client.get(path, headers=bearer).json
    assert [(role["role"], role["reason"]) for role in listed["items"]] == [("auditor", "The yearly audit.")]
    assert [(role["role"], bool(role["revoked_at"])) for role in listed["former"]] == [("coordinator", True)]


def test_a_coordinator_of_one_division_is_limited_to_it(app, client, ana):
    with app.app_context():
        person = queries.person_by_ref(ana)
        service.grant_role(person_id=person.id, role="coordinator", division="celade")
    make.sign_in(client, "ana@example.org")
    with client:
        client.get("/my/profile")
        from ilpes_lms.web import access

        assert access.principal().divisions == frozenset({"celade"})


def test_the_last_administrator_cannot_be_removed(app, client, admin):
    bearer = make.bearer(app, "admin@example.org")
    [role] = client.get(f"/api/v1/people/{admin}", headers=bearer).json["roles"]
    answer = client.delete(f"/api/v1/people/{admin}/roles/{role['public_id']}", headers=bearer)
    assert (answer.status_code, answer.json["code"]) == (409, "last_administrator")
    answer = client.post(f"/api/v1/people/{admin}/disable", headers=bearer)
    assert (answer.status_code, answer.json["code"]) == (403, "not_yourself")


def test_an_account_is_disabled_and_enabled(app, client, ana, admin):
    bearer, hers = make.bearer(app, "admin@example.org"), make.bearer(app, "ana@example.org")
    assert client.post(f"/api/v1/people/{ana}/disable", headers=bearer).json["disabled"] is True
    assert client.get("/api/v1/me", headers=hers).status_code == 401
    assert client.post("/api/v1/tokens", json=ANA).status_code == 422
    assert client.post(f"/api/v1/people/{ana}/enable", headers=bearer).json["disabled"] is False
    assert client.post("/api/v1/tokens", json=ANA).status_code == 201


def test_people_are_listed_page_by_page(app, client, admin):
    with app.app_context():
        for number in range(5):
            make.person(f"p{number}@example.org", given_names="Luz", second_surname=f"{number}")
    bearer, seen, cursor = make.bearer(app, "admin@example.org"), [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/people?q=luz&limit=2{cursor and '&cursor=' + cursor}", headers=bearer).json
        seen += [person["emails"][0] for person in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"p{number}@example.org" for number in range(5)]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "unknown=1", "cursor=nonsense", f"q={'x' * 300}"])
def test_a_search_that_makes_no_sense_is_refused(app, client, admin, query):
    answer = client.get(f"/api/v1/people?{query}", headers=make.bearer(app, "admin@example.org"))
    assert answer.status_code == 422
    assert set(faults(answer)) == {query.partition("=")[0]}


@pytest.mark.parametrize("header", ["Bearer ", "Bearer x", "Basic YTpi", "Bearer \xff"])
def test_a_token_that_was_never_given_is_refused(client, header):
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
