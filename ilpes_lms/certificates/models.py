"""Certificates as issued: they outlive the activity, the person's name and the account."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core import witness
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
    """One certificate. What it says is copied into `content` when it is asked for, and never read elsewhere again.

    `file_key` is the hash of the bytes as issued, and stays when they go with the holder (`forgotten_at`). `reason`
    says why it stands in the place of another, `note` why it was ended or could not be made.
    `fetched_at` is when its holder first took the file, as far as that was noted.
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
        Index("ix_certificates_forgotten_at", "forgotten_at"),
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
    fetched_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    reason: Mapped[str] = mapped_column(String(400), default="", server_default="")
    forgotten_at: Mapped[datetime | None]
    file_deleted_at: Mapped[datetime | None]

    signer: Mapped[SigningCertificate | None] = relationship()


@event.listens_for(Certificate, "load")
def _witness(certificate: Certificate, _context: Any) -> None:
    # It says its holder's name, also where nobody reads the person.
    witness.note(certificate.person_id)


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


class CertificateTemplate(Model):
    """What certificates say and show besides what is certified: a draft, and the versions published of it.

    `division` "" is the whole institute. The one that is `usual` is taken where an activity has none of its own;
    `published` is the number of the newest version, 0 before the first. Of one that is retired no certificate is made.
    """

    __tablename__ = "certificate_templates"
    __table_args__ = (
        Index(
            "uq_certificate_templates_usual",
            "division",
            unique=True,
            sqlite_where=text("usual"),
            postgresql_where=text("usual"),
        ),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    division: Mapped[str] = mapped_column(String(40), default="")
    draft: Mapped[dict[str, Any]]
    draft_version: Mapped[int] = mapped_column(default=1)
    published: Mapped[int] = mapped_column(default=0)
    usual: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]


class CertificateTemplateVersion(Model):
    """A template as published: certificates are made of it, so it is kept for good and never changes."""

    __tablename__ = "certificate_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "number", name="uq_certificate_template_versions_number"),)

    template_id: Mapped[int] = mapped_column(ForeignKey("certificate_templates.id"))
    number: Mapped[int]
    design: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class ActivityTemplate(Model):
    """The template that somebody chose for an activity's certificates."""

    __tablename__ = "activity_templates"

    activity_ref: Mapped[str] = mapped_column(String(26), unique=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("certificate_templates.id"))

    template: Mapped[CertificateTemplate] = relationship()


class CertificateImage(Model):
    """A logo or a signature that was sent: its file is kept under the key as long as the row is, for good."""

    __tablename__ = "certificate_images"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]
