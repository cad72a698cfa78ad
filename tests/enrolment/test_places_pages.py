"""The pages and the JSON of place rules and of the waiting list."""

import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import queries, service
from ilpes_lms.people import queries as people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_rule, make_someone, states
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

API = "/api/v1"


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> dict[str, str]:
    with app.app_context():
        coordinator(language="en")
    sign_in(client, "coordinator@example.org")
    return bearer(app, "coordinator@example.org")


def an_activity(app: APIFlask, **fields: Any) -> tuple[str, int]:
    with app.app_context():
        made = make_activity(**fields)
        return made.public_id, made.version


def test_rules_are_added_read_as_sentences_and_removed(app: APIFlask, client: FlaskClient, staff) -> None:
    with app.app_context():
        make_institution("Ministerio de Hacienda")
    ref, _version = an_activity(app, capacity=10)
    base = f"/coordinate/activities/{ref}/places"
    assert "No rule stands" in client.get(base).text
    day = clock.today("America/Santiago") + timedelta(days=4)
    for version, values, said in (
        (2, {"kind": "at_most_per_country", "number": "2"}, "At most 2 of one country"),
        (3, {"kind": "reserved_countries", "number": "3", "countries": ["PER", "URY"], "until": f"{day}"}, "Peru,"),
        (4, {"kind": "minimum_women", "number": "50"}, "At least 50 per cent women"),
    ):  # fmt: skip
        page = form_post(client, base, {**values, "version": version}, follow_redirects=True)
        assert (page.status_code, said in page.text) == (200, True), page.text
    assert "3 places reserved for Peru, Uruguay until" in page.text
    with app.app_context():
        rule = queries.place_rules(queries_activity(ref))[0].public_id
    gone = form_post(client, f"{base}/rules/{rule}/remove", {"version": 5}, page=base, follow_redirects=True)
    assert "The rule stands no longer." in gone.text
    assert "At most 2 of one country" not in re.sub(r"<option.*?</option>", "", gone.text)


def queries_activity(ref: str) -> int:
    from ilpes_lms.catalogue import queries as catalogue

    return catalogue.managed_activity(ref, frozenset()).id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "minimum_women", "number": "101"}, "number"),
        ({"kind": "minimum_women", "number": "9" * 40}, "number"),
        ({"kind": "minimum_women", "number": "x"}, "number"),
        ({"kind": "nonsense", "number": "1"}, "kind"),
        ({"kind": "reserved_countries", "number": "1"}, "countries"),
        ({"kind": "reserved_countries", "number": "1", "countries": ["ZZZ"]}, "countries"),
        ({"kind": "reserved_countries", "number": "1", "countries": ["PER"], "until": "9999-12-31"}, "until"),
        ({"kind": "reserved_institution", "number": "1", "organization": "Nobody's"}, "organization"),
    ],
)
def test_a_wrong_rule_names_its_field_and_keeps_what_was_typed(
    app: APIFlask, client: FlaskClient, staff, values, field
) -> None:
    ref, version = an_activity(app, capacity=5)
    page = form_post(client, f"/coordinate/activities/{ref}/places", {**values, "version": version})
    assert (page.status_code, f'href="#{field}"' in page.text) == (422, True)


