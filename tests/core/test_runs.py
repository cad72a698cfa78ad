"""What is remembered of the last run of each job, by the worker that did it."""

import threading
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from ilpes_lms.core import runs
from ilpes_lms.core.broker import working_celery
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.jobs import Jobs, register
from ilpes_lms.core.runs import JobRun, last_runs
from ilpes_lms.people.models import Organization

EXTENSION = "ilpes-jobs"


class Broken(Exception):
    """What a job fails with here."""


@pytest.fixture
def worked(app: APIFlask):
    """Do a function as a worker would do it as a job, retries and all; return how Celery saw it end."""
    before = app.extensions[EXTENSION]

    def work(function: Any) -> str:
        app.extensions[EXTENSION] = Jobs(lambda _name, _arguments: None)
        register(app, "test.job", function, label="A test", retries=1)
        state: str = working_celery(app, "").tasks["test.job"].apply(args=("x",)).state
        return state

    yield work
    app.extensions[EXTENSION] = before


def last(app: APIFlask) -> JobRun:
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(JobRun)) == 1
        return last_runs()["test.job"]


def test_a_run_is_remembered_and_the_next_takes_its_place(app: APIFlask, worked) -> None:
    assert worked(lambda _ref: None) == "SUCCESS"
    first = last(app)
    assert first.started_at <= first.ended_at
    assert worked(lambda _ref: None) == "SUCCESS"
    assert last(app).started_at > first.ended_at


def test_a_failure_is_remembered_by_its_type_and_loses_what_the_job_had_begun(app: APIFlask, worked) -> None:
    def fail(_ref: str) -> None:
        with writing() as session:
            session.add(Organization(name="Casa", name_key="casa", country="CHL"))
            session.flush()
            raise Broken("ana@example.org")

    assert worked(fail) == "FAILURE"
    assert last(app).error == "Broken"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Organization)) == 0
    assert worked(lambda _ref: None) == "SUCCESS"
    assert last(app).error == ""


def test_work_is_not_undone_because_the_note_about_it_is_lost(app: APIFlask, worked, monkeypatch) -> None:
    def lost(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(runs, "_write", lost)

    def add(_ref: str) -> None:
        with writing() as session:
            session.add(Organization(name="Casa", name_key="casa", country="CHL"))

    assert worked(add) == "SUCCESS"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Organization)) == 1
        assert last_runs() == {}


def test_workers_who_are_the_first_at_the_same_time_leave_one_row(app: APIFlask) -> None:
    barrier = threading.Barrier(4)

    def work() -> None:
        with app.app_context(), runs.remembered("test.job"):
            barrier.wait(10)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert last(app).error == ""
