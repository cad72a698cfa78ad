"""A person who is forgotten is taken out of the record of deeds, whose chain stays whole."""

import pytest
from sqlalchemy import select

from ilpes_lms.audit.chain import service as chain
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.people import service as people_service
from ilpes_lms.privacy import service
from tests.factories import people
from tests.factories.audit import record


@pytest.fixture
def ana(app, client):
    """Somebody who did something, to whom something was done, and whose page was looked at."""
    with app.app_context():
        person = people.person("ana@example.org")
        person_id, ref, account_ref = person.id, person.public_id, people.account("ana@example.org").public_id
        people.administrator()
        record(2, by=account_ref)
        people_service.disable_account(person_id=person_id)
    people.sign_in(client, "admin@example.org")
    assert client.get(f"/admin/people/{ref}").status_code == 200
    return person_id, ref, account_ref


def kept() -> str:
    db.session.expire_all()
    tables = (AuditEntry.__table__, SeenPerson.__table__)
    return str([tuple(row) for table in tables for row in db.session.execute(select(table))])


def test_trust_38_the_record_knows_a_forgotten_participant_no_more_and_verifies(app, ana) -> None:
    _person_id, ref, account_ref = ana
    with app.app_context(), actor.acting("command"):
        assert ref in kept()
        assert service.forget(person_ref=ref, reason="Asked for in writing")["audit"] > 3
        assert ref not in kept()
        assert account_ref not in kept()
        chain.chain()
        assert chain.verify([]).faults == []


def test_what_somebody_did_in_an_office_stays_on_record(app, ana) -> None:
    person_id, ref, account_ref = ana
    with app.app_context(), actor.acting("command"):
        people_service.grant_role(person_id=person_id, role="coordinator")
        service.forget(person_ref=ref, reason="Asked for in writing")
        assert ref not in kept()
        done = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.actor == account_ref)).all()
        assert done == ["thing.done", "thing.done"]
        chain.chain()
        assert chain.verify([]).faults == []
