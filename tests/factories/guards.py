"""The way around the triggers that guard what is only ever added to."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, text

GUARDED = ("statistics_release_counts", "statistics_releases", "audit_links", "audit_seen_persons", "audit_entries")
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :tables").bindparams(
    bindparam("tables", expanding=True)
)


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let guarded rows be changed and deleted, as somebody with all rights over the database can."""
    tables = [name for name in GUARDED if connection.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {name})"))]
    if connection.dialect.name == "postgresql":
        for name in tables:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        yield
        for name in tables:
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    else:
        triggers = connection.execute(_TRIGGERS, {"tables": tables}).all() if tables else []
        for name, _sql in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)
