"""Who gets what, when: the calendar; the rules and pauses behind it; and the same as JSON."""

import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.service import decide
from ilpes_lms.reminders import queries, rules, service
from tests.factories import people
from tests.factories.enrolment import enrol
from tests.factories.notifications import messages
from tests.factories.reminders import course_on, participant, rule

ZONE = "America/Santiago"
TERMS: dict[str, Any] = {"amount": 5, "recipients": ["confirmed"]}
FORM = {
    "about": "activity_start:before", "amount": "6", "unit": "days", "hour": "10", "clock": "place",
    "recipients": ["confirmed"], "quiet_start": "21", "quiet_end": "8", "enabled": "y",
}  # fmt: skip
TYPED = {name: value for name, value in FORM.items() if name != "about"}


@pytest.fixture
def coordinator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    with app.app_context():
        people.coordinator("api@example.org")
    return people.bearer(app, "api@example.org")


def version_in(page: str) -> str:
    """Return the version that a page of one rule shows."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def version_on(client: FlaskClient, page: str, code: str = "activity_starts") -> str:
    """Return the version that the button beside a rule carries on a page of several."""
    return version_in(re.split(rf'action="[^"]*/{code}(?:/reset)?"', client.get(page).text)[1])


def course_with_people(app: APIFlask, days: int = 6, count: int = 3) -> str:
    with app.app_context():
        course = course_on(clock.today(ZONE) + timedelta(days=days))
        for number in range(count):
            participant(course, given_names=f"Inés {number}", zone=("America/Bogota", "Europe/Madrid")[number % 2])
        return course.public_id


def asked_for(app: APIFlask, reference: str, code: str = "activity_starts", days: int = 6) -> str:
    """Return the query that names a reminder's line in the calendar."""
    with app.app_context():
        first = clock.today(ZONE) + timedelta(days=days)
        lead = rules.DEFAULTS["webinar"][code].amount
        return f"activity={reference}&rule={code}&about={first}&day={first - timedelta(days=lead)}"


