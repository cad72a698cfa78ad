"""The catalogue's JSON."""

import pytest

from ilpes_lms.catalogue import queries, service
from tests.factories.catalogue import make_activity, make_class_session, make_course
from tests.factories.people import bearer, coordinator, person

API = "/api/v1"
NEW = {"kind": "webinar", "titles": {"es": "Gobierno abierto"}, "starts_on": "2027-04-06", "division": "ilpes"}


@pytest.fixture
def headers(app):
    with app.app_context():
        coordinator("coordinator@example.org")
    return bearer(app, "coordinator@example.org")


def faults(answer):
    assert answer.content_type == "application/problem+json", answer.text
    return [fault["field"] for fault in answer.json.get("errors", [])]


def test_the_catalogue_is_searched_without_an_account(app, client):
    with app.app_context():
        make_activity(title="Inversión pública", country="PER", hours=4.5, capacity=3)
        make_activity(title="Otra cosa")
        make_activity(title="Inversión secreta", status="draft")
    found = client.get(f"{API}/activities?q=INVERSION").json
    assert [item["titles"]["es"] for item in found["items"]] == ["Inversión pública"]
    assert found["total"] == 1
    assert found["facets"]["country"] == {"PER": 1}
    assert (found["items"][0]["hours"], found["items"][0]["window"]["state"]) == (4.5, "open")


def test_a_list_goes_on_by_cursor(app, client):
    with app.app_context():
        refs = [make_activity(starts_in=number + 1).public_id for number in range(5)]
    first = client.get(f"{API}/activities?limit=3").json
    rest = client.get(f"{API}/activities", query_string={"limit": 3, "cursor": first["next_cursor"]}).json
    assert [item["ref"] for item in first["items"] + rest["items"]] == refs
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["kind=concert", "when=never", "limit=0", "limit=x", "colour=red", "cursor=x", "open=no"]
)
def test_a_filter_that_cannot_be_is_refused_by_name(client, query):
    answer = client.get(f"{API}/activities?{query}")
    assert answer.status_code == 422
    assert faults(answer) == [query.split("=", maxsplit=1)[0]]


@pytest.mark.parametrize("query", ["q=%FF", "topic=%22", "country=%F0", "cursor=0~0~%7F"])
def test_strange_texts_never_break_a_search(client, query):
    assert client.get(f"{API}/activities?{query}").status_code in (200, 422)


def test_one_activity_is_given_with_its_class_sessions_and_its_version(app, client, headers):
    with app.app_context():
        activity = make_activity(partners=[("CIDE", "donor")], joining_link="https://meet.example.org/1")
        make_class_session(activity)
        ref = activity.public_id
    public = client.get(f"{API}/activities/{ref}")
    assert public.json["partners"] == [{"name": "CIDE", "role": "donor"}]
    assert [session["number"] for session in public.json["class_sessions"]] == [1]
    assert "joining_link" not in public.json
    managed = client.get(f"{API}/coordinate/activities/{ref}", headers=headers)
    assert managed.json["joining_link"] == "https://meet.example.org/1"
    assert managed.headers["ETag"] == '"2"'


def test_drafts_are_for_coordinators(app, client, headers):
    with app.app_context():
        ref = make_activity(status="draft").public_id
    assert client.get(f"{API}/activities/{ref}").status_code == 404
    assert client.get(f"{API}/coordinate/activities/{ref}").status_code == 401
    assert client.get(f"{API}/coordinate/activities/{ref}", headers=headers).json["status"] == "draft"


def test_a_coordinator_makes_changes_and_publishes_an_activity(client, headers):
    made = client.post(f"{API}/activities", json=NEW, headers=headers)
    assert made.status_code == 201, made.text
    assert (made.json["status"], made.json["admission"]) == ("draft", "open")
    ref, tag = made.json["ref"], made.headers["ETag"]
    changed = client.patch(
        f"{API}/activities/{ref}", json={"capacity": 10, "partners": [{"name": "CIDE", "role": "donor"}]},
        headers={**headers, "If-Match": tag},
    )  # fmt: skip
    assert (changed.json["capacity"], changed.json["titles"]) == (10, NEW["titles"])
    session = client.post(
        f"{API}/activities/{ref}/class-sessions",
        json={"starts_wall": "2027-04-06T10:00", "minutes": 90},
        headers=headers,
    )
    assert (session.status_code, session.json["starts_at"]) == (201, "2027-04-06T14:00:00Z")
    assert client.post(f"{API}/activities/{ref}/publications", headers=headers).status_code == 201
    assert client.get(f"{API}/activities/{ref}").json["status"] == "published"
    cancelled = client.post(f"{API}/class-sessions/{session.json['ref']}/cancellations", json={}, headers=headers)
    assert cancelled.json["status"] == "cancelled"
    copy = client.post(f"{API}/activities/{ref}/copies", json={"starts_on": "2028-04-04"}, headers=headers)
    assert (copy.json["starts_on"], copy.json["status"]) == ("2028-04-04", "draft")