def test_a_rule_made_on_an_old_version_is_refused_and_can_be_sent_again(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    ref, version = an_activity(app, capacity=5)
    base, values = f"/coordinate/activities/{ref}/places", {"kind": "minimum_women", "number": "30"}
    for seen in ("1", "", "²", "9" * 30):
        stale = form_post(client, base, {**values, "version": seen})
        assert (stale.status_code, "Someone else changed this" in stale.text) == (422, True)
    assert f'value="{version}"' in stale.text
    assert form_post(client, base, {**values, "version": version}).status_code == 303


def test_waiting_settings_are_saved_and_promote(app: APIFlask, client: FlaskClient, staff) -> None:
    with app.app_context():
        activity = make_activity(capacity=1)
        enrol(activity)
        enrol(activity, state="waitlisted")
    base = f"/coordinate/activities/{activity.public_id}/places"
    values = {"version": activity.version, "capacity": "2", "promotes_by": "offer", "offer_hours": "24"}
    wrong = form_post(client, f"{base}/waiting", {**values, "offer_hours": "0"}, page=base)
    assert (wrong.status_code, 'href="#offer_hours"' in wrong.text) == (422, True)
    assert form_post(client, f"{base}/waiting", values, page=base).status_code == 303
    with app.app_context():
        assert states(activity) == {"confirmed": 1, "offered": 1}


def test_the_waiting_list_says_each_one_s_chance_and_why_nobody_was_promoted(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    with app.app_context():
        activity = make_activity(capacity=3)
        make_rule(activity, "at_most_per_country", 1)
        for country in ("CHL", "PER", "CHL"):
            service.apply(activity_ref=activity.public_id, person_id=make_someone(residence_country=country).id)
    page = client.get(f"/coordinate/activities/{activity.public_id}/waiting").text
    assert "Already 1 of Chile." in page
    assert "Places are free, but the place rules allow nobody who waits one now." in page
    assert "Nobody was promoted because the place rules allow nobody who waits a place now." in page
    assert "Passed over, the limit of their country reached: 1." in page
    told = client.get(f"{API}/activities/{activity.public_id}/waiting-list", headers=staff).get_json()
    assert (told["total"], told["code"], told["items"][0]["code"]) == (1, "rules_allow_nobody", "country_full")
    assert [entry["outcome"] for entry in told["decisions"]] == ["rules_allow_nobody"]
    assert told["decisions"][0]["details"]["passed_over"][0]["id"] == told["items"][0]["id"]


def test_an_empty_waiting_list_says_what_would_fill_it(app: APIFlask, client: FlaskClient, staff) -> None:
    ref, _version = an_activity(app)
    page = client.get(f"/coordinate/activities/{ref}/waiting").text
    assert "Nobody waits" in page
    assert "Nothing is in the log of places yet" in page


def test_a_long_waiting_list_has_parts_and_asks_the_database_little(
    app: APIFlask, client: FlaskClient, staff, statements: list[str]
) -> None:
    with app.app_context():
        activity = make_activity(capacity=1)
        make_rule(activity, "at_most_per_country", 1)
        enrol(activity)
        for number in range(105):
            enrol(activity, make_someone(residence_country=("CHL", "PER")[number % 2]), state="waitlisted")
    base = f"/coordinate/activities/{activity.public_id}"
    for path in (f"{base}/waiting", f"{base}/waiting?from=101", f"{base}/waiting?from=x", f"{base}/places"):
        # That somebody looked is recorded once for some minutes, which is no part of the page.
        client.get(path).close()
        del statements[:]
        page = client.get(path)
        assert page.status_code == 200
        assert len(statements) <= 12, (path, statements)
    first, second = client.get(f"{base}/waiting").text, client.get(f"{base}/waiting?from=101").text
    assert (first.count('scope="row"'), second.count('scope="row"')) == (100, 5)
    assert "from=101" in first
    assert 'rel="next"' not in second


def test_one_s_own_page_says_what_the_position_means(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        me = person("ana@example.org", language="en", country="CHL", sex="male").id
        activity, course = make_activity(capacity=1), make_activity("international_open", capacity=1)
        enrol(activity)
        enrol(course)
        make_rule(course, "minimum_women", 50)
        mine = service.apply(activity_ref=activity.public_id, person_id=me).public_id
        theirs = enrol(course, people.person(me), state="waitlisted").public_id
        over = make_activity(capacity=1)
        enrol(over)
        with writing():
            over.waiting_until = clock.now()
        late = service.apply(activity_ref=over.public_id, person_id=me).public_id
    sign_in(client, "ana@example.org")
    page = client.get(f"/my/enrolments/{mine}").text
    assert "the first in line who may have it gets it at once" in page
    page = client.get(f"/my/enrolments/{theirs}").text
    assert "You would get a message and have 72 hours to accept." in page
    assert "Free places are no longer passed on in this activity." in client.get(f"/my/enrolments/{late}").text
    headers = bearer(app, "ana@example.org")
    told = client.get(f"{API}/enrolments/{mine}", headers=headers).get_json()
    assert told["prospect"] == {"code": "next", "over": False}


def test_whom_a_rule_holds_back_reads_so_on_their_own_page(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        me = person("ana@example.org", language="en", country="CHL", sex="male").id
        activity = make_activity(capacity=5)
        make_rule(activity, "minimum_women", 50)
        mine = service.apply(activity_ref=activity.public_id, person_id=me).public_id
    sign_in(client, "ana@example.org")
    page = client.get(f"/my/enrolments/{mine}").text
    assert "your turn comes when more women have a place. Until then others may come before you." in page
    assert page.count("The activity keeps a minimum share of women") == 2  # the same in the history


def test_rules_go_in_and_out_as_json_under_the_version_seen(app: APIFlask, client: FlaskClient, staff) -> None:
    ref, version = an_activity(app, capacity=5)
    path = f"{API}/activities/{ref}/place-rules"
    given = {"items": [{"kind": "reserved_countries", "number": 2, "countries": ["PER"]}]}
    assert client.put(path, json=given, headers=staff).status_code == 428
    seen = client.get(path, headers=staff).headers["ETag"]
    done = client.put(path, json=given, headers={**staff, "If-Match": seen})
    assert (done.status_code, done.headers["ETag"]) == (200, f'"{version + 1}"')
    assert [(item["kind"], item["countries"]) for item in done.get_json()["items"]] == [("reserved_countries", ["PER"])]
    assert client.put(path, json=given, headers={**staff, "If-Match": seen}).status_code == 412
    wrong = {"items": [{"kind": "minimum_women", "number": 101}]}
    refused = client.put(path, json=wrong, headers={**staff, "If-Match": done.headers["ETag"]})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "number")
    for body in ({"items": [{"kind": "x", "number": 1}]}, {"items": [{"kind": "minimum_women", "number": 10**40}]}, {}):
        assert client.put(path, json=body, headers={**staff, "If-Match": '"1"'}).status_code == 422


def test_a_coordinator_of_another_division_finds_nothing(app: APIFlask, client: FlaskClient) -> None:
    ref, _version = an_activity(app, kind="other_division", division="ilpes", admission="selection")
    with app.app_context():
        coordinator("far@example.org", division="social_development")
    headers = bearer(app, "far@example.org")
    for path in ("place-rules", "waiting-list"):
        assert client.get(f"{API}/activities/{ref}/{path}", headers=headers).status_code == 404
    body, version = {"items": []}, {"If-Match": '"1"'}
    assert client.put(f"{API}/activities/{ref}/place-rules", json=body, headers=headers | version).status_code == 404
    sign_in(client, "far@example.org")
    for page in ("places", "waiting"):
        assert client.get(f"/coordinate/activities/{ref}/{page}").status_code == 404


def test_the_preview_names_whom_the_rules_stand_against_and_lets_them_be_set_aside(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=3)
        make_rule(activity, "at_most_per_country", 1)
        refs = [enrol(activity, state="applied").public_id for _ in range(2)]
    base = f"/coordinate/activities/{activity.public_id}"
    chosen = {"chosen": refs, "decision": "accept"}
    seen = form_post(client, f"{base}/applications/preview", chosen, page=f"{base}/applications")
    assert "The place rules stand against" in seen.text
    assert f'id="barred-{refs[1]}"' in seen.text
    assert "Accept: 1 and those ticked" in seen.text
    form_post(client, f"{base}/decisions", {**chosen, "override": "Both are needed."}, page=f"{base}/applications")
    with app.app_context():
        assert states(activity) == {"confirmed": 2}
    assert "Both are needed." in client.get(f"{base}/waiting").text


def test_countries_are_ticked_by_region_and_stay_ticked_when_the_form_comes_back(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    ref, version = an_activity(app, capacity=10)
    base = f"/coordinate/activities/{ref}/places"
    page = client.get(base).text
    assert page.count('type="checkbox" name="countries"') > 200
    assert page.index("Latin America and the Caribbean") < page.index("Other countries and territories")
    sent = {"kind": "reserved", "number": "0", "countries": ["BOL", "FRA"], "version": version}
    back = form_post(client, base, sent).text
    assert [f'value="{code}" checked' in back for code in ("BOL", "FRA", "PER")] == [True, True, False]


def test_whom_the_rules_stand_against_is_not_accepted_without_a_reason_and_the_form_comes_back_as_it_was(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=4)
        make_rule(activity, "at_most_per_country", 1)
        refs = [enrol(activity, state="applied").public_id for _ in range(3)]
    base = f"/coordinate/activities/{activity.public_id}"
    sent = {"chosen": refs[:2], "here": refs, "decision": "accept", "reason": "Bienvenidas.", "override": " "}
    back = form_post(client, f"{base}/decisions", sent, page=f"{base}/applications")
    assert (back.status_code, "Say why the place rules are set aside" in back.text) == (422, True)
    assert "Bienvenidas." in back.text
    assert f'value="{refs[1]}" checked' in back.text
    assert f'id="barred-{refs[2]}" value="{refs[2]}">' in back.text
    assert "set aside for those ticked (optional)" not in back.text
    nobody = form_post(client, f"{base}/decisions", sent | {"chosen": []}, page=f"{base}/applications")
    assert (nobody.status_code, "Choose at least one person first." in nobody.text) == (422, True)
    assert f'id="barred-{refs[2]}" value="{refs[2]}">' in nobody.text
    assert "Bienvenidas." in nobody.text
    with app.app_context():
        assert states(activity) == {"applied": 3}


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 30])
def test_a_number_beyond_all_measure_is_refused_beside_its_field(
    app: APIFlask, client: FlaskClient, staff, number: str
) -> None:
    ref, version = an_activity(app, capacity=10)
    base = f"/coordinate/activities/{ref}/places"
    values = {"kind": "at_most_per_country", "number": number, "version": version}
    refused = form_post(client, base, values)
    assert (refused.status_code, 'href="#number"' in refused.text, number in refused.text) == (422, True, True)
    waiting = {"capacity": number, "offer_hours": number, "promotes_by": "offer", "version": version}
    refused = form_post(client, f"{base}/waiting", waiting, page=base)
    assert (refused.status_code, 'href="#offer_hours"' in refused.text) == (422, True)


def test_where_the_rules_stand_against_everybody_the_button_counts_nobody_before_they_are_ticked(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=3)
        make_rule(activity, "at_most_per_country", 1)
        enrol(activity)
        ref = enrol(activity, state="applied").public_id
    base = f"/coordinate/activities/{activity.public_id}/applications"
    seen = form_post(client, f"{base}/preview", {"chosen": [ref], "decision": "accept"}, page=base).text
    assert "Accept those ticked" in seen
    assert "Accept: 0" not in seen


def test_settings_that_somebody_else_changed_are_shown_beside_what_was_typed(
    app: APIFlask, client: FlaskClient, staff
) -> None:
    ref, version = an_activity(app, capacity=5)
    base = f"/coordinate/activities/{ref}/places"
    values = {"version": version, "promotes_by": "offer", "offer_hours": "24"}
    form_post(client, f"{base}/waiting", {**values, "capacity": "6"}, page=base)
    late = form_post(client, f"{base}/waiting", {**values, "capacity": "7", "promotes_by": "place"}, page=base)
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", late.text))
    assert late.status_code == 422
    assert "What differs Field You typed On record now Places 7 6" in said
    assert "at once as an offer to accept in time" in said
    assert "Hours to accept an offer 24 24" not in said
