import pytest

from ilpes_lms.attendance import queries
from tests.factories.attendance import complete, make_taught, mark
from tests.factories.catalogue import make_class_session
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, coordinator, person

TEACHER = "teacher@example.org"


@pytest.fixture
def taught(app):
    with app.app_context():
        return make_taught(instructor=TEACHER, sessions=3, participants=2)


def mark_url(taught, person: int = 0) -> str:
    return f"/api/v1/class-sessions/{taught.session_refs[0]}/marks/{taught.refs[person]}"


def test_a_roster_tells_who_has_which_mark(app, client, taught) -> None:
    with app.app_context():
        mark(taught.sessions[0], taught.enrolments[0], "late")
    url = f"/api/v1/class-sessions/{taught.session_refs[0]}/roster"
    found = client.get(url, headers=bearer(app, TEACHER)).json
    assert found["counts"] == {"late": 1, "unmarked": 1}
    marks = [(row["enrolment"], row["mark"]) for row in found["rows"]]
    assert marks == [(taught.refs[0], "late"), (taught.refs[1], None)]
    assert found["class_session"]["activity"] == taught.activity.public_id


def test_a_mark_is_put_and_put_again(app, client, taught) -> None:
    for _ in range(2):
        answer = client.put(mark_url(taught), json={"mark": "present", "minutes": 90}, headers=bearer(app, TEACHER))
        assert answer.status_code == 200
        assert (answer.json["mark"], answer.json["minutes"]) == ("present", 90)
    with app.app_context():
        assert len(queries.marks_of(taught.enrolments[0].person_id)) == 1


def test_a_mark_is_deleted_and_deleted_again(app, client, taught) -> None:
    client.put(mark_url(taught), json={"mark": "present"}, headers=bearer(app, TEACHER))
    for _ in range(2):
        assert client.delete(mark_url(taught), headers=bearer(app, TEACHER)).status_code == 204
    with app.app_context():
        assert queries.marks_of(taught.enrolments[0].person_id) == []


@pytest.mark.parametrize(
    "body", [{"mark": "here"}, {}, {"mark": "present", "minutes": -1}, {"mark": "present", "source": "import"}, []]
)
def test_what_is_no_mark_is_refused_with_its_field(app, client, taught, body) -> None:
    answer = client.put(mark_url(taught), json=body, headers=bearer(app, TEACHER))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    with app.app_context():
        assert queries.marks_of(taught.enrolments[0].person_id) == []


def test_a_class_session_to_come_is_a_conflict(app, client, taught) -> None:
    with app.app_context():
        ref = make_class_session(taught.activity, starts_in=1).public_id
    url = f"/api/v1/class-sessions/{ref}"
    answers = [
        client.put(f"{url}/marks/{taught.refs[0]}", json={"mark": "present"}, headers=bearer(app, TEACHER)),
        client.post(f"{url}/all-present", headers=bearer(app, TEACHER)),
    ]
    assert [(a.status_code, a.json["code"]) for a in answers] == [(409, "not_begun")] * 2


def test_all_present_tells_how_many_it_marked(app, client, taught) -> None:
    url = f"/api/v1/class-sessions/{taught.session_refs[0]}/all-present"
    first, second = [client.post(url, headers=bearer(app, TEACHER)).json for _ in range(2)]
    assert (first["marked"], second) == (2, {"marked": 0, "deed": None})
    back = f"/api/v1/class-sessions/{taught.session_refs[0]}/taken-back"
    answer = client.post(back, json={"deed": first["deed"]}, headers=bearer(app, TEACHER))
    assert (answer.status_code, answer.json) == (201, {"restored": 2, "left": 0})
    again = client.post(back, json={"deed": first["deed"]}, headers=bearer(app, TEACHER))
    assert (again.status_code, again.json["code"]) == (409, "nothing_to_take_back")


