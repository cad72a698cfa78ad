"""Run migrations in one transaction each, on SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app

from ilpes_lms.core.database import Model, UTCDateTime

database = current_app.extensions["migrate"].db


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what the database stores, so that migrations outlive our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Tables are rebuilt by batches; the rows that point to them must stand it.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_types,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.commit()


run()
