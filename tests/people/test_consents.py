"""Agreement to the privacy notice: asked for before anything else, again when it changes, and kept."""

import pytest

from ilpes_lms.people import errors, queries, rules, service
from tests.factories import people as make
from tests.factories.people import form_post


@pytest.fixture
def ana(app):
    with app.app_context():
        return make.person("ana@example.org", password=make.PASSWORD, language="en").id


def test_a_changed_notice_is_asked_about_before_anything_else_and_the_history_is_kept(client, ana, monkeypatch):
    make.sign_in(client, "ana@example.org")
    assert client.get("/my/profile").status_code == 200
    first = rules.PRIVACY_NOTICE_VERSION
    monkeypatch.setattr(rules, "PRIVACY_NOTICE_VERSION", "2099-12")
    led = client.get("/my/profile")
    assert (led.status_code, led.location) == (303, "/my/consent?next=/my/profile")
    assert client.get("/privacy").status_code == 200
    refused = form_post(client, led.location, {"next": "/my/profile", "notice_version": "2099-12"})
    assert refused.status_code == 422
    agreed = {"consent": "y", "next": "/my/profile", "notice_version": "2099-12"}
    assert form_post(client, led.location, agreed).location == "/my/profile"
    assert client.get("/my/profile").status_code == 200
    page = client.get("/my/consent").text
    assert first in page
    assert "2099-12" in page


def test_whoever_was_entered_by_others_is_asked_once_signed_in(app, client):
    with app.app_context():
        person = make.person("eva@example.org")
        key = service.open_sign_in(account_id=queries.account_of(person.id).id)
    with client.session_transaction() as session:
        session["_user_id"] = key
    assert client.get("/my").location.startswith("/my/consent")


def test_nobody_agrees_to_a_version_that_is_not_in_force(context, ana):
    with pytest.raises(errors.ConsentOutdated):
        service.give_consent(person_id=ana, notice_version="1999-01")
    with pytest.raises(errors.ConsentMissing):
        service.give_consent(person_id=ana, notice_version=rules.PRIVACY_NOTICE_VERSION, agreed=False)


def test_agreeing_twice_is_once(app, client, ana):
    program = {"headers": make.bearer(app, "ana@example.org")}
    sent = {"notice_version": rules.PRIVACY_NOTICE_VERSION}
    for _ in range(2):
        answer = client.post("/api/v1/me/consents", json=sent, **program)
    assert answer.json["in_force"] == rules.PRIVACY_NOTICE_VERSION
    assert len(client.get("/api/v1/me/consents", **program).json["items"]) == 1
