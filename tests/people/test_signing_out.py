"""An administrator ends all sign-ins and tokens of somebody, with a reason, on record, and its owner learns of it."""

import pyotp
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest
from ilpes_lms.people import errors, queries, service
from tests.factories import people as make
from tests.factories.notifications import deliver_all, html_of, mailbox, text_of
from tests.factories.people import form_post

REASON = "Her telephone was stolen, call of 24 November"
SUBJECTS = {
    "es": "La administración del sitio cerró sus sesiones",
    "en": "You were signed out by an administrator",
    "pt": "A administração encerrou as suas sessões",
    "fr": "L’administration a fermé vos sessions",
}


def make_ana(language: str = "en") -> int:
    return make.person("ana@example.org", password=make.PASSWORD, language=language).id


def ref_of(person_id: int) -> str:
    return queries.person(person_id).public_id


def keys_of_ana() -> list[str]:
    account_id = make.account("ana@example.org").id
    return [service.open_sign_in(account_id=account_id, kind=kind) for kind in ("browser", "browser", "token")]


def deeds() -> list[AuditEntry]:
    return list(db.session.query(AuditEntry).filter_by(verb="account.signed_out"))


def test_browsers_and_programs_are_signed_out_at_once_and_the_reason_stays_on_record(context: APIFlask) -> None:
    ana = make_ana()
    keys = keys_of_ana()
    assert service.sign_out_everywhere(person_id=ana, reason=REASON) == 3
    assert [queries.signed_in(digest(key)) for key in keys] == [None, None, None]
    (entry,) = deeds()
    assert entry.details == {"reason": REASON, "sign_ins": 3}
    assert isinstance(service.sign_in(email="ana@example.org", password=make.PASSWORD, caller="198.51.100.7"), str)


def test_nothing_is_ended_without_a_reason(context: APIFlask) -> None:
    ana = make_ana()
    (key, *_others) = keys_of_ana()
    with pytest.raises(errors.ReasonMissing):
        service.sign_out_everywhere(person_id=ana, reason=" \n ")
    assert queries.signed_in(digest(key)) is not None


def test_a_sign_in_that_waits_for_its_code_does_not_outlive_the_others(context: APIFlask) -> None:
    ana = make_ana()
    account_id = make.account("ana@example.org").id
    make_factor(account_id)
    step = service.admit(account_id=account_id)
    assert isinstance(step, service.SecondStep)
    service.sign_out_everywhere(person_id=ana, reason=REASON)
    assert not service.step_is_open(step=step.token)


def make_factor(account_id: int) -> None:
    setup = service.begin_second_factor(account_id=account_id)
    code = pyotp.TOTP(setup.secret).at(clock.now())
    service.confirm_second_factor(
        account_id=account_id, code=code, password=make.PASSWORD, caller="198.51.100.7", sign_in_key=""
    )


def test_where_nobody_is_signed_in_nothing_is_recorded_and_nobody_is_written_to(app: APIFlask) -> None:
    with app.app_context():
        assert service.sign_out_everywhere(person_id=make_ana(), reason=REASON) == 0
        assert deeds() == []
    deliver_all(app)
    assert mailbox(app, "ana@example.org") == []


def test_who_has_no_account_has_no_sign_ins_to_end(context: APIFlask) -> None:
    with pytest.raises(NotFound):
        service.sign_out_everywhere(person_id=0, reason=REASON)


@pytest.mark.parametrize("language", SUBJECTS)
def test_the_owner_is_told_in_their_language_without_the_reason(app: APIFlask, language: str) -> None:
    with app.app_context():
        ana = make_ana(language)
        keys_of_ana()
        service.sign_out_everywhere(person_id=ana, reason=REASON)
    deliver_all(app)
    (letter,) = mailbox(app, "ana@example.org")
    assert str(letter["Subject"]) == SUBJECTS[language]
    for body in (text_of(letter), html_of(letter)):
        assert f"{app.config['BASE_URL']}/sign-in" in body
        assert f"{app.config['BASE_URL']}/reset" in body
        assert "telephone was stolen" not in body


def test_an_administrator_does_it_on_the_person_s_page(app: APIFlask, client: FlaskClient) -> None:
    ana = app.test_client()
    with app.app_context():
        make.administrator(language="en")
        page = f"/admin/people/{ref_of(make_ana())}"
    make.sign_in(ana, "ana@example.org")
    make.sign_in(client, "admin@example.org")
    url = f"{page}/sign-out"
    refused = form_post(client, url, {"reason": " "}, page=page)
    assert refused.status_code == 422
    assert 'href="#sign-out-reason"' in refused.text
    assert ana.get("/my").status_code == 200
    assert form_post(client, url, {"reason": REASON}, page=page).status_code == 303
    assert ana.get("/my").location == "/sign-in?next=/my"
    after = client.get(page).text
    assert "One sign-in was ended. Its owner is told by mail." in after
    assert "This person is signed in nowhere" in after
    assert url not in after


def test_an_administrator_keeps_the_browser_in_which_they_end_their_own(app: APIFlask, client: FlaskClient) -> None:
    elsewhere = app.test_client()
    with app.app_context():
        page = f"/admin/people/{make.administrator(language='en').public_id}"
    make.sign_in(elsewhere, "admin@example.org")
    make.sign_in(client, "admin@example.org")
    form_post(client, f"{page}/sign-out", {"reason": REASON}, page=page)
    assert client.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 303


def test_a_program_does_it_too(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        make.administrator()
        url = f"/api/v1/people/{ref_of(make_ana())}/sign-outs"
    headers, ana = make.bearer(app, "admin@example.org"), make.bearer(app, "ana@example.org")
    assert client.post(url, json={}, headers=headers).status_code == 422
    assert client.post(url, json={"reason": "  "}, headers=headers).json["code"] == "reason_missing"
    assert client.get("/api/v1/me", headers=ana).status_code == 200
    assert client.post(url, json={"reason": REASON}, headers=headers).json == {"ended": 1}
    assert client.get("/api/v1/me", headers=ana).status_code == 401
    assert client.post(url, json={"reason": REASON}, headers=headers).json == {"ended": 0}


def test_each_form_of_the_page_that_asks_for_a_reason_has_an_id_of_its_own(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        make.administrator(language="en")
        page = f"/admin/people/{ref_of(make_ana())}"
        make_factor(make.account("ana@example.org").id)
        keys_of_ana()
    make.sign_in(client, "admin@example.org")
    shown = client.get(page).text
    for name in ("reason", "factor-reason", "sign-out-reason"):
        assert shown.count(f'id="{name}"') == 1
