"""The record of who did what to what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model


class AuditEntry(Model):
    """One deed. `actor` and `object_id` are random public ids, so that the record itself names nobody.

    Triggers refuse every DELETE, and every UPDATE but one that erases the actor, or the object with its details.
    """

    __tablename__ = "audit_entries"

    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(64), index=True)
    verb: Mapped[str] = mapped_column(String(80))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]]

    seen: Mapped[list["SeenPerson"]] = relationship(viewonly=True, order_by="SeenPerson.id")


class SeenPerson(Model):
    """A person whose data somebody saw by an entry; `seal` stays when the person is erased."""

    __tablename__ = "audit_seen_persons"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), index=True)
    person_ref: Mapped[str] = mapped_column(String(26), index=True)
    salt: Mapped[str] = mapped_column(String(32))
    seal: Mapped[str] = mapped_column(String(64))
