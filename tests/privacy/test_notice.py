"""The privacy notice: the one in force, the ones before, and what somebody agreed to."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.config import ROOT
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.people import rules
from ilpes_lms.people.models import Consent
from ilpes_lms.privacy import notices
from ilpes_lms.privacy.retention import service as retention
from tests.factories import people

ANA = "ana@example.org"
LANGUAGES = ("es", "en", "pt", "fr")


def test_the_newest_version_is_the_one_in_force_and_each_has_its_text() -> None:
    assert notices.VERSIONS[0].name == rules.PRIVACY_NOTICE_VERSION
    folder = ROOT / "ilpes_lms/privacy/templates/privacy/notices"
    assert {path.stem for path in folder.glob("*.html")} == {version.name for version in notices.VERSIONS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("version", [version.name for version in notices.VERSIONS])
def test_every_version_has_an_address_of_its_own(client: FlaskClient, version: str, language: str) -> None:
    page = client.get(f"/privacy/{version}?lang={language}")
    assert page.status_code == 200
    assert version in page.text


def test_an_older_one_says_that_it_holds_no_more_and_leads_to_the_one_that_does(client: FlaskClient) -> None:
    older = client.get("/privacy/2026-02?lang=en").text
    assert "This version holds no more" in older
    assert "Until 90 days after they end." in older
    newest = client.get("/privacy?lang=en").text
    assert "This version holds no more" not in newest
    assert 'href="/privacy/2026-02"' in newest


def test_a_version_that_never_was_is_not_there(client: FlaskClient) -> None:
    assert client.get("/privacy/1999-01").status_code == 404


def test_one_sees_what_one_agreed_to_and_when_and_what_changed(app: APIFlask, client: FlaskClient) -> None:
    people_id = _somebody(app)
    people.sign_in(client, ANA)
    page = client.get("/privacy?lang=en").text
    assert page.count("You agreed to it on") == 2
    assert "You agreed to this version on" in page
    assert "you are told a month before" in page
    with app.app_context(), writing() as session:
        session.query(Consent).filter_by(person_id=people_id, notice_version="2026-11").delete()
    assert "You have not agreed to this version" in client.get("/privacy?lang=en").text


def _somebody(app: APIFlask) -> int:
    with app.app_context():
        person = people.person(ANA)
        with writing() as session:
            session.add(Consent(person_id=person.id, notice_version="2026-02", given_at=clock.now()))
        return person.id


def test_who_has_not_agreed_yet_can_read_all_versions_first(app: APIFlask, client: FlaskClient, monkeypatch) -> None:
    _somebody(app)
    people.sign_in(client, ANA)
    monkeypatch.setattr(rules, "PRIVACY_NOTICE_VERSION", "2099-12")
    assert client.get("/my").status_code == 303
    assert client.get("/privacy").status_code == 200
    assert client.get("/privacy/2026-11").status_code == 200


def test_the_notice_names_the_periods_as_they_are_and_programs_read_them(app: APIFlask, client: FlaskClient) -> None:
    assert "2 years since they were sent" in client.get("/privacy?lang=en").text
    assert "2 años desde que se enviaron" in client.get("/privacy?lang=es").text
    with app.app_context():
        retention.change_period(kind="messages", days=400, reason="Decided", seen=0)
    page = client.get("/privacy?lang=en").text
    assert "400 days since they were sent" in page
    assert "The last of them was changed on" in page
    answer = client.get("/api/v1/privacy-notice").json
    assert (answer["in_force"], answer["days"]["messages"]) == (rules.PRIVACY_NOTICE_VERSION, 400)
    assert [version["version"] for version in answer["versions"]] == [version.name for version in notices.VERSIONS]