def test_a_change_names_the_version_it_saw(app, client, headers):
    with app.app_context():
        ref = make_activity(division="ilpes").public_id
        service.edit_activity(activity_ref=ref, version=2, location="Quito")
    address = f"{API}/activities/{ref}"
    assert client.patch(address, json={"capacity": 1}, headers=headers).status_code == 428
    assert client.patch(address, json={"capacity": 1}, headers={**headers, "If-Match": '"2"'}).status_code == 412
    assert client.patch(address, json={"capacity": 1}, headers={**headers, "If-Match": '"3"'}).status_code == 200


def test_the_same_request_sent_twice_makes_one_activity(app, client, headers):
    keyed = {**headers, "Idempotency-Key": "a-key"}
    first, second = (client.post(f"{API}/activities", json=NEW, headers=keyed) for _time in range(2))
    assert first.json["ref"] == second.json["ref"]
    assert (first.status_code, second.status_code) == (201, 201)
    with app.app_context():
        assert len(queries.managed_list(frozenset()).items) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"kind": "concert"}, "kind"),
        ({"titles": {}}, "titles"),
        ({"titles": {"de": "Kurs"}}, "titles.de.[key]"),
        ({"titles": {"es": "a\u0000b"}}, "titles.es"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "2027-04-05"}, "ends_on"),
        ({"zone": "Mars"}, "zone"),
        ({"country": "XXX"}, "country"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**30}, "capacity"),
        ({"hours": -2}, "hours"),
        ({"topics": ["astrology"]}, "topics"),
        ({"admission": "selection"}, "admission"),
        ({"applications_close_at": "2027-01-01T10:00:00"}, "applications_close_at"),
        ({"applications_close_at": "9999-12-31T23:59:00-12:00"}, "applications_close_at"),
        ({"joining_link": "javascript:alert(1)"}, "joining_link"),
        ({"partners": [{"name": "CIDE", "role": "friend"}]}, "partners.0.role"),
    ],
)
def test_what_is_wrong_is_named(client, headers, change, field):
    answer = client.post(f"{API}/activities", json={**NEW, **change}, headers=headers)
    assert answer.status_code == 422, answer.text
    assert faults(answer) == [field]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"starts_wall": "2027-04-06T10:00:00Z"}, 422), ({"starts_wall": "9999-12-31T23:59"}, 422), ({"minutes": 0}, 422),
     ({"zone": "Mars"}, 422), ({"joining_link": "ftp://x"}, 422)],
)  # fmt: skip
def test_a_class_session_that_cannot_be_is_refused(app, client, headers, change, status):
    with app.app_context():
        ref = make_activity().public_id
    body = {"starts_wall": "2027-04-06T10:00", "minutes": 60, **change}
    answer = client.post(f"{API}/activities/{ref}/class-sessions", json=body, headers=headers)
    assert answer.status_code == status
    assert faults(answer) == list(change)


