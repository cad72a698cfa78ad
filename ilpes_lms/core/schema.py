"""Are the tables there that this release works with, and how do they come there?

What reads migrations is opened only where there is something to migrate.
"""

from flask import Flask, current_app

from ilpes_lms import config
from ilpes_lms.core.database import db


def open_migrations(app: Flask) -> None:
    """Let the application change its tables, by the commands `db` too."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)


def bring_to_newest() -> None:
    """Bring the tables to this release's newest migration."""
    bring_to("head")


def bring_to(revision: str) -> None:
    """Bring the tables to a migration that is not older than theirs."""
    from flask_migrate import upgrade

    open_migrations(current_app)
    upgrade(revision=revision)


def newest() -> str:
    """Return this release's newest migration."""
    return (config.ROOT / "migrations" / "HEAD").read_text().strip()


def tables_are_there() -> bool:
    """Tell whether the database was brought to this release's newest migration, or to a later one.

    A later one is no fault: while a release is rolled out, the one before works on the tables of the next.
    """
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and current >= newest()
