"""Write the record; every room may, in its own transaction."""

from typing import Any

from sqlalchemy import insert

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import writing

_WRITE = insert(AuditEntry.metadata.tables[AuditEntry.__tablename__])


def record(verb: str, object_type: str, object_id: str, **details: Any) -> None:
    """Record a deed of the present actor with the change itself, so that neither stands without the other.

    `details` hold codes and numbers, never a name or an address.
    """
    with writing() as session:
        entry = {
            "at": clock.now(), "actor": actor.current(), "verb": verb, "object_type": object_type,
            "object_id": object_id, "details": details,
        }  # fmt: skip
        session.connection().execute(_WRITE, entry)