def test_a_step_that_is_not_possible_is_a_conflict(app, client, headers):
    with app.app_context():
        ref = make_activity(status="archived").public_id
    answer = client.post(f"{API}/activities/{ref}/cancellations", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (409, "step_not_possible")


def test_a_person_is_assigned_by_address(app, client, headers):
    with app.app_context():
        teacher = person("teacher@example.org")
        ref, teacher_id = make_activity().public_id, teacher.id
    address = f"{API}/activities/{ref}/assignments"
    nobody = client.post(address, json={"email": "nobody@example.org", "role": "instructor"}, headers=headers)
    assert faults(nobody) == ["email"]
    assert (
        client.post(address, json={"email": "teacher@example.org", "role": "instructor"}, headers=headers).status_code
        == 201
    )
    with app.app_context():
        assert queries.roles_by_assignment(teacher_id) == {"instructor"}


def test_who_does_not_coordinate_changes_nothing(app, client):
    with app.app_context():
        person("someone@example.org")
        ref = make_activity().public_id
    someone = bearer(app, "someone@example.org")
    calls = [
        ("post", "/activities"),
        ("patch", f"/activities/{ref}"),
        ("post", f"/activities/{ref}/closures"),
        ("get", "/coordinate/activities"),
    ]
    for method, address in calls:
        assert getattr(client, method)(API + address, json={}, headers=someone).status_code == 403, address
        assert getattr(client, method)(API + address, json={}).status_code == 401, address


def test_a_coordinator_of_one_division_finds_only_its_activities(app, client):
    with app.app_context():
        coordinator("statistics@example.org", division="statistics")
        foreign = make_activity(division="gender_affairs").public_id
        own = make_activity(division="statistics").public_id
    headers = bearer(app, "statistics@example.org")
    listed = client.get(f"{API}/coordinate/activities", headers=headers).json["items"]
    assert [item["ref"] for item in listed] == [own]
    assert client.get(f"{API}/coordinate/activities/{foreign}", headers=headers).status_code == 404
    assert client.post(f"{API}/activities/{foreign}/closures", headers=headers).status_code == 404
    assert client.post(f"{API}/activities", json=NEW, headers=headers).status_code == 403


def test_an_activity_is_made_a_running_of_a_course_and_says_so(app, client, headers):
    with app.app_context():
        course = make_course(titles={"es": "Prospectiva"}, default_hours=12).public_id
    listed = client.get(f"{API}/courses", headers=headers).json["items"]
    assert listed == [{"ref": course, "titles": {"es": "Prospectiva"}, "default_hours": 12.0}]
    made = client.post(f"{API}/activities", json={**NEW, "course": course}, headers=headers)
    assert (made.status_code, made.json["course"]) == (201, course)
    url, match = f"{API}/activities/{made.json['ref']}", {"If-Match": made.headers["ETag"]}
    changed = client.patch(url, json={"course": None}, headers=headers | match)
    assert (changed.status_code, changed.json["course"]) == (200, None)


def test_a_course_that_is_not_there_is_refused_by_the_name_of_the_field(client, headers):
    answer = client.post(f"{API}/activities", json={**NEW, "course": "nowhere"}, headers=headers)
    assert (answer.status_code, faults(answer)) == (422, ["course"])


def test_instructors_are_listed_and_taken_off_in_one_role(app, client, headers):
    with app.app_context():
        ref = make_activity().public_id
        teacher = person("teacher@example.org").public_id
        coordinator("elsewhere@example.org", division="statistics")
    url = f"{API}/activities/{ref}/assignments"
    for role in ("instructor", "co_coordinator"):
        made = client.post(url, json={"email": "teacher@example.org", "role": role}, headers=headers)
        assert (made.status_code, made.json["person"], made.json["role"]) == (201, teacher, role)
    gone = f"{url}/{teacher}"
    assert client.delete(gone, headers=headers).status_code == 422
    assert client.delete(f"{gone}?role=chief", headers=headers).status_code == 422
    elsewhere = bearer(app, "elsewhere@example.org")
    assert client.delete(f"{gone}?role=instructor", headers=elsewhere).status_code == 404
    assert client.get(url, headers=elsewhere).status_code == 404
    for _ in range(2):
        assert client.delete(f"{gone}?role=instructor", headers=headers).status_code == 204
    left = client.get(url, headers=headers).json["items"]
    assert [(one["person"], one["role"]) for one in left] == [(teacher, "co_coordinator")]


def test_an_activity_s_zone_is_kept_by_today_s_name_and_is_the_institute_s_by_default(client, headers):
    made = client.post(f"{API}/activities", json={**NEW, "zone": "America/Buenos_Aires"}, headers=headers)
    assert (made.status_code, made.json["zone"]) == (201, "America/Argentina/Buenos_Aires")
    assert client.post(f"{API}/activities", json=NEW, headers=headers).json["zone"] == "America/Santiago"
    wrong = client.post(f"{API}/activities", json={**NEW, "zone": "Mars"}, headers=headers)
    assert (wrong.status_code, faults(wrong)) == (422, ["zone"])
