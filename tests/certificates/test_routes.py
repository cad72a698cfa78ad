from ilpes_lms.certificates import service
from tests.factories.certificates import certificates, make_completed, make_issued
from tests.factories.people import bearer, coordinator, person

COORDINATOR = "coordinator@example.org"


def test_anyone_checks_a_certificate(app, client) -> None:
    with app.app_context():
        found = make_issued(given_names="Ana", first_surname="Pérez", second_surname="Soto").certificate
    answer = client.get(f"/api/v1/certificates/{found.code.upper()}")
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["since"]) == ("valid", None)
    assert answer.json["certificate"]["holder"] == "Ana Pérez Soto"
    assert answer.json["certificate"]["serial"] == found.serial
    with app.app_context():
        service.revoke(code=found.code, reason="secret reason")
    answer = client.get(f"/api/v1/certificates/{found.code}")
    assert answer.json["state"] == "revoked"
    assert answer.json["since"]
    assert "secret reason" not in answer.text


def test_an_unknown_code_is_a_problem_document(client) -> None:
    for code in ("a" * 26, "short"):
        answer = client.get(f"/api/v1/certificates/{code}")
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
        assert answer.json["code"] == "unknown_certificate"


def test_one_s_own_certificates(app, client) -> None:
    with app.app_context():
        person("other@example.org")
        found = make_issued(email="holder@example.org").certificate
    mine = client.get("/api/v1/me/certificates", headers=bearer(app, "holder@example.org")).json["items"]
    assert [(c["code"], c["state"], c["file"]) for c in mine] == [
        (found.code, "issued", f"/certificates/{found.code}.pdf")
    ]
    others = client.get("/api/v1/me/certificates", headers=bearer(app, "other@example.org")).json
    assert others == {"items": []}
    assert client.get("/api/v1/me/certificates").status_code == 401


def test_the_bulk_issue_is_accepted_and_the_same_request_does_its_work_once(app, client) -> None:
    with app.app_context():
        coordinator()
        ref = make_completed(participants=2).activity.public_id
    headers = {**bearer(app, COORDINATOR), "Idempotency-Key": "one"}
    url = f"/api/v1/activities/{ref}/certificates"
    first, second = (client.post(url, headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (202, {"queued": 2, "states": {"queued": 2}})
    assert (second.status_code, second.json) == (202, first.json)
    third = client.post(url, headers=bearer(app, COORDINATOR))
    assert third.json == {"queued": 0, "states": {"queued": 2}}
    with app.app_context():
        assert len(certificates()) == 2


def test_only_those_who_manage_the_activity_issue(app, client) -> None:
    with app.app_context():
        coordinator("elsewhere@example.org", division="statistics")
        person("nobody@example.org")
        ref = make_completed().activity.public_id
    url = f"/api/v1/activities/{ref}/certificates"
    assert client.post(url, headers=bearer(app, "elsewhere@example.org")).status_code == 404
    assert client.post(url, headers=bearer(app, "nobody@example.org")).status_code == 403
    assert client.post(url).status_code == 401
    with app.app_context():
        assert certificates() == []


def test_an_activity_that_does_not_exist_is_not_found(app, client) -> None:
    with app.app_context():
        coordinator()
    assert client.post("/api/v1/activities/nowhere/certificates", headers=bearer(app, COORDINATOR)).status_code == 404


def test_a_coordinator_reads_how_an_activity_s_certificates_stand(app, client) -> None:
    with app.app_context():
        coordinator()
        coordinator("elsewhere@example.org", division="statistics")
        waiting = make_completed(participants=2).activity.public_id
        issued = make_issued(email="holder@example.org").certificate
    listed = client.get(f"/api/v1/activities/{issued.activity_ref}/certificates", headers=bearer(app, COORDINATOR)).json
    assert listed["states"] == {"issued": 1}
    assert [(one["code"], one["state"], one["note"]) for one in listed["items"]] == [(issued.code, "issued", "")]
    assert listed["without"] == []
    others = client.get(f"/api/v1/activities/{waiting}/certificates", headers=bearer(app, COORDINATOR)).json
    assert (others["items"], [one["eligible"] for one in others["without"]]) == ([], [True, True])
    with app.app_context():
        service.issue(activity_ref=waiting)
    one = client.get(f"/api/v1/activities/{waiting}/certificates?limit=1", headers=bearer(app, COORDINATOR)).json
    rest = client.get(
        f"/api/v1/activities/{waiting}/certificates?cursor={one['next_cursor']}", headers=bearer(app, COORDINATOR)
    ).json
    assert one["states"] == rest["states"] == {"queued": 2}
    assert ([len(page["items"]) for page in (one, rest)], rest["next_cursor"]) == ([1, 1], None)
    assert one["items"][0]["serial"] < rest["items"][0]["serial"]
    for email, status in (("elsewhere@example.org", 404), ("holder@example.org", 403)):
        answer = client.get(f"/api/v1/activities/{waiting}/certificates", headers=bearer(app, email))
        assert answer.status_code == status


def test_a_coordinator_revokes_a_certificate_once_and_for_good(app, client) -> None:
    with app.app_context():
        coordinator()
        coordinator("elsewhere@example.org", division="statistics")
        found = make_issued().certificate
    url, headers = f"/api/v1/certificates/{found.code}/revocations", bearer(app, COORDINATOR)
    assert (
        client.post(url, json={"reason": "Por error"}, headers=bearer(app, "elsewhere@example.org")).status_code == 404
    )
    assert client.post(url, json={}, headers=headers).status_code == 422
    assert client.post(url, json={"reason": "  "}, headers=headers).status_code == 422
    assert client.get(f"/api/v1/certificates/{found.code}").json["state"] == "valid"
    answers = [
        client.post(url, json={"reason": "Por error"}, headers=headers | {"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [(a.status_code, a.json["state"], a.json["note"]) for a in answers] == [(201, "revoked", "Por error")] * 2
    assert client.get(f"/api/v1/certificates/{found.code}").json["state"] == "revoked"
    again = client.post(url, json={"reason": "Otra vez"}, headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "step_not_possible")


def test_a_program_gets_the_file_of_its_owner_s_certificate_alone(app, client) -> None:
    with app.app_context():
        coordinator()
        person("other@example.org")
        found = make_issued(email="holder@example.org").certificate
    url = f"/api/v1/certificates/{found.code}/file"
    for email in ("holder@example.org", COORDINATOR):
        answer = client.get(url, headers=bearer(app, email))
        assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(url, headers=bearer(app, "other@example.org")).status_code == 404
    assert client.get(url).status_code == 401
