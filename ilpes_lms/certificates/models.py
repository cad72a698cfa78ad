"""Certificates as issued: they outlive the activity, the person's name and the account."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class SigningCertificate(Model):
    """The public half of a key that has signed: kept for good, so that what it signed can be checked after it."""

    __tablename__ = "signing_certificates"

    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    pem: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    for_trials: Mapped[bool]
    first_used_at: Mapped[datetime]


class Certificate(Model):
    """One certificate. What it says is copied into `content` when it is asked for, and never read elsewhere
    again; `file_key` and `file_digest` are those of the bytes as issued.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "edition", name="uq_certificates_edition"),
        # Of one certificate there is one successor.
        UniqueConstraint("replaces_id", name="uq_certificates_replaces_id"),
        CheckConstraint("kind IN ('participation', 'completion')", name="kind"),
        CheckConstraint("state IN ('queued', 'issued', 'failed', 'superseded', 'revoked')", name="state"),
        Index("ix_certificates_state", "state"),
        Index("ix_certificates_file_key", "file_key"),
    )

    code: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    serial: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[str] = mapped_column(String(14))
    edition: Mapped[int] = mapped_column(default=1)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    activity_ref: Mapped[str] = mapped_column(String(26), index=True)
    language: Mapped[str] = mapped_column(String(2))
    content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    file_key: Mapped[str | None] = mapped_column(String(64))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("signing_certificates.id"))
    requested_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(400), default="")

    signer: Mapped[SigningCertificate | None] = relationship()


class IssuePause(Model):
    """An activity whose certificates wait until somebody lets them go on."""

    __tablename__ = "issue_pauses"

    activity_ref: Mapped[str] = mapped_column(String(26), unique=True)
    since: Mapped[datetime]


class SerialCounter(Model):
    """The last serial number given in a year; locked while the next one is taken."""

    __tablename__ = "serial_counters"

    year: Mapped[int] = mapped_column(unique=True)
    last: Mapped[int] = mapped_column(default=0)
