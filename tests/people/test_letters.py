"""The letters as they arrive, through the room that sends."""

import pytest

from ilpes_lms.people import queries, service
from tests.factories import people as make
from tests.factories.notifications import deliver_all, html_of, link_in, mailbox, messages, text_of

WISH = {
    "email": "ana@example.org", "password": make.PASSWORD, "given_names": "Ana", "first_surname": "Soto",
    "country": "CHL", "sex": "female", "language": "es", "consent": True,
}  # fmt: skip
SUBJECTS = {
    "es": "Confirme su correo electrónico",
    "en": "Confirm your e-mail address",
    "pt": "Confirme o seu e-mail",
    "fr": "Confirmez votre adresse électronique",
}


@pytest.mark.parametrize("language", SUBJECTS)
def test_a_confirmation_is_written_in_the_language_chosen_at_sign_up(app, client, language):
    with app.app_context():
        service.sign_up(**{**WISH, "language": language})
    deliver_all(app)
    [letter] = mailbox(app, "ana@example.org")
    assert letter["Subject"] == SUBJECTS[language]
    assert "48" in text_of(letter)
    assert link_in(letter) in html_of(letter)
    assert client.get(link_in(letter)).status_code == 200


def test_links_lead_to_the_public_address_whatever_host_was_asked_for(app, client):
    client.post("/api/v1/accounts", json=WISH, headers={"Host": "evil.example"})
    deliver_all(app)
    [letter] = mailbox(app)
    assert "evil.example" not in letter.as_string()
    assert app.config["BASE_URL"] + "/confirm/" in text_of(letter)


def test_what_the_log_keeps_of_a_letter_does_not_open_the_account(app, client):
    with app.app_context():
        make.person("ana@example.org", password=make.PASSWORD)
        service.request_reset(email="ana@example.org")
    deliver_all(app)
    [letter] = mailbox(app)
    path = link_in(letter)
    [kept] = messages(app)
    assert path.startswith("/reset/")
    assert path.rsplit("/", 1)[1].partition(".")[0] not in repr((kept.text, kept.subject, kept.values))
    assert client.get(path).status_code == 200


def test_an_owner_of_an_account_is_told_where_to_sign_in(app):
    with app.app_context():
        make.person("ana@example.org", password=make.PASSWORD, given_names="Ana", language="fr")
        service.sign_up(**WISH)
    deliver_all(app)
    [letter] = mailbox(app, "ana@example.org")
    assert letter["Subject"] == "Vous avez déjà un compte"
    assert "/sign-in" in text_of(letter)
    assert "/reset" in text_of(letter)


def test_a_letter_whose_time_has_passed_is_not_sent(app):
    with app.app_context():
        make.person("ana@example.org", password=make.PASSWORD)
        service.request_reset(email="ana@example.org")
        person = queries.person_by_email("ana@example.org")
        service.disable_account(person_id=person.id)
        service.set_password(account_id=queries.account_of(person.id).id, password="another password")
    deliver_all(app)
    assert mailbox(app) == []
    assert [message.state for message in messages(app)] == ["skipped"]
