"""The outbox: one row a message to a person, from the wish to send it to what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id

# In these words, not with values bound, else neither database sees that a query asks for what an index holds.
DUE = "state = 'queued' AND digest_id IS NULL"
AWAITED = "state = 'queued' AND awaited"
LEASED = "state = 'sending'"


class Message(Model):
    """One notification. `key` is its natural key: the same wish is one row, however often it is made.

    `address` is set when the message does not go to the person's own verified address (a confirmation, an
    invitation). Subject and texts are filled when it is sent, for the log that coordinators read. `erased` says that
    values only the mail may hold are gone, so that it can't be written again; `awaited` ones leave first.
    `again_of_id` names the message that this one repeats, `digest_id` the daily summary that this one waits for or
    left in.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'skipped', 'failed', 'bounced')", name="state"),
        Index("ix_messages_state_due", "state", "due_at"),
        # What the poller reads: however much was sent or waits for later, it passes over none of it.
        Index("ix_messages_due", "due_at", "id", postgresql_where=text(DUE), sqlite_where=text(DUE)),
        Index("ix_messages_awaited", "due_at", "id", postgresql_where=text(AWAITED), sqlite_where=text(AWAITED)),
        Index("ix_messages_leased", "lease_until", postgresql_where=text(LEASED), sqlite_where=text(LEASED)),
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
    # The previous release writes rows without it, and nobody knows of those whether their secrets are kept.
    erased: Mapped[bool] = mapped_column(default=False, server_default=true())
    awaited: Mapped[bool] = mapped_column(default=False, server_default=false())
    again_of_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    created_at: Mapped[datetime]


class DeclinedKind(Model):
    """A kind of message, not an essential one, that a person does not want."""

    __tablename__ = "declined_kinds"
    __table_args__ = (UniqueConstraint("person_id", "kind", name="uq_declined_kinds_once"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class DigestChoice(Model):
    """A person who wants one message a day, at an hour of their own zone, for all that is not essential."""

    __tablename__ = "digest_choices"
    __table_args__ = (CheckConstraint("hour >= 0 AND hour <= 23", name="hour"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    hour: Mapped[int]
    at: Mapped[datetime]


class BounceReport(Model):
    """Somebody told us that a message did not arrive; the same report is one row, however often it comes."""

    __tablename__ = "bounce_reports"
    __table_args__ = (CheckConstraint("source IN ('server', 'mailbox', 'webhook')", name="source"),)

    key: Mapped[str] = mapped_column(String(80), unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]


class BouncedAddress(Model):
    """An address at which nothing arrives, until something does or its owner says that it works."""

    __tablename__ = "bounced_addresses"

    address_key: Mapped[str] = mapped_column(String(254), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    since: Mapped[datetime]


class DomainPace(Model):
    """How fast letters go to one domain: when it is free for the next, and until when those put off stand in line."""

    __tablename__ = "domain_paces"

    domain: Mapped[str] = mapped_column(String(254), unique=True)
    free_at: Mapped[datetime]
    tail_at: Mapped[datetime]
