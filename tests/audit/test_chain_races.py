"""Several chain at once while others write, and one is killed in the middle: the chain does not fork and has no gap."""

import multiprocessing
import os
import signal

import pytest
from sqlalchemy import func, select

from ilpes_lms.audit.chain import rules, service
from ilpes_lms.audit.chain.models import AuditLink
from ilpes_lms.core.database import db
from ilpes_lms.core.database import writing as one_transaction
from tests.enrolment.racing import in_processes
from tests.factories.audit import record

BEFORE, WRITTEN, ROUNDS = 1200, 60, 3


def record_many(app) -> None:
    with app.app_context(), one_transaction():
        record(BEFORE)


def chaining(app):
    def chain(barrier) -> int:
        with app.app_context():
            barrier.wait()
            return service.chain()

    return chain


def writing(app, name: str):
    def write(barrier) -> int:
        with app.app_context():
            barrier.wait()
            record(WRITTEN, by=name)
        return WRITTEN

    return write


class TestOnPostgreSQL:
    @pytest.fixture
    def database_kind(self) -> str:
        """Writers take turns on SQLite: only PostgreSQL lets them meet."""
        return "postgresql"

    def test_those_who_chain_at_once_make_one_chain_of_all_that_was_written(self, app) -> None:
        record_many(app)
        in_processes(app, [*[chaining(app)] * 3, writing(app, "one"), writing(app, "two")])
        with app.app_context():
            service.chain()
            verified = service.verify([])
            assert (verified.links, verified.faults, verified.waiting.number) == (BEFORE + 2 * WRITTEN, [], 0)

    def test_without_the_lock_they_would_chain_the_same_entries(self, app, monkeypatch) -> None:
        """The negative control: the database would refuse the second link of an entry."""
        monkeypatch.setattr(service, "_alone", lambda: None)

        def all_rounds() -> None:
            for _ in range(ROUNDS):
                record_many(app)
                in_processes(app, [chaining(app)] * 4)

        with pytest.raises(AssertionError, match="uq_audit_links"):
            all_rounds()


def test_a_chainer_killed_in_the_middle_leaves_whole_batches_and_another_goes_on(app, monkeypatch) -> None:
    record_many(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    linked, made = rules.linked, []

    def until_killed(*values):
        made.append(values)
        if len(made) == 2 * service._BATCH:
            os.kill(os.getpid(), signal.SIGKILL)
        return linked(*values)

    def chain() -> None:
        with app.app_context():
            db.engine.dispose(close=False)
            service.chain()

    with monkeypatch.context() as patch:
        patch.setattr(rules, "linked", until_killed)
        child = multiprocessing.get_context("fork").Process(target=chain)
        child.start()
        child.join()
    assert child.exitcode == -signal.SIGKILL
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditLink)) == service._BATCH
        db.session.rollback()
        assert service.chain() == BEFORE - service._BATCH
        verified = service.verify([])
        assert (verified.links, verified.faults) == (BEFORE, [])
