"""Somebody asks to be erased, by their password, and can take it back for some days."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db
from ilpes_lms.people import errors
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import queries, rules, service, tasks
from tests.factories import people
from tests.factories.notifications import deliver_all, mailbox

ANA, ME = "ana@example.org", "/api/v1/me/erasure"


def someone(app) -> tuple[int, str]:
    """Add somebody with a password; return number and public id."""
    with app.app_context(), actor.acting("test"):
        person = people.person(ANA)
        people_service.set_password(account_id=people.account(ANA).id, password=people.PASSWORD)
        db.session.refresh(person)
        return person.id, person.public_id


@pytest.fixture
def ana(app) -> Iterator[int]:
    person_id, _ref = someone(app)
    with app.app_context(), actor.acting("test"):
        yield person_id


def ask(person_id: int) -> None:
    service.ask(person_id=person_id, account_id=people.account(ANA).id, password=people.PASSWORD)


def is_erased(person_id: int) -> bool:
    db.session.expire_all()
    return db.session.get_one(Person, person_id).forgotten_at is not None


def test_it_is_done_when_the_days_are_over_and_not_before(app, ana: int) -> None:
    ask(ana)
    tasks.erase()
    assert not is_erased(ana)
    with time_machine.travel(clock.now() + rules.TIME_TO_TAKE_IT_BACK + timedelta(minutes=1)):
        tasks.erase()
    assert is_erased(ana)


def test_taken_back_it_is_not_done(app, ana: int) -> None:
    ask(ana)
    service.take_back(person_id=ana)
    with time_machine.travel(clock.now() + rules.TIME_TO_TAKE_IT_BACK + timedelta(minutes=1)):
        tasks.erase()
    assert not is_erased(ana)


def test_a_wrong_password_asks_for_nothing(app, ana: int) -> None:
    with pytest.raises(errors.PasswordWrong):
        service.ask(person_id=ana, account_id=people.account(ANA).id, password="another one")
    assert queries.erasure_asked(ana) is None


def test_asked_twice_the_first_time_counts_and_one_letter_says_so(app, ana: int) -> None:
    ask(ana)
    first = queries.erasure_asked(ana)
    ask(ana)
    assert queries.erasure_asked(ana) is first
    deliver_all(app)
    (letter,) = mailbox(app, ANA)
    assert "/my/data/erase" in letter.get_body(("plain",)).get_content()


def test_the_last_administrator_stays(app, ana: int) -> None:
    people_service.grant_role(person_id=ana, role="administrator")
    with pytest.raises(errors.LastAdministrator):
        ask(ana)


def test_the_page_says_what_stays_asks_and_takes_back(app, client) -> None:
    ana, _ref = someone(app)
    people.sign_in(client, ANA)
    assert "What stays, and why" in client.get("/my/data/erase?lang=en").text
    assert people.form_post(client, "/my/data/erase", {"password": "another one"}).status_code == 422
    assert people.form_post(client, "/my/data/erase", {"password": people.PASSWORD}).status_code == 303
    assert "Until then you can take it back" in client.get("/my/data/erase?lang=en").text
    people.form_post(client, "/my/data/erase/take-back", page="/my/data/erase")
    with app.app_context():
        assert queries.erasure_asked(ana) is None


def test_programs_ask_and_take_back_and_an_administrator_erases_at_once(app, client) -> None:
    (_id, ref), mine = someone(app), people.bearer(app, ANA)
    assert client.get(ME, headers=mine).json == {"asked_at": None, "due_at": None}
    assert client.put(ME, headers=mine, json={"password": people.PASSWORD}).json["due_at"]
    assert client.delete(ME, headers=mine).status_code == 204
    with app.app_context():
        people.administrator()
    theirs, one = people.bearer(app, "admin@example.org"), f"/api/v1/people/{ref}/erasure"
    assert client.get(one, headers=theirs).json["goes"]["people"] > 0
    assert client.put(one, headers=theirs, json={"reason": ""}).status_code == 422
    answer = client.put(one, headers=theirs, json={"reason": "Letter of 3 May"})
    assert answer.json["rooms"]["people"] == 1
    assert client.get(ME, headers=mine).status_code == 401
