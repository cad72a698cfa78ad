"""The database, and the unit of work.

Reading needs nothing. Writing happens inside `writing()`: one service function, one transaction (habit 6).
Nested calls join the outer unit, so a service may call a lower room's service.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CTE, BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, Select, Table, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

P = ParamSpec("P")
R = TypeVar("R")

_UNIT = "unit_of_work"
_SQLITE_BUSY_SECONDS = 20
# PostgreSQL takes each look-up for a turn of a disk and reads large tables whole instead. There are no such disks, and
# what is asked for often stands in memory. Sums by institution want more than 4 MB, or go by way of the disk.
_PLANNED = "-c random_page_cost=1.1 -c work_mem=16MB"
_IN_USE = "in_use_until"
# SQLSTATE read_only_sql_transaction: also "cannot execute … during recovery".
_READ_ONLY = "25006"
_RESTED_SECONDS = 1.0
_kept: ContextVar[Connection | None] = ContextVar("kept", default=None)

# SQLite drops unnamed constraints in batch migrations, so every constraint has a name.
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of all tables: a numeric key that never leaves, aware moments, JSON for lists and maps."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute
        datetime: UTCDateTime,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[dict[str, Any]]: JSON,
    }

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, sort_order=-100)


db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})


class _Unit:
    def __init__(self) -> None:
        self.after_commit: list[Callable[[], None]] = []


@contextmanager
def writing() -> Iterator[Session]:
    """Open the one write transaction of a use case, or join the one that is open.

    Commits at the end of the outermost block, then runs what `after_commit` collected; rolls back on any
    error. On SQLite it begins IMMEDIATE, the only protection there (law 4).
    """
    session = db.session()
    if _UNIT in session.info:
        yield session
        return
    _forget_what_was_read(session)
    unit = session.info[_UNIT] = _Unit()
    try:
        _begin_writing(session)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_UNIT]
    for effect in unit.after_commit:
        effect()


def transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service function one transaction."""
    from functools import wraps

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with writing():
            return function(*args, **kwargs)

    return inside


@contextmanager
def glance() -> Iterator[Connection]:
    """Open a connection for one statement that reads what is committed now: in PostgreSQL, one turn instead of three.

    SQLite begins a transaction all the same, which costs nothing there. In PostgreSQL, a statement that writes is
    committed by itself, so it may be one as well where it is a whole unit of work.
    """
    if (kept := _kept.get()) is not None:
        yield kept
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def glances() -> Iterator[None]:
    """Let all glances in a block share one connection, which is in no transaction between them.

    In SQLite each has its own as ever: there, one that goes on would read what was committed when it began.
    """
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with glance() as connection:
        mark = _kept.set(connection)
        try:
            yield
        finally:
            _kept.reset(mark)


def read_at_once(statement: Select[*tuple[Any, ...]], **values: Any) -> tuple[Any, ...] | None:
    """Return the one row, if there is one, of a statement that is asked very often, as it is committed now.

    In PostgreSQL it goes to the driver as it is, outside any transaction: one turn to the server instead of three, and
    nothing of what SQLAlchemy does for statements in general, which costs more than the turn. Its moments come out
    aware, but no type of ours reads the columns. SQLite has no turns to save and no moments.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        sql, constants = _in_sql(statement, engine.dialect)
        return _glance_by_driver(engine, sql, {**constants, **values})
    with engine.connect() as connection:
        found = connection.execute(statement, values).one_or_none()
    return tuple(found) if found else None


@lru_cache(maxsize=64)
def _in_sql(statement: Select[Any], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    compiled = statement.compile(dialect=dialect)
    return str(compiled), dict(compiled.params)


def _glance_by_driver(engine: Engine, sql: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    pooled = engine.raw_connection()
    try:
        connection: Any = pooled.driver_connection
        connection.autocommit = True
        found: tuple[Any, ...] | None = connection.execute(sql, values).fetchone()
        connection.autocommit = False
    except engine.dialect.loaded_dbapi.Error as error:
        pooled.invalidate(error)
        raise DBAPIError(sql, values, error) from error
    finally:
        pooled.close()
    return found


def found_once(rows: Select[*tuple[Any, ...]]) -> CTE:
    """Return rows that PostgreSQL finds once, however often they are read and however few it expects of them."""
    return rows.cte().prefix_with("MATERIALIZED", dialect="postgresql")


def after_commit(effect: Callable[[], None]) -> None:
    """Run an effect once the open unit of work is committed, never if it is rolled back."""
    unit = db.session().info.get(_UNIT)
    if unit is None:
        effect()
    else:
        unit.after_commit.append(effect)


@contextmanager
def savepoint() -> Iterator[Session]:
    """Try something that a constraint may refuse without losing the unit of work around it."""
    session = db.session()
    with session.begin_nested():
        yield session


def inserting(model: type[Model] | Table) -> Any:
    """Begin an INSERT that can step aside where a row is there already, which each database says in its own way."""
    # The other database's dialect, which is large, is not opened.
    return import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert(model)


def violates(error: IntegrityError, *constraints: str) -> bool:
    """Tell whether an integrity error is the breach of one of the named constraints or columns.

    PostgreSQL names the constraint; SQLite names only `table.column`.
    """
    text = str(error.orig)
    return any(name in text for name in constraints)


def only_reads(error: DBAPIError) -> bool:
    """Tell whether a database refused to write because it only follows another one."""
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY


def _forget_what_was_read(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("objects were changed outside a unit of work")
    # What was read before belongs to an older snapshot: the unit of work reads afresh.
    session.expire_all()


def _begin_writing(session: Session) -> None:
    # In SQLite a transaction that began by reading can't become IMMEDIATE, so another one begins. PostgreSQL gives
    # every statement a snapshot of its own (READ COMMITTED), so there the same one goes on.
    if session.get_bind().dialect.name == "sqlite":
        session.commit()
        session.connection(execution_options={"writes": True})


def open_database(app: Flask, url: str) -> None:
    """Connect the application to its database with the settings each kind needs."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _ask_the_rested(db.engine)


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": _SQLITE_BUSY_SECONDS}}
    return {
        "isolation_level": "READ COMMITTED",
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": 5,
        "connect_args": {"connect_timeout": 5, "options": f"-c timezone=UTC -c lock_timeout=15000 {_PLANNED}"},
    }


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ask_the_rested(engine: Engine) -> None:
    """Ask a pooled connection whether it still stands, if it was not in use a moment ago; if not, renew them all.

    Asking every time would cost each request a turn to the database, which those in use prove to be there.
    """

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info[_IN_USE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _fairy: Any) -> None:
        last = record.info.get(_IN_USE)
        if last is not None and time.monotonic() - last > _RESTED_SECONDS:
            _renew_unless_alive(engine, connection)


def _renew_unless_alive(engine: Engine, connection: Any) -> None:
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as gone:
        raise InvalidatePoolError from gone
