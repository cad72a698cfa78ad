"""The pages behind personal links and the coordinator's pages of institutions and invitations."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock, tables
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import queries, rules, service
from ilpes_lms.enrolment.service.links import link_of
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_quota, make_someone, token_of
from tests.factories.people import coordinator, form_post, person, sign_in

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        coordinator(language="en")
    sign_in(client, "coordinator@example.org")
    return client


@pytest.fixture
def focal(app: APIFlask) -> FlaskClient:
    guest = app.test_client()
    guest.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return guest


def desk(app: APIFlask, places: int = 3, **fields: Any) -> tuple[str, str, str]:
    """Return the refs of an activity and of an institution's places in it, and the focal point's link."""
    with app.app_context():
        activity = make_activity(kind="national_restricted", **{"capacity": 10, "starts_in": 40, **fields})
        quota, token = make_quota(activity, places=places)
        return activity.public_id, quota.public_id, token


def upload(text: str | bytes, name: str = "lista.csv") -> dict[str, Any]:
    return {"file": (io.BytesIO(text.encode() if isinstance(text, str) else text), name)}


def carried(page: str) -> str:
    found = re.search(r'name="text"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found.group(1).replace("&#34;", '"').replace("&amp;", "&")


def nominate(app: APIFlask, token: str, email: str = "luz@example.org") -> tuple[str, str]:
    """Return a new nominee's ref and link."""
    with app.app_context():
        nominee = service.nominate(token=token, email=email, given_names="Luz", first_surname="Paz", position="Jefa")
        return nominee.public_id, token_of("enrolment.invitation")


