"""A canary goes through everything and is erased: nothing is left of her in any table or file (TRUST 38)."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from ilpes_lms.audit.chain import service as chain
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import forgetters, ledger, service
from tests.factories import people
from tests.factories.canary import WORDS, Canary, make_canary


@pytest.fixture
def canary(app) -> Iterator[Canary]:
    with app.app_context(), actor.acting("test"):
        found = make_canary()
        db.session.remove()
        yield found
        db.session.rollback()


def tables_with(words: tuple[str, ...]) -> set[str]:
    """Return which tables have one of some words in a column, as the database itself says what tables there are."""
    db.session.commit()
    known = MetaData()
    with db.engine.connect() as connection:
        known.reflect(connection)
        rows = {name: connection.execute(select(table)).all() for name, table in known.tables.items()}
    return {name for name, found in rows.items() if any(_says(value, words) for row in found for value in row)}


def _says(value: Any, words: tuple[str, ...]) -> bool:
    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    return any(fold(word) in fold(text) for word in words)


def kept_files(app) -> set[Path]:
    """Return what lies in the store."""
    return {path for path in Path(app.config["FILES_FOLDER"]).rglob("*") if path.is_file()}


def other_files(app) -> list[Path]:
    """Return all else under var, but letters: in the test they stand for what has left the house."""
    var = app.config["SETTINGS"].var
    return [path for path in var.rglob("*") if path.is_file() and "mail" not in path.relative_to(var).parts]


def test_trust_38_the_canary_is_gone_from_every_table_and_every_file(app, canary: Canary) -> None:
    before = tables_with(canary.words)
    assert {"persons", "messages", "invitations", "reported_persons", "platform_rows", "certificates", "reviews",
            "announcements", "participant_imports", "audit_entries", "application_drafts"} <= before  # fmt: skip
    assert kept_files(app)
    service.forget(person_ref=canary.person_ref, reason="Asked for in writing")
    assert tables_with(canary.words) == set()
    assert kept_files(app) == set()
    said = b"".join(path.read_bytes() for path in other_files(app))
    assert [word for word in canary.words if word.encode() in said] == []
    chain.chain()
    assert chain.verify([]).faults == []


@pytest.mark.parametrize(
    ("room", "left"),
    [("people", "persons"), ("enrolment", "invitations"), ("attendance", "reported_persons"),
     ("notifications", "messages"), ("reminders", "announcements"), ("web", "remembered_answers"),
     ("audit", "audit_entries"), ("certificates", "certificates"), ("catalogue", "activities")],
)  # fmt: skip
def test_trust_38_a_forgetter_that_is_switched_off_is_found(canary: Canary, monkeypatch, room: str, left: str) -> None:
    monkeypatch.setitem(forgetters.registered(), room, lambda _person_id: 0)
    service.forget(person_ref=canary.person_ref, reason="Asked for in writing")
    assert left in tables_with(canary.words)


def test_what_was_counted_of_her_stays_and_no_place_is_held(canary: Canary) -> None:
    facts = select(Enrolment.sex, Enrolment.country, Enrolment.sector).where(
        Enrolment.person_id == canary.person_id, Enrolment.state == "confirmed"
    )
    before = db.session.execute(facts).all()
    service.forget(person_ref=canary.person_ref, reason="Asked for in writing")
    db.session.expire_all()
    assert db.session.execute(facts).all() == before != []
    states = select(Enrolment.state).where(Enrolment.person_id == canary.person_id).order_by(Enrolment.id)
    assert list(db.session.scalars(states)) == ["confirmed", "withdrawn"]


def test_an_erased_person_who_is_back_with_a_restored_database_is_erased_again(canary: Canary) -> None:
    stranger = people.person("stranger@example.org")
    service.forget(person_ref=canary.person_ref, reason="Asked for in writing")
    assert ledger.digest_of(canary.person_ref) in ledger.kept()
    assert service.replay() == 0
    back = people.person("back@example.org")
    back.public_id = canary.person_ref
    db.session.commit()
    assert service.replay() == 1
    assert db.session.scalar(select(func.count()).where(Person.forgotten_at.is_not(None))) == 2
    assert db.session.get_one(Person, stranger.id).forgotten_at is None


def test_trust_37_nothing_of_the_canary_is_in_logs_or_in_what_the_broker_is_told(app, caplog, capfd, notes) -> None:
    caplog.set_level(logging.DEBUG)
    with app.app_context(), actor.acting("test"):
        make_canary()
        logging.getLogger("ilpes_lms").warning("still heard")
    captured = capfd.readouterr()
    told = captured.out + captured.err + caplog.text + str(notes)
    assert "still heard" in told
    assert notes
    assert [word for word in WORDS if fold(word) in fold(told)] == []


def test_the_words_of_the_canary_are_nobody_else_s(app) -> None:
    with app.app_context():
        people.person()
        assert tables_with(WORDS) == set()
