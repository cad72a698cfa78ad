"""Letters to the owner of an account about what somebody, they themselves or another, has done to it."""

import pyotp
import pytest
from apiflask import APIFlask

from ilpes_lms.core import clock
from ilpes_lms.people import service
from ilpes_lms.people.errors import SecondFactorRefused
from tests.factories import people as make
from tests.factories.notifications import deliver_all, html_of, mailbox, messages, text_of

CALLER = "198.51.100.7"
SUBJECTS = {
    "es": ["Se configuró un segundo factor para su cuenta", "Se quitó el segundo factor de su cuenta"],
    "en": ["A second factor was set up for your account", "The second factor of your account was removed"],
    "pt": ["Um segundo fator foi configurado para a sua conta", "O segundo fator da sua conta foi removido"],
    "fr": ["Un second facteur a été configuré pour votre compte", "Le second facteur de votre compte a été supprimé"],
}


def make_ana(language: str = "en") -> int:
    """Make somebody who has signed in before; return the number of their account."""
    make.person("ana@example.org", password=make.PASSWORD, language=language)
    account_id = make.account("ana@example.org").id
    service.open_sign_in(account_id=account_id)
    return account_id


def set_up(account_id: int) -> list[str]:
    setup = service.begin_second_factor(account_id=account_id)
    code = pyotp.TOTP(setup.secret).at(clock.now())
    return service.confirm_second_factor(
        account_id=account_id, code=code, password=make.PASSWORD, caller=CALLER, sign_in_key=""
    )


def subjects(app: APIFlask) -> list[str]:
    deliver_all(app)
    return [str(letter["Subject"]) for letter in mailbox(app, "ana@example.org")]


@pytest.mark.parametrize("language", SUBJECTS)
def test_a_second_factor_that_comes_or_goes_is_told_in_the_owner_s_language(app: APIFlask, language: str) -> None:
    with app.app_context():
        ana = make_ana(language)
        codes = set_up(ana)
        service.remove_second_factor(account_id=ana, code=codes[0], password=make.PASSWORD, caller=CALLER)
    assert subjects(app) == SUBJECTS[language]
    for letter in mailbox(app, "ana@example.org"):
        assert f"{app.config['BASE_URL']}/reset" in text_of(letter)
        assert f"{app.config['BASE_URL']}/reset" in html_of(letter)


def test_new_recovery_codes_are_told_without_the_codes(app: APIFlask) -> None:
    with app.app_context():
        ana = make_ana()
        old = set_up(ana)
        new = service.renew_recovery_codes(account_id=ana, code=old[0], password=make.PASSWORD, caller=CALLER)
    assert subjects(app)[1:] == ["Your recovery codes were made anew"]
    said = "".join(text_of(letter) + html_of(letter) for letter in mailbox(app))
    assert [code for code in (*old, *new) if code in said] == []


def test_who_has_it_taken_away_by_an_administrator_is_told(app: APIFlask) -> None:
    with app.app_context():
        set_up(make_ana())
        person_id = make.account("ana@example.org").person_id
        service.reset_second_factor(person_id=person_id, reason="Lost telephone")
    assert subjects(app)[1:] == ["The second factor of your account was removed"]
    assert "Lost telephone" not in text_of(mailbox(app, "ana@example.org")[1])


def test_a_deed_that_is_refused_is_told_to_nobody(app: APIFlask) -> None:
    with app.app_context():
        ana = make_ana()
        setup = service.begin_second_factor(account_id=ana)
        wrong = "000000" if pyotp.TOTP(setup.secret).at(clock.now()) != "000000" else "111111"
        with pytest.raises(SecondFactorRefused):
            service.confirm_second_factor(
                account_id=ana, code=wrong, password=make.PASSWORD, caller=CALLER, sign_in_key=""
            )
    assert messages(app) == []


def test_a_role_that_is_given_and_taken_is_told_with_its_division(app: APIFlask) -> None:
    with app.app_context():
        make_ana()
        person_id = make.account("ana@example.org").person_id
        grant = service.grant_role(person_id=person_id, role="coordinator", division="statistics", reason="A leave.")
        service.grant_role(person_id=person_id, role="coordinator", division="statistics")
        service.revoke_role(person_id=person_id, grant_ref=grant.public_id)
    given, taken = subjects(app)
    assert given.startswith("You were given a role: Coordinator (")
    assert taken.startswith("You do not have this role any more: Coordinator (")
    assert "Statistics" in given
    letter = text_of(mailbox(app, "ana@example.org")[0])
    assert f"{app.config['BASE_URL']}/sign-in" in letter
    assert "A leave." not in letter, "the reason may name people"


def test_a_role_is_told_in_the_owner_s_language(app: APIFlask) -> None:
    with app.app_context():
        make_ana("fr")
        service.grant_role(person_id=make.account("ana@example.org").person_id, role="auditor")
    assert [subject.replace("\xa0", " ") for subject in subjects(app)] == ["Un rôle vous a été attribué : Audit"]


def test_an_account_that_nobody_ever_signed_in_to_has_nobody_to_tell_of_a_role(app: APIFlask) -> None:
    with app.app_context():
        make.coordinator("ana@example.org")
    assert messages(app) == []


def test_who_can_not_sign_in_any_more_is_written_to_no_more(app: APIFlask) -> None:
    with app.app_context():
        make_ana()
        person_id = make.account("ana@example.org").person_id
        service.grant_role(person_id=person_id, role="auditor")
        service.disable_account(person_id=person_id)
    assert subjects(app) == []
    assert [message.state for message in messages(app)] == ["skipped"]
