"""An administrator erases somebody who asked for it in writing: seen before, with a reason, for good."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core.database import db
from ilpes_lms.people import queries
from ilpes_lms.people.models import Person
from tests.factories import people
from tests.factories.certificates import make_issued

ADMIN, HOLDER = "admin@example.org", "holder@example.org"


@pytest.fixture
def holder(app: APIFlask, client: FlaskClient) -> tuple[int, str]:
    with app.app_context():
        people.administrator(ADMIN)
        holder = make_issued(email=HOLDER, given_names="Ana", first_surname="Soto").holder
        found = (holder.id, holder.public_id)
    people.sign_in(client, ADMIN)
    return found


def is_erased(app: APIFlask, person_id: int) -> bool:
    with app.app_context():
        return db.session.get_one(Person, person_id).forgotten_at is not None


def test_the_page_says_before_what_goes_and_what_stays(
    app: APIFlask, client: FlaskClient, holder: tuple[int, str]
) -> None:
    person_id, ref = holder
    page = f"/admin/people/{ref}/erase"
    assert page in client.get(f"/admin/people/{ref}?lang=en").text
    shown = client.get(page + "?lang=en").text
    for text in ("Profile and account", "Certificates", "1: code, serial number", "nobody can undo it"):
        assert text in shown, text
    assert not is_erased(app, person_id)


def test_without_a_reason_or_without_being_sure_nothing_happens(
    app: APIFlask, client: FlaskClient, holder: tuple[int, str]
) -> None:
    person_id, ref = holder
    page = f"/admin/people/{ref}/erase"
    assert people.form_post(client, page, {"reason": "Letter"}).status_code == 422
    assert people.form_post(client, page, {"sure": "y"}).status_code == 422
    assert not is_erased(app, person_id)


def test_it_is_done_at_once_and_the_reason_stays_on_record_without_the_name(
    app: APIFlask, client: FlaskClient, holder: tuple[int, str]
) -> None:
    person_id, ref = holder
    sent = {"reason": "Letter of Ana Soto of 3 May", "sure": "y"}
    answer = people.form_post(client, f"/admin/people/{ref}/erase", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people")
    assert is_erased(app, person_id)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person.erased")).one()
        assert (entry.object_type, entry.details) == ("erasure", {"reason": "Letter of — of 3 May"})
        assert entry.actor == people.account(ADMIN).public_id
    assert client.get(f"/admin/people/{ref}/erase").status_code == 404


def test_the_last_administrator_stays_and_is_told_so(
    app: APIFlask, client: FlaskClient, holder: tuple[int, str]
) -> None:
    with app.app_context():
        admin = people.account(ADMIN).person
        page, admin_id = f"/admin/people/{admin.public_id}/erase", admin.id
    assert people.form_post(client, page, {"reason": "x", "sure": "y"}).status_code == 422
    assert not is_erased(app, admin_id)


@pytest.mark.parametrize("reason", [[], ["--reason", "  "]])
def test_without_a_reason_the_command_line_erases_nobody(
    app: APIFlask, holder: tuple[int, str], reason: list[str]
) -> None:
    with app.app_context():
        email = queries.address_of(holder[0])
    said = app.test_cli_runner().invoke(args=["privacy", "forget", "--email", email, *reason, "--yes"])
    assert said.exit_code != 0
    assert "eason" in said.output
    assert not is_erased(app, holder[0])


def test_the_command_line_keeps_the_reason_without_the_name(app: APIFlask, holder: tuple[int, str]) -> None:
    with app.app_context():
        asked = ["--email", queries.address_of(holder[0]), "--reason", "Letter of Ana Soto of 3 May", "--yes"]
    assert app.test_cli_runner().invoke(args=["privacy", "forget", *asked]).exit_code == 0
    assert is_erased(app, holder[0])
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person.erased")).one()
        assert entry.details == {"reason": "Letter of — of 3 May"}
