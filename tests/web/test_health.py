"""Whether the system is ready: a database that answers, with the tables of this release."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import func, select, text

from ilpes_lms.core import clock, pulses
from ilpes_lms.core.database import db
from ilpes_lms.notifications import service as notifications
from ilpes_lms.web import health
from tests.conftest import new_database


@contextmanager
def revision(app: APIFlask, number: str) -> Iterator[None]:
    """Let the database say that it stands at a revision."""

    def stand_at(value: str) -> str:
        with app.app_context(), db.engine.begin() as connection:
            before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            connection.execute(text("UPDATE alembic_version SET version_num = :value"), {"value": value})
        return str(before)

    before = stand_at(number)
    try:
        yield
    finally:
        stand_at(before)


def lively(app: APIFlask, *parts: str) -> None:
    with app.app_context():
        for part in parts:
            pulses.give(part, "here:1")


def test_a_database_brought_to_the_newest_is_ready(app, client) -> None:
    lively(app, *pulses.PARTS)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (
        200, {"status": "ready", "checks": {"database": True, "tables": True}, "degraded": {}}
    )  # fmt: skip


@pytest.mark.parametrize("silent", pulses.PARTS)
def test_without_a_scheduler_or_a_worker_it_answers_and_says_what_does_not_work(app, client, silent) -> None:
    lively(app, *(part for part in pulses.PARTS if part != silent))
    answer = client.get("/health/ready?lang=en")
    assert (answer.status_code, answer.json["status"], set(answer.json["degraded"])) == (200, "degraded", {silent})
    assert "sign of life" in answer.json["degraded"][silent]


def test_all_parts_are_asked_for_their_signs_of_life_at_once(app, statements) -> None:
    lively(app, *pulses.PARTS)
    with app.app_context():
        assert all(health.signs().values())
    assert len([statement for statement in statements if statement.startswith("SELECT pulses")]) == 1


def test_a_part_that_fell_silent_is_missed_after_a_while_and_no_sooner(app, client) -> None:
    lively(app, *pulses.PARTS)
    with time_machine.travel(clock.now() + pulses.LONGEST_SILENCE - timedelta(seconds=5)):
        assert client.get("/health/ready").json["status"] == "ready"
    with time_machine.travel(clock.now() + pulses.LONGEST_SILENCE + timedelta(seconds=5)):
        lively(app, "worker")
        assert set(client.get("/health/ready").json["degraded"]) == {"scheduler"}


def test_messages_that_wait_too_long_are_a_sign(app, client) -> None:
    lively(app, *pulses.PARTS)
    with app.app_context():
        notifications.send(kind="people.address_known", key="k", values={}, address="ana@example.org")
        notifications.send(
            kind="people.address_known", key="later", values={}, address="ana@example.org",
            due_at=clock.now() + timedelta(days=3),
        )  # fmt: skip
    assert client.get("/health/ready").json["status"] == "ready"
    with time_machine.travel(clock.now() + timedelta(minutes=20)):
        lively(app, *pulses.PARTS)
        assert set(client.get("/health/ready").json["degraded"]) == {"messages"}


def test_one_process_is_one_row_and_those_gone_are_forgotten(app) -> None:
    lively(app, *pulses.PARTS, *pulses.PARTS)
    with app.app_context():
        pulses.give("worker", "there:2")
        assert db.session.scalar(select(func.count(pulses.Pulse.id))) == 3
        with time_machine.travel(clock.now() + timedelta(days=2)):
            pulses.give("worker", "there:3")
        assert [pulse.name for pulse in db.session.scalars(select(pulses.Pulse))] == ["there:3"]


def test_a_heart_beats_often_and_writes_now_and_then(app, statements) -> None:
    heart = pulses.Heart("worker")
    with app.app_context():
        for _ in range(100):
            heart.beat()
    assert len([statement for statement in statements if statement.startswith("INSERT")]) == 1


def test_tables_of_an_older_release_are_a_problem_that_says_what_to_run(app, client) -> None:
    with revision(app, "0001"):
        answer = client.get("/health/ready", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "ilpes-lms init" in answer.json["detail"]
    assert (answer.json["code"], [fault["field"] for fault in answer.json["errors"]]) == ("not_ready", ["tables"])


def test_tables_of_the_next_release_are_ready_while_it_is_rolled_out(app, client) -> None:
    with revision(app, "9999"):
        assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_before_init_is_not_ready(kind, postgresql, tmp_path, fresh_app: Callable[[str], APIFlask]) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}" if kind == "sqlite" else new_database(postgresql)
    answer = fresh_app(url).test_client().get("/health/ready?lang=es")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["detail"] == "Faltan en la base de datos las tablas de esta versión. Ejecute: ilpes-lms init"


def test_a_database_that_is_away_is_named_and_its_tables_are_not_guessed_at(tmp_path, fresh_app) -> None:
    answer = fresh_app("postgresql+psycopg://nobody@127.0.0.1:1/none").test_client().get("/health/ready")
    assert (answer.status_code, [fault["field"] for fault in answer.json["errors"]]) == (503, ["database"])


@pytest.fixture
def fresh_app(tmp_path) -> Iterator[Callable[[str], APIFlask]]:
    """Build an application on a database that nobody has prepared."""
    from ilpes_lms import config
    from ilpes_lms.app import create_app

    made: list[APIFlask] = []

    def make(url: str) -> APIFlask:
        made.append(create_app(config.load({}, environment="test", database_url=url, var_folder=str(tmp_path))))
        return made[-1]

    yield make
    for application in made:
        with application.app_context():
            db.engine.dispose()