def test_who_chose_no_file_is_told_to_choose_one(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    refused = form_post(focal, f"/nominate/{token}/list", {})
    assert refused.status_code == 422
    assert "Choose the file with your list first." in refused.text
    assert "There is nobody on this list" not in refused.text


def test_a_list_is_read_shown_and_only_then_nominated(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    path = f"/nominate/{token}/list"
    read = form_post(focal, path, upload("Nombres;Apellidos;Correo\nLuz;Paz;luz@example.org\nAna;Rey;ana@example.org"))
    assert (read.status_code, "Nominate these 2 people" in read.text) == (200, True)
    assert "Nobody has been written to yet" in read.text
    with app.app_context():
        assert queries.filled(queries.quota_by_token(token).id) == 0
    done = form_post(focal, path, {"text": carried(read.text), "send": "1"}, follow_redirects=True)
    assert "2 people are nominated and get a letter each." in done.text
    assert "luz@example.org" in done.text


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_written(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    path = f"/nominate/{token}/list"
    read = form_post(focal, path, upload("Nombres;Apellidos;Correo\nLuz;Paz;luz@example.org\n<b>Ana</b>;;no address"))
    assert (read.status_code, "Nobody was added" in read.text) == (422, True)
    assert "no address" in read.text
    assert "<b>Ana" not in read.text
    assert "Nominate these" not in read.text
    with app.app_context():
        assert queries.filled(queries.quota_by_token(token).id) == 0


def test_a_doubt_has_to_be_accepted(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    path = f"/nominate/{token}/list"
    read = form_post(focal, path, upload("Nombres;Apellidos;Correo\nLuz;Paz;luz@gmial.com"))
    assert "It looks like gmail.com" in read.text
    sent = {"text": carried(read.text), "send": "1"}
    again = form_post(focal, path, sent)
    assert (again.status_code, "say that it is right" in again.text) == (422, True)
    accepted = {**sent, "text": carried(again.text), "doubts_accepted": "y"}
    assert "1 person is nominated" in form_post(focal, path, accepted, follow_redirects=True).text


def test_more_people_than_places_is_said(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app, places=1)
    text = "Nombres;Apellidos;Correo\nLuz;Paz;luz@example.org\nAna;Rey;ana@example.org"
    read = form_post(focal, f"/nominate/{token}/list", upload(text))
    assert (read.status_code, "People on the list: 2; places left: 1." in read.text) == (422, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nobody on this list"),
        (b"\xd0\xcf\x11\xe0rest", "be read as a table"),
        (b"a;b\n1;2", "first row must name"),
    ],
)
def test_a_file_that_can_t_be_read_is_refused_beside_its_field(
    app: APIFlask, focal: FlaskClient, content: bytes, said: str
) -> None:
    _ref, _quota, token = desk(app)
    read = form_post(focal, f"/nominate/{token}/list", upload(content, "x.csv"))
    assert (read.status_code, said in read.text, 'href="#file"' in read.text) == (422, True, True)


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_the_template_has_the_page_s_language(app: APIFlask, client: FlaskClient, language: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/nominate/template.{kind}", headers={"Accept-Language": language})
        first = next(tables.read(io.BytesIO(answer.data), service.LIMITS))
        assert first.cells == tuple(rules.HEADERS[name][language] for name in rules.COLUMNS)
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_nominee_is_replaced_and_written_to_again_on_the_desk(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app, places=1)
    nominee, _link = nominate(app, token)
    page = f"/nominate/{token}"
    soon = form_post(focal, f"{page}/{nominee}/write", page=page)
    assert (soon.status_code, "less than an hour ago" in soon.text) == (422, True)
    ana = {"given_names": "Ana", "first_surname": "Rey", "email": "ana@example.org"}
    done = form_post(focal, f"{page}/{nominee}/replace", ana, follow_redirects=True)
    assert ("ana@example.org" in done.text, "luz@example.org" in done.text) == (True, False)


def test_the_nominees_of_another_institution_do_not_exist_behind_the_link(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    _ref, _quota, other = desk(app)
    nominee, _link = nominate(app, other)
    assert focal.get(f"/nominate/{token}/{nominee}/replace").status_code == 404
    for deed in ("write", "withdraw", "replace"):
        data = {"given_names": "A", "first_surname": "B", "email": "a@example.org"}
        answer = form_post(focal, f"/nominate/{token}/{nominee}/{deed}", data, page=f"/nominate/{token}")
        assert answer.status_code in (404, 422)
    with app.app_context():
        assert queries.filled(queries.quota_by_token(other).id) == 1


def test_a_nominee_confirms_and_completes_the_profile_in_one_form(app: APIFlask, client: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    _nominee, link = nominate(app, token)
    with app.app_context():
        institution = queries.quota_by_token(token).organization.name
        person("luz@example.org", language="en", organization="", position="", sector=None)
    sign_in(client, "luz@example.org")
    page = client.get(f"/invitations/{link}").text
    assert institution in page
    assert 'value="Jefa"' in page
    empty = form_post(client, f"/invitations/{link}", {"position": "", "organization": "", "sector": ""})
    assert (empty.status_code, 'href="#sector"' in empty.text) == (422, True)
    said = {"position": "Jefa", "organization": institution, "sector": "central_government"}
    done = form_post(client, f"/invitations/{link}", said, follow_redirects=True)
    assert "You have a place" in done.text
    profile = client.get("/my/profile").text
    assert (institution in profile, 'value="Jefa"' in profile) == (True, True)


def test_who_has_an_account_is_asked_to_sign_in_and_who_has_none_to_create_one(
    app: APIFlask, focal: FlaskClient
) -> None:
    _ref, _quota, token = desk(app)
    _nominee, link = nominate(app, token)
    page = focal.get(f"/invitations/{link}").text
    assert f"/sign-up?next=/invitations/{link}" in page
    with app.app_context():
        person("luz@example.org")
    page = focal.get(f"/invitations/{link}").text
    assert "/sign-up?next=" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_who_is_signed_in_by_chance_is_told_whose_the_invitation_is_and_the_institution_who_took_it(
    app: APIFlask, focal: FlaskClient
) -> None:
    _ref, _quota, token = desk(app)
    _nominee, link = nominate(app, token)
    with app.app_context():
        person("luz@example.org", given_names="Luz", first_surname="Paz", language="en")
        stranger = person("eva@example.org", given_names="Eva", first_surname="Ríos", language="en").id
    sign_in(focal, "luz@example.org")
    assert "went to Luz Paz" not in focal.get(f"/invitations/{link}").text
    form_post(focal, "/sign-out", {}, page="/my/profile")
    sign_in(focal, "eva@example.org")
    page = focal.get(f"/invitations/{link}").text
    assert "went to Luz Paz" in page
    assert "the place is for Eva Ríos" in page
    assert "That is not me: sign out" in page
    with app.app_context():
        service.accept_invitation(
            token=link, person_id=stranger, position="Jefa", sector="academia", organization="Universidad"
        )
    assert "accepted by Eva Ríos" in focal.get(f"/nominate/{token}").text


def test_looking_never_declines_and_declining_needs_no_account(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    _nominee, link = nominate(app, token)
    path = f"/invitations/{link}/decline"
    for _ in range(2):
        assert focal.get(path).status_code == 200
    with app.app_context():
        assert queries.invitation_by_token(link).state == "sent"
    done = form_post(focal, path, {"reason": "On leave"}, follow_redirects=True)
    assert "You have declined" in done.text
    assert "On leave" in focal.get(f"/nominate/{token}").text
    assert "nothing to decline" in focal.get(path).text


def test_an_invitation_that_ran_out_says_so_and_how_to_go_on(app: APIFlask, focal: FlaskClient) -> None:
    _ref, _quota, token = desk(app, contact="cursos@example.org")
    _nominee, link = nominate(app, token)
    with app.app_context(), writing():
        queries.invitation_by_token(link).expires_at = clock.now() - timedelta(seconds=1)
    page = focal.get(f"/invitations/{link}").text
    assert "The time to answer this invitation is over." in page
    assert "mailto:cursos@example.org" in page


def test_the_coordinator_sees_places_by_institution_and_in_sum(app: APIFlask, staff: FlaskClient) -> None:
    ref, quota, token = desk(app, places=3)
    nominate(app, token)
    page = staff.get(f"/coordinate/activities/{ref}/nominations").text
    assert re.search(r'data-label="Unfilled">2<', page)
    assert "7 that no institution was given" in page
    one = staff.get(f"/coordinate/activities/{ref}/nominations/{quota}").text
    assert "luz@example.org" in one


def test_places_are_changed_and_taken_back_unless_someone_was_faster(app: APIFlask, staff: FlaskClient) -> None:
    ref, quota, token = desk(app, places=3)
    nominate(app, token)
    here = f"/coordinate/activities/{ref}/nominations/{quota}"
    until = str(clock.today("America/Santiago") + timedelta(days=9))
    changed = {"version": "1", "places": "4", "closes_on": until, "focal_point_email": "focal@example.org"}
    assert form_post(staff, here, changed).status_code == 303
    stale = form_post(staff, here, {**changed, "places": "5"})
    assert (stale.status_code, "Someone else changed this" in stale.text) == (422, True)
    few = form_post(staff, here, {**changed, "version": "2", "places": "0"})
    assert (few.status_code, "Places filled: 1." in few.text) == (422, True)
    assert form_post(staff, f"{here}/take-back", {"version": "1"}, page=here).status_code == 422
    done = form_post(staff, f"{here}/take-back", {"version": "2"}, page=here, follow_redirects=True)
    assert "The unfilled places are taken back." in done.text
    assert "1 of 1" in done.text


def test_the_coordinator_replaces_a_confirmed_nominee_with_a_reason(app: APIFlask, staff: FlaskClient) -> None:
    ref, quota, token = desk(app, places=1)
    nominee, link = nominate(app, token)
    with app.app_context():
        service.accept_invitation(token=link, person_id=make_someone().id)
    path = f"/coordinate/activities/{ref}/nominations/{quota}/{nominee}/replace"
    ana = {"given_names": "Ana", "first_surname": "Rey", "email": "ana@example.org"}
    assert form_post(staff, path, ana).status_code == 422
    done = form_post(staff, path, {**ana, "reason": "Moved"}, follow_redirects=True)
    assert "ana@example.org" in done.text


def test_names_alike_are_shown_with_both_institutions(app: APIFlask, staff: FlaskClient) -> None:
    ref, _quota, token = desk(app)
    with app.app_context():
        activity = queries.quota_by_token(token).activity
        _other, elsewhere = make_quota(activity)
        for link, email in ((token, "a@example.org"), (elsewhere, "b@example.org")):
            service.nominate(token=link, email=email, given_names="Ana", first_surname="Pérez")
    page = staff.get(f"/coordinate/activities/{ref}/nominations").text
    assert "Perhaps the same person" in page
    assert page.count("Ana Pérez, ") == 2


def test_people_are_invited_by_a_pasted_list_on_the_chosen_terms(app: APIFlask, staff: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5, starts_in=60)
        ref, number = activity.public_id, activity.id
    path = f"/coordinate/activities/{ref}/invitations/list"
    read = form_post(staff, path, {"pasted": "Luz\tPaz\tluz@example.org\nAna\tRey\tana@example.org"})
    assert "Invite these 2 people" in read.text
    until = str(clock.today("America/Santiago") + timedelta(days=9))
    sent = {"text": carried(read.text), "send": "1", "answer_by": until, "skips_selection": "0"}
    assert "2 invitations are on their way" in form_post(staff, path, sent, follow_redirects=True).text
    with app.app_context():
        items = queries.invitations(number, outlook="sent", now=clock.now()).items
        assert {one.skips_selection for one in items} == {False}


def test_invitations_are_counted_filtered_extended_and_withdrawn(app: APIFlask, staff: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(starts_in=60)
        ref = activity.public_id
        one = service.invite(activity_ref=ref, email="a@example.org", given_names="A", first_surname="B").public_id
        service.invite(activity_ref=ref, email="b@example.org", given_names="C", first_surname="D")
        service.decline_invitation(token=token_of("enrolment.invitation"), reason="Too busy")
    base = f"/coordinate/activities/{ref}/invitations"
    page = staff.get(base).text
    assert ("Declined (1)" in page, "Waiting for an answer (1)" in page, "Too busy" in page) == (True, True, True)
    declined = staff.get(f"{base}?state=declined").text
    assert ("b@example.org" in declined, "a@example.org" in declined) == (True, False)
    assert staff.get(f"{base}?state=nonsense").status_code == 422
    until = str(clock.today("America/Santiago") + timedelta(days=20))
    extended = form_post(staff, f"{base}/{one}/extend", {"answer_by": until}, page=base, follow_redirects=True)
    assert "can be answered longer" in extended.text
    wrong = form_post(staff, f"{base}/{one}/extend", {"answer_by": "2001-01-01"}, page=base)
    assert (wrong.status_code, "still to come" in wrong.text) == (422, True)
    soon = form_post(staff, f"{base}/{one}/write", page=base)
    assert (soon.status_code, "less than an hour ago" in soon.text) == (422, True)
    gone = form_post(staff, f"{base}/{one}/withdraw", page=base, follow_redirects=True)
    assert "is withdrawn" in gone.text


def test_long_lists_of_invitations_come_in_pages_and_few_statements(
    app: APIFlask, staff: FlaskClient, statements: list[str]
) -> None:
    with app.app_context():
        ref = make_activity(starts_in=60).public_id
        many = "\n".join(f"Luz {n};Paz;luz{n}@example.org" for n in range(130)).encode()
        service.invite_list(activity_ref=ref, lines=service.read_list(io.BytesIO(many)), doubts_accepted=True)
    del statements[:]
    page = staff.get(f"/coordinate/activities/{ref}/invitations").text
    assert len(statements) <= 12
    assert page.count("luz") >= 100
    following = re.search(r'href="([^"]*cursor=[^"]*)"', page)
    assert following is not None
    rest = staff.get(following.group(1).replace("&amp;", "&")).text
    assert "luz0@example.org" in rest


def test_the_pages_behind_links_ask_little_of_the_database(
    app: APIFlask, staff: FlaskClient, statements: list[str]
) -> None:
    ref, quota, token = desk(app, places=9)
    for number in range(9):
        nominee, link = nominate(app, token, f"n{number}@example.org")
    with app.app_context():
        enrol(queries.quota_by_token(token).activity, state="waitlisted")
    base = f"/coordinate/activities/{ref}"
    for path in (
        f"/nominate/{token}", f"/nominate/{token}/list", f"/nominate/{token}/{nominee}/replace",
        f"/invitations/{link}", f"/invitations/{link}/decline", f"{base}/nominations", f"{base}/nominations/{quota}",
        f"{base}/invitations/list",
    ):  # fmt: skip
        del statements[:]
        assert staff.get(path).status_code == 200
        assert len(statements) <= 12, (path, statements)


def test_the_form_of_places_offers_the_institutions_of_the_list(app: APIFlask, staff: FlaskClient) -> None:
    ref, _quota, _token = desk(app)
    with app.app_context():
        make_institution("Ministerio de Hacienda")
    page = staff.get(f"/coordinate/activities/{ref}/nominations").text
    assert re.search(
        r'<input[^>]*name="organization"[^>]*list="organizations"|list="organizations"[^>]*name="organization"', page
    )
    assert '<option value="Ministerio de Hacienda">' in page
    found = staff.get("/organizations/suggestions?organization=haci").text
    assert "Ministerio de Hacienda" in found


def test_nominations_close_no_later_than_the_activity_ends(app: APIFlask, staff: FlaskClient) -> None:
    ref, quota, _token = desk(app, days=10)
    here = f"/coordinate/activities/{ref}/nominations"
    last = clock.today("America/Santiago") + timedelta(days=49)
    places = {"organization": "Ministerio de Obras", "country": "CHL", "places": "2",
              "focal_point_email": "obras@example.org"}  # fmt: skip
    late = form_post(staff, here, {**places, "closes_on": str(last + timedelta(days=1))})
    assert (late.status_code, "beyond the last day of the activity" in late.text) == (422, True)
    assert 'href="#closes_on"' in late.text
    assert form_post(staff, here, {**places, "closes_on": str(last)}).status_code == 303
    change = {"version": "1", "places": "4", "focal_point_email": "focal@example.org"}
    changed = form_post(staff, f"{here}/{quota}", {**change, "closes_on": str(last + timedelta(days=1))})
    assert (changed.status_code, "beyond the last day of the activity" in changed.text) == (422, True)


def test_a_link_that_was_used_names_nobody_to_whoever_opens_it_again(app: APIFlask, client: FlaskClient) -> None:
    _ref, _quota, token = desk(app)
    _nominee, link = nominate(app, token)
    guest = app.test_client()
    open_to_all = guest.get(f"/api/v1/invitations/{link}").json
    assert open_to_all is not None
    assert (open_to_all["given_names"], "Luz Paz" in guest.get(f"/invitations/{link}").text) == ("Luz", True)
    with app.app_context():
        who = person("luz@example.org", organization="Ministerio", position="Jefa", sector="academia")
        service.accept_invitation(token=link, person_id=who.id)
        person("other@example.org")
    sign_in(client, "other@example.org")
    for visitor in (guest, client):
        page = visitor.get(f"/invitations/{link}")
        assert (page.status_code, "Luz" in page.text, "Paz" in page.text) == (200, False, False)
    used = guest.get(f"/api/v1/invitations/{link}").json
    assert used is not None
    assert (used["standing"], used["given_names"], used["first_surname"]) == ("accepted", None, None)


@pytest.mark.parametrize("path", ["/invitations/{}", "/invitations/{}/decline", "/nominate/{}"])
def test_a_link_that_opens_nothing_any_more_says_what_to_do(app: APIFlask, focal: FlaskClient, path: str) -> None:
    """A repeated letter carries another link where the application's key has changed meanwhile."""
    _ref, _quota, token = desk(app)
    nominee, link = nominate(app, token)
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, secret_key="another key of the application")
    try:
        with app.app_context(), writing():
            invitation = queries.invitation(nominee)
            assert invitation is not None
            renewed = link_of(invitation)
        assert renewed != link
        assert focal.get(f"/invitations/{renewed}").status_code == 200
        gone = focal.get(path.format(link))
    finally:
        app.config["SETTINGS"] = before
    assert (gone.status_code, "If you have a newer letter from us, use the link in that one" in gone.text) == (
        404,
        True,
    )
