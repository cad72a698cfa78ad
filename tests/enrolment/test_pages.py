"""Enrolment's pages, as browsers ask for them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, service
from ilpes_lms.people import queries as people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_offer, make_quota, make_someone, states, token_of
from tests.factories.people import coordinator, csrf_token, form_post, person, sign_in

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def ana(app: APIFlask, client: FlaskClient) -> int:
    with app.app_context():
        number = person("ana@example.org", language="en", country="CHL").id
    sign_in(client, "ana@example.org")
    return number


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        coordinator(language="en")
    sign_in(client, "coordinator@example.org")


def an_activity(app: APIFlask, **fields: Any) -> str:
    with app.app_context():
        return make_activity(**fields).public_id


def test_who_is_not_signed_in_is_led_to_sign_up_and_back(app: APIFlask, client: FlaskClient) -> None:
    ref = an_activity(app, capacity=3)
    page = client.get(f"/activities/{ref}", headers=ENGLISH).text
    assert f"/activities/{ref}/register" in page
    assert f"/sign-in?next=/activities/{ref}" in page
    assert "3 places left" in page
    course = an_activity(app, kind="international_open")
    assert f"/sign-up?next=/activities/{course}" in client.get(f"/activities/{course}", headers=ENGLISH).text
    away = client.get(f"/activities/{ref}/apply")
    assert (away.status_code, away.location) == (303, f"/sign-in?next=/activities/{ref}/apply")


def test_one_click_registers_for_a_webinar_and_the_page_says_where_one_stands(
    app: APIFlask, client: FlaskClient, ana: int
) -> None:
    ref = an_activity(app, joining_link="https://meet.example.org/x")
    assert "meet.example.org" not in client.get(f"/activities/{ref}").text
    done = form_post(client, f"/activities/{ref}/apply", page=f"/activities/{ref}", follow_redirects=True)
    assert (done.status_code, "You have a place" in done.text) == (200, True)
    page = client.get(f"/activities/{ref}").text
    assert "Where you stand" in page
    assert "https://meet.example.org/x" in page


def test_a_second_click_leads_to_one_s_own_page(app: APIFlask, client: FlaskClient, ana: int) -> None:
    ref = an_activity(app)
    form_post(client, f"/activities/{ref}/apply", page=f"/activities/{ref}")
    again = form_post(client, f"/activities/{ref}/apply", page=f"/activities/{ref}")
    assert (again.status_code, again.location[:14]) == (303, "/my/enrolments")


def test_an_application_without_motivation_keeps_the_form_and_names_the_field(
    app: APIFlask, client: FlaskClient, ana: int
) -> None:
    ref = an_activity(app, kind="international_open")
    empty = form_post(client, f"/activities/{ref}/apply", {"motivation": " "})
    assert (empty.status_code, 'href="#motivation"' in empty.text) == (422, True)
    filled = form_post(client, f"/activities/{ref}/apply", {"motivation": "To plan <b>well</b>"}, follow_redirects=True)
    assert "To plan &lt;b&gt;well&lt;/b&gt;" in filled.text
    assert "Send the application" in filled.text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"eligible_countries": ["BRA"]}, "This activity is for people of: Brazil."),
        ({"kind": "national_restricted"}, "whom an institution nominates"),
        ({"status": "closed"}, "takes nobody now"),
    ],
)
def test_where_one_may_not_the_page_says_why_instead_of_a_button(
    app: APIFlask, client: FlaskClient, ana: int, fields: dict[str, Any], reason: str
) -> None:
    page = client.get(f"/activities/{an_activity(app, **fields)}").text
    assert reason in page
    assert "/apply" not in page


def test_an_activity_without_people_on_record_shows_no_way_in(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity()
        catalogue.record_headcount(activity_id=activity.id, women=3, men=4)
    assert 'id="enrolment"' not in client.get(f"/activities/{activity.public_id}").text


def test_one_s_list_shows_positions_and_withdrawing_takes_one_off(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        activity = make_activity(capacity=1)
        enrol(activity)
        waiting = service.apply(activity_ref=activity.public_id, person_id=ana).public_id
    page = client.get("/my/enrolments").text
    assert "Your position on the waiting list: 1" in page
    here = f"/my/enrolments/{waiting}"
    left = form_post(client, f"{here}/withdraw", page=here, follow_redirects=True)
    assert "You have withdrawn" in left.text
    refused = form_post(client, f"{here}/withdraw", page="/my/profile")
    assert (refused.status_code, "moved on" in refused.text) == (422, True)


def test_what_is_over_offers_no_way_to_withdraw(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        past, coming = make_activity(starts_in=-9), make_activity()
        pages = {a: f"/my/enrolments/{enrol(a, people.person(ana)).public_id}" for a in (past, coming)}
        refs = {a: a.public_id for a in (past, coming)}
    for page in (pages[past], f"/activities/{refs[past]}"):
        assert "/withdraw" not in client.get(page).text
    for page in (pages[coming], f"/activities/{refs[coming]}"):
        assert "/withdraw" in client.get(page).text


def test_an_offer_is_accepted_or_turned_down_on_one_s_own_page(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=1)
        service.enrol_directly(activity_id=activity.id, person_id=ana, state="waitlisted")
        service.promote_waiting()
        offered = queries.enrolment_of(ana, activity.id)
        assert offered is not None
        here = f"/my/enrolments/{offered.public_id}"
    assert "Please accept the place by" in client.get(here).text
    assert "Confirmed" in form_post(client, f"{here}/accept", page=here, follow_redirects=True).text
    assert form_post(client, f"{here}/turn-down", page=here).status_code == 422


def test_the_enrolment_of_another_does_not_exist(app: APIFlask, client: FlaskClient, ana: int) -> None:
    with app.app_context():
        others = enrol(make_activity()).public_id
    assert client.get(f"/my/enrolments/{others}").status_code == 404
    assert form_post(client, f"/my/enrolments/{others}/withdraw", page="/my/profile").status_code == 404


def test_a_decision_is_seen_with_its_letter_before_it_is_made(app: APIFlask, client: FlaskClient, staff: None) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=1, title="Planes")
        refs = [enrol(activity, make_someone(language="pt"), state="applied").public_id for _ in range(2)]
    base = f"/coordinate/activities/{activity.public_id}"
    chosen = {"chosen": refs, "decision": "accept"}
    seen = form_post(client, f"{base}/applications/preview", chosen, page=f"{base}/applications")
    assert "Accept: 1 person" in seen.text
    assert "All places are taken." in seen.text
    assert "Planes" in seen.text.split('<blockquote lang="pt">')[1]
    with app.app_context():
        assert states(activity) == {"applied": 2}
    partly = form_post(client, f"{base}/decisions", chosen, page=f"{base}/applications")
    assert "Partly done" in partly.text
    with app.app_context():
        assert states(activity) == {"applied": 1, "confirmed": 1}
    refused = form_post(client, f"{base}/decisions", chosen | {"chosen": refs[1:]}, page=f"{base}/applications")
    assert "Nothing was decided" in refused.text
    assert "Partly done" not in refused.text
    whole = form_post(
        client, f"{base}/decisions", {"chosen": refs[1:], "decision": "waitlist"}, page=f"{base}/applications"
    )
    assert whole.status_code == 303


def test_a_preview_of_nobody_goes_back_and_says_so(app: APIFlask, client: FlaskClient, staff: None) -> None:
    base = f"/coordinate/activities/{an_activity(app)}/applications"
    back = form_post(client, f"{base}/preview", {"decision": "accept"}, page="/my/profile", follow_redirects=True)
    assert "Choose at least one person first." in back.text


def test_a_board_of_two_hundred_has_pages_and_asks_the_database_little(
    app: APIFlask, client: FlaskClient, staff: None, statements: list[str]
) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open")
        for _ in range(205):
            enrol(activity, state="applied")
    for sort in queries.SORTS:
        url: str | None = f"/coordinate/activities/{activity.public_id}/applications?sort={sort}&order=desc"
        seen: list[str] = []
        while url:
            del statements[:]
            page = client.get(url).text
            assert len(statements) <= 12, statements
            seen += re.findall(r'name="chosen" id="[^"]+" value="([^"]+)"', page)
            following = re.search(r'href="([^"]+)" rel="next"', page)
            url = following.group(1).replace("&amp;", "&") if following else None
        assert (len(seen), len(set(seen))) == (205, 205), sort


def test_no_page_asks_the_database_more_than_twelve_times(
    app: APIFlask, client: FlaskClient, staff: None, statements: list[str]
) -> None:
    with app.app_context():
        activity = make_activity(kind="national_restricted", capacity=100)
        _quota, token = make_quota(activity, places=40)
        for number in range(20):
            service.nominate(token=token, email=f"n{number}@example.org", given_names="Luz", first_surname="Paz")
        me = people.person_by_email("coordinator@example.org")
        assert me is not None
        for _ in range(20):
            mine = make_activity(capacity=1)
            enrol(mine)
            service.apply(activity_ref=mine.public_id, person_id=me.id)
        invitation = token_of("enrolment.invitation")
        own = queries.of_person(me.id)[0].public_id
        ref, last = activity.public_id, mine.public_id
    for path in (
        f"/activities/{last}", f"/activities/{ref}", "/my/enrolments", f"/my/enrolments/{own}", f"/nominate/{token}",
        f"/invitations/{invitation}", f"/coordinate/activities/{ref}", f"/coordinate/activities/{ref}/nominations",
        f"/coordinate/activities/{ref}/invitations",
    ):  # fmt: skip
        del statements[:]
        assert client.get(path).status_code == 200
        assert len(statements) <= 12, (path, statements)


def test_a_coordinator_gives_places_and_the_focal_point_fills_them(
    app: APIFlask, client: FlaskClient, staff: None
) -> None:
    ref = an_activity(app, kind="national_restricted", capacity=5)
    base = f"/coordinate/activities/{ref}/nominations"
    values = {
        "organization": "Ministerio de Hacienda", "country": "PER", "places": "2",
        "closes_on": str(clock.today("America/Santiago") + timedelta(days=3)), "focal_point_email": "focal@example.org",
    }  # fmt: skip
    wrong = form_post(client, base, {**values, "places": "9"})
    assert (wrong.status_code, 'href="#places"' in wrong.text, "5 are left to give" in wrong.text) == (422, True, True)
    assert "focal@example.org" in form_post(client, base, values, follow_redirects=True).text
    with app.app_context():
        token = token_of("enrolment.nomination_link")
    anyone = app.test_client()
    desk, luz = f"/nominate/{token}", {"given_names": "Luz", "first_surname": "Paz", "email": "luz@example.org"}
    assert "Luz" in form_post(anyone, desk, luz, follow_redirects=True).text
    twice = form_post(anyone, desk, luz)
    assert (twice.status_code, 'href="#email"' in twice.text) == (422, True)
    with app.app_context():
        nominee = queries.nominees([queries.quota_by_token(token).id])[0].public_id
    assert form_post(anyone, f"{desk}/{nominee}/withdraw", page=desk).status_code == 303
    with app.app_context():
        assert queries.filled(queries.quota_by_token(token).id) == 0
    assert anyone.get("/nominate/unknown").status_code == 404


def test_the_invited_come_by_their_link_sign_in_and_confirm(app: APIFlask, client: FlaskClient, staff: None) -> None:
    ref = an_activity(app, admission="invitation")
    base = f"/coordinate/activities/{ref}/invitations"
    luz = {"given_names": "Luz", "first_surname": "Paz", "email": "luz@example.org", "language": "en"}
    assert "luz@example.org" in form_post(client, base, luz, follow_redirects=True).text
    with app.app_context():
        token = token_of("enrolment.invitation")
        person("other.address@example.org", language="en")
    guest = app.test_client()
    assert f"/sign-up?next=/invitations/{token}" in guest.get(f"/invitations/{token}").text
    sign_in(guest, "other.address@example.org")
    done = form_post(guest, f"/invitations/{token}", follow_redirects=True)
    assert "You have a place" in done.text
    assert guest.get(f"/invitations/{token}").status_code == 303
    assert "accepted by Ana María Soto" in client.get(base).text


def test_a_post_without_proof_changes_nothing(app: APIFlask, client: FlaskClient, ana: int) -> None:
    ref = an_activity(app)
    assert client.post(f"/activities/{ref}/apply").status_code == 400
    with app.app_context():
        assert queries.of_person(ana) == []


def test_a_participant_may_not_open_the_coordinator_s_pages(app: APIFlask, client: FlaskClient, ana: int) -> None:
    ref = an_activity(app)
    for page in ("applications", "nominations", "invitations"):
        assert client.get(f"/coordinate/activities/{ref}/{page}").status_code == 403
    proof = csrf_token(client, f"/activities/{ref}")
    refused = client.post(f"/coordinate/activities/{ref}/decisions", data={"csrf_token": proof})
    assert refused.status_code == 403


def test_a_lapsed_offer_says_so(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        lapsed = make_offer(make_activity(kind="international_open", capacity=1), lapsed=True)
        owner, ref = people.person(lapsed.person_id), lapsed.public_id
        service.expire_offers()
        assert queries.enrolment(ref).state == "expired"
        assert owner is not None
