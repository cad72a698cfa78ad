"""Write the record; every room may, in its own transaction."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert

from ilpes_lms.audit import rules
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import writing

SEEN = "personal_data.seen"
_ENTRIES = AuditEntry.metadata.tables[AuditEntry.__tablename__]
_WRITE = insert(_ENTRIES)
_WRITE_SEEN = insert(SeenPerson.metadata.tables[SeenPerson.__tablename__])


def record(verb: str, object_type: str, object_id: str, **details: Any) -> None:
    """Record a deed of the present actor with the change itself, so that neither stands without the other.

    `details` hold codes and numbers, never a name or an address.
    """
    with writing() as session:
        session.connection().execute(_WRITE, _entry(verb, object_type, object_id, details))


def record_seen(page: str, object_type: str, object_id: str, people: Iterable[str]) -> None:
    """Record that the present actor was shown data of people, given by their public ids, on a page about something."""
    seen = [asdict(rules.witnessed(person)) for person in sorted(set(people))]
    with writing() as session:
        entry = _entry(SEEN, object_type, object_id, {"page": page, "people": len(seen)})
        entry_id = session.connection().execute(_WRITE.returning(_ENTRIES.c.id), entry).scalar_one()
        session.connection().execute(_WRITE_SEEN, [{"entry_id": entry_id, **one} for one in seen])


def _entry(verb: str, object_type: str, object_id: str, details: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": clock.now(), "actor": actor.current(), "verb": verb, "object_type": object_type,
        "object_id": object_id, "details": details,
    }  # fmt: skip