def test_a_mark_that_somebody_changed_is_not_overwritten_by_who_says_what_they_saw(app, client, taught) -> None:
    headers = bearer(app, TEACHER)
    tag = client.put(mark_url(taught), json={"mark": "present"}, headers={**headers, "If-Match": '"0"'}).headers["ETag"]
    client.put(mark_url(taught), json={"mark": "late", "note": "train"}, headers={**headers, "If-Match": tag})
    stale = client.put(mark_url(taught), json={"mark": "absent"}, headers={**headers, "If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "mark_changed")
    gone = client.delete(mark_url(taught), headers={**headers, "If-Match": tag})
    assert gone.status_code == 412
    found = client.get(f"{mark_url(taught)}/changes", headers=headers).json
    assert (found["now"]["mark"], found["now"]["note"], found["now"]["source"]) == ("late", "train", "hand")
    assert [(c["before"] or {}).get("mark") for c in found["changes"]] == ["present", None]
    assert found["changes"][0]["by"].startswith("Ana María Soto")


def test_the_participant_of_another_activity_is_not_found(app, client, taught) -> None:
    with app.app_context():
        other = make_taught()
    url = f"/api/v1/class-sessions/{taught.session_refs[0]}/marks/{other.refs[0]}"
    assert client.put(url, json={"mark": "present"}, headers=bearer(app, TEACHER)).status_code == 404


def test_the_instructor_of_another_activity_finds_nothing(app, client, taught) -> None:
    with app.app_context():
        make_taught(instructor="other@example.org")
    other, session = bearer(app, "other@example.org"), f"/api/v1/class-sessions/{taught.session_refs[0]}"
    answers = [
        client.get(f"{session}/roster", headers=other),
        client.put(mark_url(taught), json={"mark": "present"}, headers=other),
        client.delete(mark_url(taught), headers=other),
        client.post(f"{session}/all-present", headers=other),
        client.post(f"{session}/taken-back", json={"deed": "a" * 26}, headers=other),
        client.get(f"{mark_url(taught)}/changes", headers=other),
        client.get(f"/api/v1/activities/{taught.activity.public_id}/outcomes", headers=other),
        client.get(f"/api/v1/activities/{taught.activity.public_id}/completion-rule", headers=other),
    ]
    assert [answer.status_code for answer in answers] == [404] * 8


def test_outcomes_explain_themselves(app, client, taught) -> None:
    with app.app_context():
        complete(taught)
    url = f"/api/v1/activities/{taught.activity.public_id}/outcomes?lang=en"
    found = client.get(url, headers=bearer(app, TEACHER)).json
    assert found["standings"] == {"completed": 2}
    assert found["rule"]["text"] == ["At least 80 % of the class sessions"]
    outcome = found["participants"][0]["outcome"]
    assert outcome["reasons"] == ["Attended: 3 of 3 class sessions; needed: 3."]
    assert outcome["evidence"]["present"] == 3


def test_a_rule_is_changed_by_who_saw_the_one_in_force(app, client, taught) -> None:
    with app.app_context():
        coordinator()
    headers = bearer(app, "coordinator@example.org")
    url = f"/api/v1/activities/{taught.activity.public_id}/completion-rule"
    tag = client.get(url, headers=headers).headers["ETag"]
    body = {"minimum_share": 0.5, "at_least_one": True}
    assert client.put(url, json=body, headers=headers).status_code == 428
    answer = client.put(url, json=body, headers={**headers, "If-Match": tag})
    assert (answer.status_code, answer.json["version"], answer.headers["ETag"]) == (200, 2, '"2"')
    assert client.put(url, json={"minimum_share": 0.9}, headers={**headers, "If-Match": tag}).status_code == 412


@pytest.mark.parametrize("body", [{"minimum_share": 2}, {"minimum_share": 0}, {"minimum_share": "much"}, {}])
def test_a_rule_that_makes_no_sense_is_refused(app, client, taught, body) -> None:
    with app.app_context():
        coordinator()
    headers = {**bearer(app, "coordinator@example.org"), "If-Match": '"1"'}
    url = f"/api/v1/activities/{taught.activity.public_id}/completion-rule"
    answer = client.put(url, json=body, headers=headers)
    assert answer.status_code == 422
    assert "minimum_share" in answer.json["errors"][0]["field"]


def test_an_instructor_may_not_change_the_rule(app, client, taught) -> None:
    url = f"/api/v1/activities/{taught.activity.public_id}/completion-rule"
    headers = {**bearer(app, TEACHER), "If-Match": '"1"'}
    assert client.put(url, json={"minimum_share": 0.1}, headers=headers).status_code == 403


def test_one_s_own_attendance_and_nobody_else_s(app, client, taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity, person("ana@example.org"))
        mark(taught.sessions[1], mine, "excused")
        ref = mine.public_id
    headers = bearer(app, "ana@example.org")
    found = client.get(f"/api/v1/enrolments/{ref}/attendance", headers=headers).json
    assert [mark["mark"] for mark in found["marks"]] == [None, "excused", None]
    assert found["outcome"]["standing"] == "open"
    assert client.get(f"/api/v1/enrolments/{taught.refs[0]}/attendance", headers=headers).status_code == 404
    assert client.get(f"/api/v1/enrolments/{ref}/attendance").status_code == 401