def test_the_calendar_names_everybody_and_sends_nothing(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en").text
    assert "The activity is about to start" in page
    assert "Class session soon" in page
    assert "Inés 0" not in page, "names on demand"
    asked = asked_for(app, reference)
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en&{asked}").text
    assert "Inés 0" in page
    assert "Inés 2" in page
    assert [m for m in messages(app) if m.kind.startswith("reminders.")] == []


def test_all_activities_stand_in_one_calendar(app: APIFlask, coordinator: FlaskClient) -> None:
    first, second = course_with_people(app), course_with_people(app)
    page = coordinator.get("/coordinate/reminders?lang=en&weeks=1").text
    assert f"/coordinate/activities/{first}/reminders" in page
    assert f"/coordinate/activities/{second}/reminders" in page
    page = coordinator.get(f"/coordinate/reminders?lang=en&{asked_for(app, second)}").text
    assert page.count("Inés") == 3
    assert coordinator.get("/coordinate/reminders?weeks=3").status_code == 422


def test_what_was_written_down_shows_its_state(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app, days=2)
    with app.app_context():
        service.collect_due()
    page = coordinator.get(f"/coordinate/activities/{reference}/reminders?lang=en").text
    assert ("Waiting to be sent" in page) == bool([m for m in messages(app) if m.kind.startswith("reminders.")])


def test_a_rule_is_switched_off_and_on_from_the_page(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    page = f"/coordinate/activities/{reference}/reminders"
    asked = asked_for(app, reference)
    for choice, there in (("no", False), ("yes", True)):
        pressed = {"enabled": choice, "version": version_on(coordinator, page)}
        answer = people.form_post(coordinator, f"{page}/activity_starts", pressed, page=page)
        assert answer.status_code == 303
        assert ("Inés 0" in coordinator.get(f"{page}?lang=en&{asked}").text) == there


def test_a_nonsense_switch_changes_nothing(app: APIFlask, coordinator: FlaskClient) -> None:
    page = f"/coordinate/activities/{course_with_people(app)}/reminders"
    assert people.form_post(coordinator, f"{page}/nonsense", {"enabled": "no"}, page=page).status_code == 404
    before = coordinator.get(f"{page}?lang=en").text.count("Switch on")
    people.form_post(coordinator, f"{page}/activity_starts", {"enabled": "perhaps"}, page=page)
    assert coordinator.get(f"{page}?lang=en").text.count("Switch on") == before


def test_a_rule_is_added_changed_and_removed_from_the_page(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    page = f"/coordinate/activities/{reference}/reminders"
    assert people.form_post(coordinator, f"{page}/rules/new", FORM).status_code == 303
    assert "6 days before the activity starts, at 10:00" in coordinator.get(f"{page}?lang=en").text
    url = f"{page}/rules/activity_starts"
    changed = {**TYPED, "amount": "4", "version": version_in(coordinator.get(url).text)}
    assert people.form_post(coordinator, url, changed).status_code == 303
    assert "4 days before the activity starts" in coordinator.get(f"{page}?lang=en").text
    pressed = {"version": version_on(coordinator, page)}
    people.form_post(coordinator, f"{url}/reset", pressed, page=page)
    shown = coordinator.get(f"{page}?lang=en").text
    assert "3 days before the activity starts" in shown
    assert "4 days before the activity starts" not in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "80"}, "Choose a number from 0 to 60"),
        ({"recipients": ["focal_points"]}, "Choose among those"),
        ({"recipients": []}, "Choose who is reminded"),
        ({"quiet_end": "20"}, "16 hours a day at most"),
        ({"about": "nonsense"}, "Not a valid choice"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_beside_its_field(
    app: APIFlask, coordinator: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    url = f"/coordinate/activities/{course_with_people(app, count=0)}/reminders/rules/new"
    answer = people.form_post(coordinator, f"{url}?lang=en", {**FORM, **wrong})
    assert answer.status_code == 422
    assert said in answer.text or "amount-error" in answer.text


def test_a_pause_is_set_said_and_ended_from_the_page(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    for page in (f"/coordinate/activities/{reference}/reminders", "/coordinate/reminders"):
        until = (clock.today(ZONE) + timedelta(days=30)).isoformat()
        assert people.form_post(coordinator, f"{page}/pause", {"until": until}, page=page).status_code == 303
        assert "Paused until" in coordinator.get(f"{page}?lang=en").text
        past = (clock.today(ZONE) - timedelta(days=2)).isoformat()
        assert people.form_post(coordinator, f"{page}/pause", {"until": past}, page=page).status_code == 422
        assert people.form_post(coordinator, f"{page}/resume", page=page).status_code == 303
        assert "Paused until" not in coordinator.get(f"{page}?lang=en").text


def test_the_rules_of_a_kind_are_changed_by_who_coordinates_all_divisions(
    app: APIFlask, coordinator: FlaskClient
) -> None:
    page = "/coordinate/reminders/rules/webinar"
    changed = {**TYPED, "version": version_in(coordinator.get(f"{page}/activity_starts").text)}
    assert people.form_post(coordinator, f"{page}/activity_starts", changed).status_code == 303
    assert people.form_post(coordinator, f"{page}/new", FORM).status_code == 303
    assert coordinator.get(f"{page}?lang=en").text.count("6 days before the activity starts, at 10:00") >= 2
    pressed = {"version": version_on(coordinator, page)}
    people.form_post(coordinator, f"{page}/activity_starts/reset", pressed, page=page)
    with app.app_context():
        assert queries.terms_of_kind("webinar").rules["activity_starts"].amount == 3
    for unknown in ("/coordinate/reminders/rules/nonsense", f"{page}/nonsense"):
        assert coordinator.get(unknown).status_code == 404


def test_a_coordinator_of_one_division_reads_defaults_and_changes_none(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator("social@example.org", division="social_development")
    people.sign_in(client, "social@example.org")
    shown = client.get("/coordinate/reminders/rules/webinar?lang=en").text
    assert "Only a coordinator of all divisions can change them." in shown
    changed = {name: value for name, value in FORM.items() if name != "about"}
    answer = people.form_post(client, "/coordinate/reminders/rules/webinar/activity_starts", changed)
    assert answer.status_code == 422
    api = people.bearer(app, "social@example.org")
    url = "/api/v1/reminders/rules/webinar/activity_starts"
    assert client.put(url, json=TERMS, headers=api).status_code == 403
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert client.put("/api/v1/reminders/pause", json={"until": until}, headers=api).status_code == 403


def test_a_full_activity_takes_few_statements_and_goes_on_by_cursor(
    app: APIFlask, coordinator: FlaskClient, statements: list[str]
) -> None:
    reference = course_with_people(app, count=60)
    asked = asked_for(app, reference)
    for address in (f"/coordinate/activities/{reference}/reminders", "/coordinate/reminders"):
        del statements[:]
        page = coordinator.get(f"{address}?{asked}").text
        assert len(statements) <= 12
        assert page.count("Inés") == 50
        assert "cursor=" in page


def test_an_activity_without_people_says_what_is_missing(app: APIFlask, coordinator: FlaskClient) -> None:
    page = coordinator.get(f"/coordinate/activities/{course_with_people(app, count=0)}/reminders?lang=en").text
    assert "Nobody is reminded of anything in this time" in page


def test_a_coordinator_of_another_division_does_not_find_it(app: APIFlask, client: FlaskClient) -> None:
    reference = course_with_people(app)
    with app.app_context():
        people.coordinator("social@example.org", division="social_development")
    headers = people.bearer(app, "social@example.org")
    assert client.get(f"/api/v1/activities/{reference}/reminders", headers=headers).status_code == 404
    assert client.get("/api/v1/reminders", headers=headers).get_json()["calendar"] == []
    with app.app_context():
        people.person("nobody@example.org")
    headers = people.bearer(app, "nobody@example.org")
    assert client.get(f"/api/v1/activities/{reference}/reminders", headers=headers).status_code == 403


def test_the_same_as_json(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    reference = course_with_people(app)
    url = f"/api/v1/activities/{reference}/reminders"
    body = client.get(url, headers=headers).get_json()
    starts = next(one for one in body["rules"] if one["code"] == "activity_starts")
    assert (starts["enabled"], starts["own"], starts["amount"], starts["recipients"]) == (True, False, 3, ["confirmed"])
    assert [(line["rule"], line["recipients"]) for line in body["calendar"] if line["rule"] != "marks_missing"] == [
        ("activity_starts", 3),
        ("class_session_tomorrow", 3),
    ]
    line = body["calendar"][0]
    asked = f"rule={line['rule']}&about={line['about']}&day={line['day']}"
    found = client.get(f"{url}/recipients?{asked}", headers=headers).get_json()
    assert [(one["standing"], one["language"]) for one in found["items"]] == [("confirmed", "es")] * 3
    everywhere = client.get("/api/v1/reminders", headers=headers).get_json()
    assert line["activity"] in {one["activity"] for one in everywhere["calendar"]}
    mine = everywhere["calendar"][0]
    asked = f"rule={mine['rule']}&about={mine['about']}&day={mine['day']}&activity={reference}"
    assert len(client.get(f"/api/v1/reminders/recipients?{asked}", headers=headers).get_json()["items"]) == 3
    off = client.put(f"{url}/activity_starts", json={"enabled": False}, headers=headers)
    assert off.get_json() == {"rule": "activity_starts", "enabled": False}


def test_rules_and_pauses_as_json(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    reference = course_with_people(app, count=0)
    until = (clock.now() + timedelta(days=3)).isoformat()
    new = {**TERMS, "anchor": "activity_start", "side": "before"}
    for scope in (f"/api/v1/activities/{reference}/reminders", "/api/v1/reminders"):
        codes = f"{scope}/rules" if "activities" in scope else f"{scope}/rules/webinar"
        added = client.post(codes, json=new, headers={**headers, "Idempotency-Key": scope})
        assert (added.status_code, added.get_json()["own"]) == (201, True)
        code = added.get_json()["code"]
        changed = client.put(f"{codes}/{code}", json={**TERMS, "amount": 8}, headers=headers)
        assert changed.get_json()["amount"] == 8
        assert client.delete(f"{codes}/{code}", headers=headers).status_code == 204
        assert client.delete(f"{codes}/{code}", headers=headers).status_code == 404
        assert client.put(f"{scope}/pause", json={"until": until}, headers=headers).status_code == 204
        assert client.get(scope, headers=headers).get_json()["paused_until"] is not None
        assert client.delete(f"{scope}/pause", headers=headers).status_code == 204
        assert client.get(scope, headers=headers).get_json()["paused_until"] is None
    assert client.get("/api/v1/reminders/rules/nonsense", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("activity_starts", {"enabled": "perhaps"}, 422),
        ("activity_starts", {"enabled": True, "more": 1}, 422),
        ("activity_starts", {}, 422),
        ("nonsense", {"enabled": True}, 404),
        ("pause", {"until": "2020-01-01T00:00:00Z"}, 422),
        ("pause", {"until": "2027-01-01"}, 422),
        ("rules/activity_starts", {**TERMS, "amount": 61}, 422),
        ("rules/activity_starts", {**TERMS, "recipients": ["focal_points"]}, 422),
        ("rules/activity_starts", {**TERMS, "anchor": "activity_end"}, 422),
    ],
)
def test_a_bad_wish_is_refused_with_a_problem(
    app: APIFlask, client: FlaskClient, headers: dict[str, str], *, path: str, body: dict[str, object], status: int
) -> None:
    reference = course_with_people(app, count=0)
    answer = client.put(f"/api/v1/activities/{reference}/reminders/{path}", json=body, headers=headers)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("query", ["day=x&rule=x", "", "rule=x", "rule=x&day=2027-04-06&weeks=9"])
def test_a_bad_question_is_refused_with_a_problem(
    app: APIFlask, client: FlaskClient, headers: dict[str, str], query: str
) -> None:
    reference = course_with_people(app, count=0)
    answer = client.get(f"/api/v1/activities/{reference}/reminders/recipients?{query}", headers=headers)
    assert answer.status_code == 422


def test_a_bad_cursor_is_refused(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    url = f"/api/v1/activities/{course_with_people(app)}/reminders/recipients"
    answer = client.get(f"{url}?rule=x&day=2027-04-06&cursor=%C3%A9", headers=headers)
    assert answer.status_code == 422


def test_whom_the_confirmation_has_told_stands_in_no_calendar(
    app: APIFlask, client: FlaskClient, headers: dict[str, str]
) -> None:
    with app.app_context():
        first = clock.today(ZONE) + timedelta(days=3)
        course = course_on(first, kind="international_open", admission="selection", hour=None)
        reference, applied = course.public_id, enrol(course, state="applied").public_id
        service.set_rule(
            activity_ref=reference, terms=rule("profile_incomplete", enabled=False), code="profile_incomplete"
        )
        decide(activity_ref=reference, enrolment_refs=[applied], decision="accept")
    body = client.get(f"/api/v1/activities/{reference}/reminders", headers=headers).get_json()
    assert [line["rule"] for line in body["calendar"]] == []


def test_who_would_get_a_reminder_is_seen_before_it_is_switched_on(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = course_with_people(app)
    with app.app_context():
        service.switch(activity_ref=reference, rule="activity_starts", enabled=False)
    where = f"/coordinate/activities/{reference}/reminders?lang=en"
    page = coordinator.get(where).text
    assert f"{asked_for(app, reference).replace('&', '&amp;')}" not in page
    assert "as_if_on=activity_starts" in page
    page = coordinator.get(f"{where}&as_if_on=activity_starts&{asked_for(app, reference)}").text
    assert "As if this rule were on" in page
    assert "Inés 2" in page
    assert "Only if the rule is on" in page
    assert "As if this rule" not in coordinator.get(where).text, "nothing was switched"


def test_what_goes_as_rules_stand_and_what_would_go_are_told_apart(
    app: APIFlask, client: FlaskClient, headers: dict[str, str], coordinator: FlaskClient
) -> None:
    with app.app_context():
        course = course_on(clock.today(ZONE) + timedelta(days=2), hour=None)
        participant(course)
        reference = course.public_id
        sure = service.set_rule(activity_ref=reference, terms=rule("activity_starts", amount=1, hour=12))
        # Both were due yesterday, and the later one speaks for the one before.
        later = rule("activity_starts", amount=3, hour=10, enabled=False)
        nearer = service.set_rule(activity_ref=reference, terms=later)
    where = f"/activities/{reference}/reminders"
    lines = client.get(f"/api/v1{where}?as_if_on={nearer.code}", headers=headers).json["calendar"]
    told = {line["rule"]: (line["recipients"], line["recipients_now"]) for line in lines}
    assert told == {sure.code: (1, 1), nearer.code: (1, 0), "activity_starts": (0, 1)}
    as_it_is = client.get(f"/api/v1{where}", headers=headers).json["calendar"]
    assert {line["recipients_now"] for line in as_it_is} == {None}
    page = coordinator.get(f"/coordinate{where}?lang=en&as_if_on={nearer.code}").text
    for said in ("Only if the rule is on", "Only while the rule is off", "Is sent"):
        assert page.count(f"</svg>{said}<") == 1, said
    gone = next(line for line in lines if line["rule"] == "activity_starts")
    asked = f"activity={reference}&rule=activity_starts&about={gone['about']}&day={gone['day']}"
    shown = coordinator.get(f"/coordinate{where}?lang=en&as_if_on={nearer.code}&{asked}")
    assert "Who gets it" in shown.text
    assert "Is sent" not in coordinator.get(f"/coordinate{where}?lang=en").text


def test_who_would_get_a_reminder_as_json(app: APIFlask, client: FlaskClient, headers: dict[str, str]) -> None:
    reference = course_with_people(app)
    with app.app_context():
        service.switch(activity_ref=reference, rule="activity_starts", enabled=False)
    where = f"/api/v1/activities/{reference}/reminders"

    def foreseen(query: str = "") -> set[str]:
        return {line["rule"] for line in client.get(f"{where}{query}", headers=headers).json["calendar"]}

    assert "activity_starts" not in foreseen()
    assert "activity_starts" in foreseen("?as_if_on=activity_starts")
    assert client.get(f"{where}?as_if_on=none", headers=headers).status_code == 404


def test_who_would_get_a_reminder_of_a_kind_is_seen_before_it_is_switched_on_for_all(
    app: APIFlask, client: FlaskClient, headers: dict[str, str], coordinator: FlaskClient
) -> None:
    reference, own = course_with_people(app), course_with_people(app)
    with app.app_context():
        kind = db.session.scalars(select(Activity.kind).where(Activity.public_id == reference)).one()
        service.set_default(kind=kind, terms=rule("activity_starts", enabled=False), code="activity_starts")
        service.switch(activity_ref=own, rule="activity_starts", enabled=False)
    asked = f"kind={kind}&as_if_on=activity_starts"

    def foreseen(query: str = "") -> set[tuple[str, str]]:
        lines = client.get(f"/api/v1/reminders{query}", headers=headers).json["calendar"]
        return {(line["activity"], line["rule"]) for line in lines}

    assert (reference, "activity_starts") not in foreseen()
    assert (reference, "activity_starts") in foreseen(f"?{asked}")
    assert (own, "activity_starts") not in foreseen(f"?{asked}"), "it decides itself"
    assert client.get(f"/api/v1/reminders?kind={kind}&as_if_on=x", headers=headers).status_code == 404
    assert asked.replace("&", "&amp;") in coordinator.get(f"/coordinate/reminders/rules/{kind}").text
    page = coordinator.get(f"/coordinate/reminders?lang=en&{asked}").text
    assert "As if this rule were on" in page
    assert reference in page
    assert "As if this rule" not in coordinator.get(f"/coordinate/reminders?lang=en&kind={kind}&as_if_on=x").text


def test_two_who_change_a_rule_do_not_overwrite_each_other_unseen(
    app: APIFlask, client: FlaskClient, headers: dict[str, str]
) -> None:
    def version(items: list[dict[str, Any]]) -> str:
        return next(str(one["version"]) for one in items if one["code"] == "activity_starts")

    of_activity = f"/api/v1/activities/{course_with_people(app, count=0)}/reminders"
    of_kind = "/api/v1/reminders/rules/webinar"
    seen = version(client.get(of_activity, headers=headers).json["rules"])
    places = {f"{of_activity}/rules": seen, of_kind: version(client.get(of_kind, headers=headers).json["items"])}
    for place, found in places.items():
        rule, tag = f"{place}/activity_starts", {**headers, "If-Match": f'"{found}"'}
        assert client.put(rule, json={**TERMS, "amount": 8}, headers=tag).status_code == 200
        assert client.put(rule, json={**TERMS, "amount": 9}, headers=tag).status_code == 412
        assert client.delete(rule, headers=tag).status_code == 412
        assert client.put(rule, json={**TERMS, "amount": 9}, headers=headers).status_code == 200
    tag = {**headers, "If-Match": f'"{seen}"'}
    assert client.put(f"{of_activity}/activity_starts", json={"enabled": False}, headers=tag).status_code == 412


@pytest.mark.parametrize("of_kind", [True, False])
def test_who_saves_a_rule_that_somebody_else_changed_since_sees_both_and_decides(
    app: APIFlask, coordinator: FlaskClient, of_kind: bool
) -> None:
    reference = course_with_people(app, count=0)
    of_activity = f"/coordinate/activities/{reference}/reminders"
    every = "/coordinate/reminders/rules/webinar" if of_kind else of_activity
    page = f"{every}/activity_starts" if of_kind else f"{every}/rules/activity_starts"
    seen = {"version": version_in(coordinator.get(page).text)}
    terms = rule("activity_starts", amount=8, clock="place", recipients=("confirmed", "offered"))
    with app.app_context():
        if of_kind:
            service.set_default(kind="webinar", terms=terms, code="activity_starts")
        else:
            service.set_rule(activity_ref=reference, terms=terms, code="activity_starts")
    buttons = {f"{page}/reset": {}} if of_kind else {f"{page}/reset": {}, f"{every}/activity_starts": {"enabled": "no"}}
    for url, pressed in buttons.items():
        people.form_post(coordinator, url, {**pressed, **seen}, page=every)
        assert "8 days before the activity starts" in coordinator.get(f"{every}?lang=en").text
    refused = people.form_post(coordinator, f"{page}?lang=en", {**TYPED, **seen})
    assert refused.status_code == 409
    assert "Someone else changed this in the meantime" in refused.text
    for cells in (("How long before or after", "6", "8"), ("Who is reminded", "Participants", "offered a place")):
        row = re.split(r"<tr", refused.text.partition(cells[0])[2])[0]
        assert all(cell in row for cell in cells[1:]), cells
    assert "By the clock" not in refused.text.partition("<form")[0], "in that, both are alike"
    again = {**TYPED, "version": version_in(refused.text)}
    assert people.form_post(coordinator, page, again).status_code == 303
    assert "6 days before the activity starts, at 10:00" in coordinator.get(f"{every}?lang=en").text


def test_a_form_that_names_no_version_overwrites_nothing(app: APIFlask, coordinator: FlaskClient) -> None:
    page = f"/coordinate/activities/{course_with_people(app, count=0)}/reminders/rules/activity_starts"
    for version in ("", "x", "9" * 30):
        assert people.form_post(coordinator, page, {**TYPED, "version": version}).status_code == 409
