"""The application does all its work with an account that may only read and write rows; another changes tables."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ProgrammingError

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.backups import service as backups
from ilpes_lms.config import ROOT
from ilpes_lms.core import actor, schema
from ilpes_lms.core.database import db
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.people.models import Person
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.rollups import service as rollups
from tests.conftest import RecordedNotes, new_database
from tests.factories.certificates import certificates, make_issued

ACCOUNTS = ROOT / "deploy" / "postgresql" / "accounts.sql"
FORBIDDEN = (
    "CREATE TABLE notes (id int)",
    "DROP TABLE persons CASCADE",
    "TRUNCATE persons CASCADE",
    "ALTER TABLE audit_entries DISABLE TRIGGER USER",
)


@dataclass
class Accounts:
    """The application with the owner's account, which made the tables, and with the other one."""

    owner: APIFlask
    user: APIFlask


@pytest.fixture(scope="module")
def accounts(
    postgresql: str, make_app: Callable[[str], APIFlask], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Accounts]:
    url = make_url(new_database(postgresql))
    # Accounts belong to the whole server, so this run's have names of their own.
    suffix = f"_{os.getpid()}"
    _run(ACCOUNTS.read_text(), url, suffix)
    owner = make_app(_as(url, f"ilpes_owner{suffix}"))
    folder = tmp_path_factory.mktemp("user")
    user = create_app(
        config.load({}, environment="test", database_url=_as(url, f"ilpes{suffix}"), var_folder=str(folder))
    )
    jobs_of(user).waker = RecordedNotes()  # type: ignore[assignment]
    yield Accounts(owner, user)
    with user.app_context():
        db.engine.dispose()


def _as(url: URL, account: str) -> str:
    return url.set(username=account).render_as_string(hide_password=False)


def _run(script: str, url: URL, suffix: str) -> None:
    lines = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    named = lines.replace("DATABASE ilpes", f'DATABASE "{url.database}"')
    for name in ("ilpes_owner", "ilpes"):
        named = named.replace(f" {name} ", f" {name}{suffix} ").replace(f" {name};", f" {name}{suffix};")
    with _engine(url).connect() as connection:
        for statement in filter(None, map(str.strip, named.split(";"))):
            connection.execute(text(statement))


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def test_the_application_does_its_work_with_the_rights_to_rows_alone(accounts: Accounts, tmp_path: Path) -> None:
    with accounts.user.app_context(), actor.acting("test"):
        assert schema.tables_are_there()
        issued = make_issued()
        assert rollups.refresh() > 0
        assert not rollups.check()
        day = issued.taught.activity.starts_on
        assert statistics.compute(day, day)["totals"]["participations"] == 1
        assert len(certificates()) == 1
        assert backups.backup(tmp_path / "backup").rows[Person.__tablename__] == 1
        db.session.rollback()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_changes_tables_or_goes_around_their_guards_is_refused(accounts: Accounts, statement: str) -> None:
    with accounts.user.app_context(), pytest.raises(ProgrammingError, match="InsufficientPrivilege"):
        db.session.execute(text(statement))


def test_a_table_that_a_later_migration_adds_can_be_used_at_once(accounts: Accounts) -> None:
    with accounts.owner.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE added (id bigserial PRIMARY KEY, what text)"))
    try:
        with accounts.user.app_context(), db.engine.begin() as connection:
            connection.execute(text("INSERT INTO added (what) VALUES ('new')"))
            assert connection.scalar(text("SELECT what FROM added")) == "new"
    finally:
        with accounts.owner.app_context(), db.engine.begin() as connection:
            connection.execute(text("DROP TABLE added"))


def test_a_restore_by_the_owner_leaves_the_rights_as_they_were(accounts: Accounts, tmp_path: Path) -> None:
    with accounts.user.app_context():
        people = db.session.query(Person).count()
        db.session.rollback()
        backups.backup(tmp_path / "backup")
    with accounts.owner.app_context():
        backups.restore(tmp_path / "backup", force=True)
    with accounts.user.app_context():
        assert db.session.query(Person).count() == people
        db.session.rollback()
