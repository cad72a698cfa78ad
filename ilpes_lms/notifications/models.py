"""The outbox: one row a message to a person, from the wish to send it to what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class Message(Model):
    """One notification. `key` is its natural key: the same wish is one row, however often it is made.

    `address` is set when the message does not go to the person's own verified address (a confirmation, an
    invitation). Subject and texts are filled when it is sent, for the log that coordinators read.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'skipped', 'failed')", name="state"),
        Index("ix_messages_state_due", "state", "due_at"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    activity_ref: Mapped[str | None] = mapped_column(String(26), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(2))
    values: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    subject: Mapped[str] = mapped_column(String(400), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    sent_to: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]


class DeclinedKind(Model):
    """A kind of message, not an essential one, that a person does not want."""

    __tablename__ = "declined_kinds"
    __table_args__ = (UniqueConstraint("person_id", "kind", name="uq_declined_kinds_once"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
