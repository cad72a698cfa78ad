"""Another e-mail address: confirmed by the new one, objected to by the old one, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine

from ilpes_lms.core import clock
from ilpes_lms.core.ids import digest
from ilpes_lms.people import errors, queries, service
from tests.factories import people as make
from tests.factories.people import form_post

OLD, NEW = "ana@example.org", "ana.soto@example.com"


@pytest.fixture
def ana(app):
    with app.app_context():
        return make.person(OLD, password=make.PASSWORD, language="en").id


def ask(email: str = NEW, password: str = make.PASSWORD) -> None:
    found = make.account(OLD)
    service.request_address_change(account_id=found.id, email=email, password=password, caller=None)


def test_both_addresses_are_written_to_and_the_old_one_counts_until_the_new_is_confirmed(context, ana, letterbox):
    ask()
    assert [(letter.kind, letter.address) for letter in letterbox] == [
        ("people.change_email", NEW), ("people.object_email", OLD),
    ]  # fmt: skip
    assert queries.address_of(ana) == OLD
    service.confirm_address(token=letterbox.token(0))
    assert queries.address_of(ana) == NEW
    assert [former.address for former in queries.former_addresses_of(ana)] == [OLD]
    assert service.sign_in(email=NEW, password=make.PASSWORD, caller=None)
    with pytest.raises(errors.CredentialsRefused):
        service.sign_in(email=OLD, password=make.PASSWORD, caller=None)


def test_trust_23_a_change_of_address_ends_all_other_sign_ins(context, ana, letterbox):
    here, there = (service.open_sign_in(account_id=make.account(OLD).id) for _ in range(2))
    ask()
    service.confirm_address(token=letterbox.token(0), sign_in_key=here)
    assert queries.signed_in(digest(here)) is not None
    assert queries.signed_in(digest(there)) is None


def test_nobody_changes_it_without_the_password_or_to_the_same(context, ana, letterbox):
    with pytest.raises(errors.PasswordWrong):
        ask(password="wrong")
    with pytest.raises(errors.AddressTheSame):
        ask(OLD.upper())
    assert not letterbox


def test_trust_26_an_address_of_somebody_else_gets_a_letter_and_the_same_answer(context, ana, letterbox):
    other = make.person(NEW, password=make.PASSWORD)
    ask()
    assert [(letter.kind, letter.person_id) for letter in letterbox] == [("people.address_known", other.id)]
    assert (queries.address_of(ana), queries.address_of(other.id)) == (OLD, NEW)


def test_an_address_that_became_somebody_s_in_the_meantime_stays_theirs(context, ana, letterbox):
    ask()
    other = make.person(NEW, password=make.PASSWORD)
    with pytest.raises(errors.AddressTaken):
        service.confirm_address(token=letterbox.token(0))
    assert (queries.address_of(ana), queries.address_of(other.id)) == (OLD, NEW)


def test_trust_28_the_links_work_once_in_time_and_for_their_own_purpose(context, ana, letterbox):
    ask()
    confirm, objection = letterbox.token(0), letterbox.token(1)
    with pytest.raises(errors.LinkNotValid):
        service.confirm_address(token=objection)
    with pytest.raises(errors.LinkNotValid):
        service.object_to_change(token=confirm)
    with time_machine.travel(clock.now() + timedelta(hours=49)), pytest.raises(errors.LinkNotValid):
        service.confirm_address(token=confirm)
    service.confirm_address(token=confirm)
    with pytest.raises(errors.LinkNotValid):
        service.confirm_address(token=confirm)


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_objection_keeps_or_brings_back_the_old_address_and_ends_everything(context, ana, letterbox, confirmed):
    ask()
    confirm, objection = letterbox.token(0), letterbox.token(1)
    if confirmed:
        service.confirm_address(token=confirm)
    key = service.open_sign_in(account_id=queries.account_of(ana).id)
    service.object_to_change(token=objection)
    assert queries.address_of(ana) == OLD
    assert queries.former_addresses_of(ana) == []
    assert queries.signed_in(digest(key)) is None
    for address in (OLD, NEW):
        with pytest.raises(errors.CredentialsRefused):
            service.sign_in(email=address, password=make.PASSWORD, caller=None)
    with pytest.raises(errors.LinkNotValid):
        service.confirm_address(token=confirm)
    service.request_reset(email=OLD)
    assert letterbox[-1].kind == "people.reset_password"


def test_a_link_for_a_new_password_that_went_to_the_old_address_is_useless(context, ana, letterbox):
    service.request_reset(email=OLD)
    ask()
    service.confirm_address(token=letterbox.token(1))
    with pytest.raises(errors.LinkNotValid):
        service.reset_password(token=letterbox.token(0), password="another password")


def test_somebody_changes_their_address_on_the_pages(app, client, ana, letterbox):
    make.sign_in(client, OLD)
    sent = {"email": NEW, "password": make.PASSWORD}
    assert form_post(client, "/my/address", {**sent, "password": "wrong"}).status_code == 422
    assert form_post(client, "/my/address", sent).status_code == 303
    path, objection = letterbox.path(0), letterbox.path(1)
    assert NEW in client.get(path).text
    assert OLD in client.get("/my/address").text
    assert form_post(client, path).location == "/my/address"
    assert client.get("/my/profile").status_code == 200
    assert client.get(path).status_code == 410
    assert form_post(app.test_client(), objection).location == "/reset"
    assert client.get("/my/profile").status_code == 303


def test_a_program_changes_the_address(app, client, ana, letterbox):
    program = {"headers": make.bearer(app, OLD)}
    sent = {"email": NEW, "password": make.PASSWORD}
    assert client.post("/api/v1/me/address-changes", json=sent, **program).status_code == 202
    confirm = {"token": letterbox.token(0)}
    assert client.post("/api/v1/address-changes/confirmations", json=confirm).status_code == 204
    assert client.get("/api/v1/me", **program).status_code == 401
    objection = {"token": letterbox.token(1)}
    assert client.post("/api/v1/address-changes/objections", json=objection).status_code == 204
    assert client.post("/api/v1/address-changes/objections", json=objection).status_code == 410
