"""The catalogue's edition: a stamp that changes in the transaction that changes what the public list shows."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from ilpes_lms.catalogue.models import CatalogueEdition
from ilpes_lms.core.database import db, savepoint
from ilpes_lms.core.ids import public_id


def new_edition() -> None:
    """Change the stamp. Said after the activity is locked, so that the one row is always the last to be locked."""
    if not _stamped():
        try:
            with savepoint() as session:
                session.add(CatalogueEdition(id=1, stamp=public_id()))
        except IntegrityError:
            _stamped()


def _stamped() -> bool:
    changed = db.session.execute(update(CatalogueEdition).values(stamp=public_id()))
    return bool(getattr(changed, "rowcount", 0))
