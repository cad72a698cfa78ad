"""The pages as a browser without scripts meets them."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.people import queries, service
from ilpes_lms.people.models import Account, SignIn
from tests.factories import notifications as post
from tests.factories import people as make
from tests.factories.people import form_post

SIGN_UP = {
    "email": "ana@example.org", "password": make.PASSWORD, "given_names": "Ana", "first_surname": "Soto",
    "country": "CHL", "sex": "not_stated", "organization": "", "language": "en", "consent": "y",
}  # fmt: skip
ANA = {"email": "ana@example.org", "password": make.PASSWORD}


def shown(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def field_errors(page) -> dict[str, str]:
    found = re.findall(r'id="(\w+)-error">(.*?)</p>', page.text)
    return {name: re.sub(r"<[^>]+>|Error: ", "", text).strip() for name, text in found}


@pytest.fixture
def ana(app):
    """Someone with an account; returns her number."""
    with app.app_context():
        return make.person("ana@example.org", password=make.PASSWORD, given_names="Ana", language="en").id


@pytest.fixture
def admin(app):
    with app.app_context():
        return make.administrator(language="en").public_id


@pytest.fixture
def english(client):
    """A browser that reads English."""
    client.get("/sign-in?lang=en")
    return client


# from nothing to signed in


def test_a_person_signs_up_confirms_and_goes_on_where_they_were(english, letterbox):
    sent = form_post(english, "/sign-up", {**SIGN_UP, "next": "/activities/x"})
    assert (sent.status_code, sent.location) == (303, "/sign-up/sent")
    assert "48 hours" in shown(english.get(sent.location))
    button = english.get(letterbox.path())
    assert "ana@example.org" in shown(button)
    assert english.get("/my/profile").status_code == 303
    done = form_post(english, letterbox.path())
    assert (done.status_code, done.location) == (303, "/activities/x")
    assert english.get("/my/profile").status_code == 200


def test_opening_the_link_confirms_nothing(app, client, letterbox):
    form_post(client, "/sign-up", SIGN_UP)
    for _ in range(3):
        assert client.get(letterbox.path()).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(Account)) is None


def test_a_used_link_says_so_and_how_to_go_on(english, letterbox):
    form_post(english, "/sign-up", SIGN_UP)
    form_post(english, letterbox.path())
    for page in (english.get(letterbox.path()), form_post(english, letterbox.path(), page="/sign-up")):
        assert page.status_code == 410
        assert "not valid any more" in shown(page)
        assert 'href="/sign-up"' in page.text


def test_what_is_wrong_is_listed_in_the_order_of_the_page(english):
    page = form_post(english, "/sign-up", {"language": "en"})
    listed = re.findall(r'<li><a href="#([a-z_]+)', page.text)
    assert listed == ["email", "password", "given_names", "first_surname", "country", "sex", "consent"]


def test_a_sign_up_that_is_wrong_keeps_what_was_typed_and_says_what_is_wrong_beside_it(english, letterbox):
    page = form_post(english, "/sign-up", {**SIGN_UP, "password": "short", "given_names": "Ana <3", "country": ""})
    assert page.status_code == 422
    assert set(field_errors(page)) == {"country", "password", "given_names"}
    assert 'value="Ana &lt;3"' in page.text
    assert "short" not in page.text.replace("too short", "")
    page = form_post(english, "/sign-up", {**SIGN_UP, "password": "short"})
    assert field_errors(page)["password"].startswith("The password is too short: at least 10 characters")
    assert not letterbox


def test_missing_and_wrong_values_are_told_at_once_and_each_once(english, letterbox):
    page = form_post(english, "/sign-up", {"email": "ana", "password": "short", "first_surname": "evil.com"})
    found = field_errors(page)
    assert set(found) == {"email", "password", "given_names", "first_surname", "country", "sex", "consent", "language"}
    assert found["given_names"] == "Write your given names."
    assert found["email"].startswith("This is not an e-mail address")
    assert page.text.count("Write your given names.") == 2  # in the summary and beside the field
    assert not letterbox


def test_a_profile_is_told_all_that_is_wrong_with_it_at_once(app, client, ana):
    make.sign_in(client, "ana@example.org")
    wrong = {"given_names": "", "first_surname": "evil.com", "position": "x" * 201, "sex": "female", "country": "CHL"}
    page = form_post(client, "/my/profile", wrong)
    assert page.status_code == 422
    assert {"given_names", "first_surname", "position"} <= set(field_errors(page))


def test_consent_is_asked_for(english, letterbox):
    without = {name: value for name, value in SIGN_UP.items() if name != "consent"}
    assert "privacy notice" in field_errors(form_post(english, "/sign-up", without))["consent"]


def test_trust_26_the_same_answer_whether_or_not_the_address_is_known(english, letterbox, ana):
    answers = {
        (page.status_code, page.location)
        for email in ("ana@example.org", "new@example.org")
        for page in [form_post(english, "/sign-up", {**SIGN_UP, "email": email})]
    }
    assert answers == {(303, "/sign-up/sent")}
    answers = {
        (page.status_code, page.location)
        for email in ("ana@example.org", "nobody@example.org")
        for page in [form_post(english, "/reset", {"email": email})]
    }
    assert answers == {(303, "/reset/sent")}


def test_the_form_says_why_sex_is_asked_and_lets_people_not_say_it(english):
    page = english.get("/sign-up")
    assert "how many women and men take part" in shown(page)
    assert "I prefer not to say" in shown(page)
    assert 'autocomplete="new-password"' in page.text
    assert 'autocomplete="family-name"' in page.text


def test_organizations_are_suggested(app, english):
    with app.app_context():
        make.organization("Ministerio <de> Hacienda")
    assert "Ministerio &lt;de&gt; Hacienda" in english.get("/sign-up").text
    assert "Hacienda" in english.get("/organizations/suggestions?organization=HACIENDA").text
    assert english.get("/organizations/suggestions?organization=zzz").text.strip() == ""


# signing in and out


def test_trust_23_signing_in_renews_the_session(client, ana):
    with client.session_transaction() as session:
        session["planted"] = "by someone else"
    form_post(client, "/sign-in", ANA)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"]


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/my/profile", "/my/profile"),
        ("https://evil.example", "desk"),
        ("//evil.example", "desk"),
        ("///evil.example", "desk"),
        ("/\\evil.example", "desk"),
        ("https:evil.example", "desk"),
        ("/\tevil", "desk"),
        ("javascript:alert(1)", "desk"),
    ],
)
def test_trust_25_signing_in_leads_only_into_this_site(app, client, ana, target, goes):
    with app.test_request_context():
        from ilpes_lms.web.navigation import place

        own = place("my")
    assert form_post(client, "/sign-in", {**ANA, "next": target}).location == (own if goes == "desk" else goes)
    assert client.get("/sign-in", query_string={"next": target}).location == (own if goes == "desk" else goes)


def test_a_page_for_signed_in_people_leads_to_the_sign_in_and_back(client, ana):
    away = client.get("/my/sign-ins")
    assert away.location == "/sign-in?next=/my/sign-ins"
    assert 'value="/my/sign-ins"' in client.get(away.location).text


def test_trust_26_a_wrong_password_and_an_unknown_address_look_the_same(english, ana):
    pages = [form_post(english, "/sign-in", {"email": email, "password": "wrong password"})
             for email in ("ana@example.org", "nob@example.org")]  # fmt: skip
    assert [page.status_code for page in pages] == [422, 422]
    plain = [re.sub(r'value="[^"]*"|content="[^"]*"', "", page.text) for page in pages]
    assert plain[0] == plain[1]


def test_trust_27_too_many_wrong_passwords_are_told_to_wait(english, ana):
    for _ in range(10):
        form_post(english, "/sign-in", {**ANA, "password": "wrong password"})
    page = form_post(english, "/sign-in", ANA)
    assert "wait 15 minutes" in shown(page)


def test_trust_23_a_cookie_kept_from_before_signing_out_is_useless(app, client, ana):
    make.sign_in(client, "ana@example.org")
    kept = client.get_cookie("session").value
    assert form_post(client, "/sign-out", page="/my/profile").status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", kept)
    assert thief.get("/my/profile").status_code == 303


def test_trust_23_signing_out_needs_a_form_of_ours_and_no_link_does_it(client, ana):
    make.sign_in(client, "ana@example.org")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.get("/my/profile").status_code == 200


@pytest.mark.parametrize("path", ["/sign-up", "/sign-in", "/reset", "/my/profile", "/my/password", "/my/sign-ins/end"])
def test_trust_23_no_form_is_taken_without_proof_that_it_was_ours(app, client, ana, letterbox, path):
    make.sign_in(client, "ana@example.org")
    assert client.post(path, data={**SIGN_UP, "current": make.PASSWORD}).status_code in {400, 422}
    with app.app_context():
        assert service.sign_in(**ANA, caller=None)
    assert not letterbox


# a new password


def test_a_forgotten_password_is_replaced_by_mail(app, client, english, letterbox, ana):
    make.sign_in(other := app.test_client(), "ana@example.org")
    form_post(english, "/reset", {"email": "ana@example.org"})
    weak = form_post(english, letterbox.path(), {"password": "ana@example.org"})
    assert weak.status_code == 422
    assert "password" in field_errors(weak)
    done = form_post(english, letterbox.path(), {"password": "another password"})
    assert done.status_code == 303
    assert english.get("/my/profile").status_code == 200
    assert other.get("/my/profile").status_code == 303
    assert english.get(letterbox.path()).status_code == 410


def test_trust_23_changing_the_password_ends_old_cookies_and_keeps_this_browser_in(app, english, ana):
    make.sign_in(english, "ana@example.org")
    kept = english.get_cookie("session").value
    wrong = form_post(english, "/my/password", {"current": "wrong", "password": "another password"})
    assert field_errors(wrong) == {"current": "This is not your present password."}
    done = form_post(english, "/my/password", {"current": make.PASSWORD, "password": "another password"})
    assert done.location == "/my/sign-ins"
    assert english.get("/my/sign-ins").status_code == 200
    thief = app.test_client()
    thief.set_cookie("session", kept)
    assert thief.get("/my/sign-ins").status_code == 303


# what is one's own


def profile(client, **changes):
    page = client.get("/my/profile").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    sent = {"given_names": "Ana", "first_surname": "Soto", "country": "CHL", "sex": "female", "language": "en",
            "zone": "America/Santiago", "version": version.group(1)}  # fmt: skip
    return form_post(client, "/my/profile", {**sent, **changes})


def test_a_profile_is_seen_and_corrected(app, english, ana):
    make.sign_in(english, "ana@example.org")
    assert profile(english, nationality="PER", position="Jefa de <b>área</b>").status_code == 303
    page = english.get("/my/profile")
    assert "Jefa de &lt;b&gt;área&lt;/b&gt;" in page.text
    assert re.search(r'<option selected value="PER"', page.text)


def test_a_profile_changed_elsewhere_shows_both_versions_and_can_then_be_saved(app, english, ana):
    make.sign_in(english, "ana@example.org")
    with app.app_context():
        person = queries.person(ana)
        seen = person.version
        service.edit_profile(person_id=ana, version=seen, position="Stored elsewhere", country="CHL")
    page = profile(english, version=str(seen), position="Typed here")
    assert page.status_code == 422
    assert "What is stored now" in shown(page)
    assert "Stored elsewhere" in shown(page)
    assert 'value="Typed here"' in page.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text).group(1)
    assert profile(english, version=version, position="Typed here").status_code == 303


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_version_that_nobody_had_is_a_conflict_and_no_fault(english, ana, version):
    make.sign_in(english, "ana@example.org")
    assert profile(english, version=version).status_code == 422


def test_one_sign_in_or_all_others_are_ended(app, english, ana):
    make.sign_in(english, "ana@example.org")
    make.sign_in(other := app.test_client(), "ana@example.org")
    make.sign_in(third := app.test_client(), "ana@example.org")
    page = english.get("/my/sign-ins")
    assert shown(page).count("This browser") == 1
    ends = re.findall(r'action="(/my/sign-ins/\w+/end)"', page.text)
    assert len(ends) == 2
    form_post(english, ends[0], page="/my/sign-ins")
    assert sorted([other.get("/my/profile").status_code, third.get("/my/profile").status_code]) == [200, 303]
    form_post(english, "/my/sign-ins/end", page="/my/sign-ins")
    assert {other.get("/my/profile").status_code, third.get("/my/profile").status_code} == {303}
    assert english.get("/my/profile").status_code == 200


def test_a_sign_in_tells_when_it_was_last_seen_and_over_which_kind_of_network(app, english, ana):
    make.sign_in(english, "ana@example.org")
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        english.get("/my/profile", environ_base={"REMOTE_ADDR": "2001:db8::7"})
        page = shown(english.get("/my/sign-ins"))
    assert "over IPv6" in page
    assert "2001:db8" not in page
    with app.app_context():
        kept = db.session.scalars(select(SignIn)).one()
        assert kept.last_seen_at - kept.created_at > timedelta(hours=2)


def test_a_sign_in_of_someone_else_is_not_found(app, client, ana, admin):
    make.sign_in(client, "ana@example.org")
    with app.app_context():
        foreign = service.open_sign_in(account_id=make.account("admin@example.org").id)
        ref = db.session.scalars(select(SignIn.public_id).order_by(SignIn.id.desc())).first()
    assert form_post(client, f"/my/sign-ins/{ref}/end", page="/my/sign-ins").status_code == 404
    assert foreign


# administration


def test_people_are_found_and_their_roles_shown(app, english, ana, admin):
    make.sign_in(english, "admin@example.org")
    page = shown(english.get("/admin/people?q=ANA@"))
    assert "ana@example.org" in page
    assert "admin@example.org" not in page
    assert "Administrator" in shown(english.get("/admin/people?q=admin@"))
    assert "Nobody was found" in shown(english.get("/admin/people?q=zzzz"))


def test_trust_23_a_role_given_or_taken_is_in_force_at_once_and_ends_the_cookies_of_before(app, english, ana, admin):
    make.sign_in(english, "admin@example.org")
    make.sign_in(hers := app.test_client(), "ana@example.org")
    with app.app_context():
        page = f"/admin/people/{queries.person(ana).public_id}"
    assert hers.get("/admin/people").status_code == 403
    form_post(english, f"{page}/roles", {"role": "administrator", "reason": "Asked for."}, page=page)
    assert hers.get("/admin/people").status_code == 303
    make.sign_in(hers, "ana@example.org")
    assert hers.get("/admin/people").status_code == 200
    revoke = re.search(r'action="([^"]+/revoke)"', english.get(page).text).group(1)
    form_post(english, revoke, page=page)
    assert hers.get("/admin/people").status_code == 303
    make.sign_in(hers, "ana@example.org")
    assert hers.get("/admin/people").status_code == 403


def test_trust_23_whoever_gives_themselves_a_role_stays_signed_in_here(app, english, admin):
    make.sign_in(english, "admin@example.org")
    make.sign_in(elsewhere := app.test_client(), "admin@example.org")
    page = f"/admin/people/{admin}"
    form_post(english, f"{page}/roles", {"role": "statistics_reader", "reason": "Asked for."}, page=page)
    assert english.get("/admin/people").status_code == 200
    assert elsewhere.get("/admin/people").status_code == 303


def test_a_role_that_cannot_be_given_is_explained_beside_the_field(app, english, ana, admin):
    make.sign_in(english, "admin@example.org")
    with app.app_context():
        page = f"/admin/people/{queries.person(ana).public_id}"
    nowhere = {"role": "focal_point", "organization": "Nowhere", "reason": "x"}
    wrong = form_post(english, f"{page}/roles", nowhere, page=page)
    assert wrong.status_code == 422
    assert set(field_errors(wrong)) == {"organization"}
    divided = {"role": "administrator", "division": "ilpes", "reason": "x"}
    wrong = form_post(english, f"{page}/roles", divided, page=page)
    assert set(field_errors(wrong)) == {"division"}


def test_a_role_is_shown_with_its_last_day_and_its_reason_also_after_it_was_taken_back(app, english, ana, admin):
    make.sign_in(english, "admin@example.org")
    with app.app_context():
        page = f"/admin/people/{queries.person(ana).public_id}"
    given = {"role": "auditor", "reason": "The yearly audit.", "ends_on": f"{clock.today('UTC').year + 1}-03-31"}
    assert set(field_errors(form_post(english, f"{page}/roles", {**given, "reason": ""}, page=page))) == {"reason"}
    form_post(english, f"{page}/roles", given, page=page)
    text = shown(english.get(page))
    assert f"until 31 March {clock.today('UTC').year + 1}" in text
    assert "The yearly audit." in text
    revoke = re.search(r'action="([^"]+/revoke)"', english.get(page).text).group(1)
    form_post(english, revoke, page=page)
    text = shown(english.get(page))
    assert "Former roles (1)" in text
    assert "taken back on" in text


def test_an_account_is_disabled_at_once_and_enabled_again(app, english, ana, admin):
    make.sign_in(english, "admin@example.org")
    make.sign_in(hers := app.test_client(), "ana@example.org")
    with app.app_context():
        page = f"/admin/people/{queries.person(ana).public_id}"
    form_post(english, f"{page}/disable", page=page)
    assert hers.get("/my/profile").status_code == 303
    assert "Disabled" in shown(english.get(page))
    form_post(english, f"{page}/enable", page=page)
    assert form_post(app.test_client(), "/sign-in", ANA).status_code == 303


@pytest.mark.parametrize("role", [None, "coordinator", "statistics_reader"])
def test_only_administrators_see_people(app, client, ana, admin, role):
    if role:
        with app.app_context():
            service.grant_role(person_id=ana, role=role)
    make.sign_in(client, "ana@example.org")
    for path in ("/admin/people", f"/admin/people/{admin}"):
        assert client.get(path).status_code == 403
    assert form_post(client, f"/admin/people/{admin}/disable", page="/my/profile").status_code == 403


def test_a_person_or_page_that_does_not_exist_is_not_found(english, admin):
    make.sign_in(english, "admin@example.org")
    assert english.get("/admin/people/nobody").status_code == 404
    assert english.get("/admin/people?cursor=nonsense").status_code == 422


def test_many_people_cost_no_more_statements_than_few(app, client, admin, statements):
    with app.app_context():
        house = make.organization()
        for number in range(30):
            person = make.person(f"p{number}@example.org", organization=house.name, country="CHL")
            service.grant_role(person_id=person.id, role="coordinator")
    make.sign_in(client, "admin@example.org")
    for path in ("/admin/people", f"/admin/people/{admin}", "/my/profile", "/my/sign-ins", "/sign-up"):
        del statements[:]
        assert client.get(path, follow_redirects=True).status_code == 200
        assert len(statements) <= 12, path


def test_each_page_speaks_four_languages(client):
    titles = {code: re.search(r"<h1>(.*?)</h1>", client.get(f"/sign-up?lang={code}").text).group(1)
              for code in ("es", "en", "pt", "fr")}  # fmt: skip
    assert titles == {"es": "Crear una cuenta", "en": "Create an account", "pt": "Criar uma conta",
                      "fr": "Créer un compte"}  # fmt: skip


def actors(app) -> dict[str, set[str]]:
    """Return by whom each kind of deed was done, as the record has it."""
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry)).all()
        return {entry.verb: {e.actor for e in entries if e.verb == entry.verb} for entry in entries}


def test_the_record_names_who_signed_up_signed_in_and_chose_a_new_password(app, client, letterbox):
    form_post(client, "/sign-up", SIGN_UP)
    form_post(client, letterbox.path())
    form_post(client, "/sign-out", page="/my/profile")
    form_post(client, "/sign-in", ANA)
    form_post(client, "/sign-out", page="/my/profile")
    form_post(client, "/reset", {"email": ANA["email"]})
    form_post(client, letterbox.path(), {"password": "another password"})
    with app.app_context():
        her = make.account(ANA["email"]).public_id
    assert actors(app) == {
        verb: {her} for verb in ("account.confirmed", "account.signed_in", "account.password_changed")
    }


def test_what_an_administrator_does_with_an_account_stays_the_administrator_s_deed(app, client, ana, admin):
    make.sign_in(client, "admin@example.org")
    with app.app_context():
        ref = queries.person_by_email("ana@example.org").public_id
        theirs = make.account("admin@example.org").public_id
    form_post(client, f"/admin/people/{ref}/disable", page=f"/admin/people/{ref}")
    assert actors(app)["account.disabled"] == {theirs}


def test_trust_24_a_forged_host_changes_no_link_in_a_letter(app, client, ana):
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        assert client.post("/api/v1/password-resets", json={"email": ANA["email"]}, headers=headers).status_code == 202
    post.deliver_all(app)
    texts = [post.text_of(letter) for letter in post.mailbox(app, "ana@example.org")]
    assert len(texts) == 2
    assert all("http://localhost/reset/" in text and "evil" not in text for text in texts)
