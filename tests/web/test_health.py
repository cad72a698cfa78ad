"""Whether the system is ready: a database that answers, with the tables of this release."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from ilpes_lms.core.database import db
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


def test_a_database_brought_to_the_newest_is_ready(client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (
        200, {"status": "ready", "checks": {"database": True, "tables": True}}
    )  # fmt: skip


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
