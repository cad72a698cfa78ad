"""Are the tables there that this release works with?"""

from alembic.migration import MigrationContext

from ilpes_lms import config
from ilpes_lms.core.database import db


def tables_are_there() -> bool:
    """Tell whether the database was brought to this release's newest migration, or to a later one.

    A later one is no fault: while a release is rolled out, the one before works on the tables of the next.
    """
    newest = (config.ROOT / "migrations" / "HEAD").read_text().strip()
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and current >= newest
