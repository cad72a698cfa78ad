"""What is kept for a time only: rooms say which rows are due, and take them in batches.

A statement that finds what is due has two columns: `id`, and `since`, from when the period counts.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, delete, func, select

from ilpes_lms.core.database import Model, db

Found = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
AT_ONCE = 500


class Due(NamedTuple):
    """How many rows are due, and since when the oldest of them counts."""

    number: int
    oldest: datetime | date | None


def counted(found: Found) -> Due:
    """Return how many rows a statement finds, and the oldest of them."""
    due = found.subquery()
    return Due(*db.session.execute(select(func.count(), func.min(due.c.since))).one())


def batch(model: type[Model], found: Found) -> list[int]:
    """Return the numbers of the first rows of a table that a statement finds, locked for the open transaction.

    What somebody else holds is left to them, so that two who let go at once share the work.
    """
    due = select(model.id).where(model.id.in_(select(found.subquery().c.id)))
    return list(db.session.scalars(due.order_by(model.id).limit(AT_ONCE).with_for_update(skip_locked=True)))


def delete_batch(model: type[Model], found: Found) -> int:
    """Delete the first rows of a table that a statement finds, in the open transaction; return how many."""
    ids = batch(model, found)
    db.session.execute(delete(model).where(model.id.in_(ids)))
    return len(ids)
