"""The database as files, all of one moment, and back: SQLite by its own online backup, PostgreSQL by COPY.

COPY needs no program of the server's own version on this host, and the tables themselves come from our migrations, so a
dump of one PostgreSQL goes into a later one (ADR 0043).
"""

import gzip
import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, inspect, text

from ilpes_lms.backups.rules import Part
from ilpes_lms.core import schema
from ilpes_lms.core.database import db

_VERSION = "alembic_version"
_SQLITE = "database.sqlite"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Dump:
    """What was written: the migration it is of, rows by table, files by name."""

    schema: str
    rows: Mapping[str, int]
    parts: Mapping[str, Part]


def kind() -> str:
    """Return which kind of database this is."""
    return str(db.engine.dialect.name)


def dump(folder: Path) -> Dump:
    """Write all tables into a folder as they are at one moment, while others go on working."""
    return _dump_sqlite(folder) if kind() == "sqlite" else _dump_postgresql(folder)


def load(folder: Path, found: Dump) -> None:
    """Replace the whole database by a dump; the tables are then those of the dump's migration."""
    db.session.remove()
    if kind() == "sqlite":
        _load_sqlite(folder)
    else:
        _load_postgresql(folder, found)


def counts() -> dict[str, int]:
    """Return the rows of every table."""
    with db.engine.connect() as connection:
        return {name: _count(connection, name) for name in _tables(connection)}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump_sqlite(folder: Path) -> Dump:
    path = folder / _SQLITE
    with closing(sqlite3.connect(path)) as copy:
        raw = db.engine.raw_connection()
        try:
            # All pages in one step, so that writers can't make it begin again and again.
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]  # it is open
        finally:
            raw.close()
        copy.execute("PRAGMA journal_mode=DELETE")
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - the database's own name  # nosec B608
            for name in names
            if name != _VERSION and not name.startswith("sqlite_")
        }
        version = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return Dump(version, rows, {_SQLITE: Part(digest(path))})


def _load_sqlite(folder: Path) -> None:
    uri = f"{(folder / _SQLITE).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as copy:
        raw = db.engine.raw_connection()
        try:
            copy.backup(raw.driver_connection)  # type: ignore[arg-type]  # it is open
        finally:
            raw.close()
    db.engine.dispose()


def _dump_postgresql(folder: Path) -> Dump:
    rows: dict[str, int] = {}
    parts: dict[str, Part] = {}
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # The first statement fixes the moment that every later one sees.
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        version = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        for name in _tables(connection):
            columns = tuple(column["name"] for column in inspect(connection).get_columns(name))
            path = folder / f"{name}.copy.gz"
            rows[name] = _copy_out(connection, name, columns, path)
            parts[path.name] = Part(digest(path), columns)
        connection.rollback()
    return Dump(version, rows, parts)


def _copy_out(connection: Connection, name: str, columns: tuple[str, ...], path: Path) -> int:
    cursor = _driver(connection).cursor()
    with gzip.open(path, "wb", compresslevel=5) as file, cursor.copy(_copying(name, columns, "TO STDOUT")) as copy:
        for piece in copy:
            file.write(piece)
    return int(cursor.rowcount)


def _load_postgresql(folder: Path, found: Dump) -> None:
    with db.engine.begin() as connection:
        place = str(connection.scalar(text("SELECT current_schema()")))
        connection.exec_driver_sql(f'DROP SCHEMA "{place}" CASCADE')
        connection.exec_driver_sql(f'CREATE SCHEMA "{place}"')
    schema.bring_to(found.schema)
    with db.engine.begin() as connection:
        names = _tables(connection)
        # What triggers write when rows come is in the dump as well.
        _let_triggers(connection, names, "DISABLE")
        for name in reversed(names):
            # What migrations put there is in the dump as well.
            if _count(connection, name):
                connection.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - the database's own name  # nosec B608
        for name in names:
            path = folder / f"{name}.copy.gz"
            _copy_in(connection, name, found.parts[path.name].columns, path)
        for name in names:
            _go_on_counting(connection, name)
        _let_triggers(connection, names, "ENABLE")


def _copy_in(connection: Connection, name: str, columns: tuple[str, ...], path: Path) -> None:
    with (
        gzip.open(path, "rb") as file,
        _driver(connection).cursor().copy(_copying(name, columns, "FROM STDIN")) as copy,
    ):
        while piece := file.read(_CHUNK):
            copy.write(piece)


def _let_triggers(connection: Connection, names: list[str], way: str) -> None:
    """Take our own triggers out of the way, or put them back; those that hold foreign keys stay."""
    for name in names:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" {way} TRIGGER USER')


def _go_on_counting(connection: Connection, name: str) -> None:
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name})
    if sequence:
        highest = f'SELECT setval(:sequence, (SELECT max(id) FROM "{name}"))'  # noqa: S608 - the database's own name  # nosec B608
        connection.execute(text(highest), {"sequence": sequence})


def _copying(name: str, columns: tuple[str, ...], way: str) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(name), listed, sql.SQL(way))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _tables(connection: Connection) -> list[str]:
    """Return all tables, each after those that it refers to."""
    found = [name for name, _keys in inspect(connection).get_sorted_table_and_fkc_names() if name]
    return [name for name in found if name != _VERSION]


def _count(connection: Connection, name: str) -> int:
    return int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)  # noqa: S608 - the database's own name  # nosec B608
