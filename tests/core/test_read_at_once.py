"""What is read at once is committed already, and a connection that broke is not asked again."""

import pytest
from apiflask import APIFlask
from sqlalchemy import NullPool, bindparam, create_engine, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError

from ilpes_lms.core import clock, database
from ilpes_lms.core.database import db, read_at_once, writing
from ilpes_lms.core.pulses import Pulse

_SEEN = select(Pulse.part, Pulse.at).where(Pulse.part == bindparam("part"))


def test_a_row_read_at_once_has_the_row_with_an_aware_moment(context: APIFlask) -> None:
    now = clock.now()
    with writing() as session:
        session.add(Pulse(part="worker", name="one", at=now))
    assert read_at_once(_SEEN, part="worker") == ("worker", now)
    assert read_at_once(_SEEN, part="nobody") is None


def test_reading_at_once_sees_what_another_transaction_committed_meanwhile(context: APIFlask) -> None:
    assert read_at_once(_SEEN, part="worker") is None
    with db.engine.begin() as connection:
        connection.execute(insert(Pulse), {"part": "worker", "name": "one", "at": clock.now()})
    assert read_at_once(_SEEN, part="worker") is not None


def test_after_reading_at_once_its_connection_begins_transactions_again(context: APIFlask) -> None:
    """What is rolled back on the only connection of the pool must not have been committed."""
    db.engine.dispose()
    read_at_once(_SEEN, part="worker")
    with db.engine.connect() as connection:
        connection.execute(insert(Pulse), {"part": "worker", "name": "one", "at": clock.now()})
        connection.rollback()
    assert read_at_once(_SEEN, part="worker") is None


def test_a_statement_that_fails_is_said_as_such_and_spoils_nothing(context: APIFlask) -> None:
    with pytest.raises(DBAPIError):
        read_at_once(select(literal(1)).where(text("no_such_column = 1")))
    assert read_at_once(select(literal(1))) == (1,)


def test_a_connection_that_the_server_ended_is_not_asked_again(
    context: APIFlask, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite has no server")
    monkeypatch.setattr(database, "_RESTED_SECONDS", float("inf"))
    db.engine.dispose()
    (process,) = read_at_once(select(func.pg_backend_pid())) or (0,)
    with create_engine(db.engine.url, poolclass=NullPool).connect() as elsewhere:
        elsewhere.execute(select(func.pg_terminate_backend(process, 5000)))
    with pytest.raises(DBAPIError):
        read_at_once(select(literal(1)))
    assert read_at_once(select(literal(1))) == (1,)
