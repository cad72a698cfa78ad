"""Marks, and what other sources say against a mark that a person set."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment

_FIRST_VERSIONS = 1_000_000


def next_version(version: int | None) -> int:
    """Return the version after one; a mark that is set anew begins anywhere.

    So a page that saw a mark which was cleared and set again in the meantime does not take it for the one it saw.
    """
    return secrets.randbelow(_FIRST_VERSIONS) + 1 if version is None else version + 1


class Mark(Model):
    """The attendance of one enrolment at one class session, with where the knowledge comes from.

    `version` counts every change, by whatever source; `note` is for staff alone.
    """

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "class_session_id", name="uq_marks_once"),
        CheckConstraint("mark IN ('present', 'late', 'excused', 'absent')", name="mark"),
        CheckConstraint("source IN ('hand', 'check_in', 'import')", name="source"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), index=True)
    mark: Mapped[str] = mapped_column(String(8))
    minutes: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(10), default="hand")
    evidence: Mapped[dict[str, Any]]
    marked_by: Mapped[str] = mapped_column(String(64))
    marked_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(400), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    enrolment: Mapped[Enrolment] = relationship()
    class_session: Mapped[ClassSession] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": next_version}  # noqa: RUF012 - SQLAlchemy's own


class MarkChange(Model):
    """What a person did to a mark: as it was, as it became (None: no mark), and by which deed.

    A deed is one press of a page, named by it, or one "all present" over many; it happens once and can be taken back.
    """

    __tablename__ = "mark_changes"
    __table_args__ = (
        UniqueConstraint("class_session_id", "enrolment_id", "deed", name="uq_mark_changes_once"),
        Index("ix_mark_changes_actor", "class_session_id", "actor"),
    )

    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    deed: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(64))

    enrolment: Mapped[Enrolment] = relationship()


class Disagreement(Model):
    """What a report or a check-in says where a person's mark says otherwise; the mark stands until settled."""

    __tablename__ = "disagreements"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "class_session_id", "source", name="uq_disagreements_once"),
        CheckConstraint("mark IN ('present', 'late', 'excused', 'absent')", name="mark"),
        CheckConstraint("source IN ('check_in', 'import')", name="source"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), index=True)
    mark: Mapped[str] = mapped_column(String(8))
    minutes: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(64))

    enrolment: Mapped[Enrolment] = relationship()
    # The mark that stands; None where it was taken back since.
    against: Mapped[Mark | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Disagreement.enrolment_id) == remote(Mark.enrolment_id),
            foreign(Disagreement.class_session_id) == remote(Mark.class_session_id),
        ),
        viewonly=True,
    )


class CheckInScreen(Model):
    """The secret behind the rotating codes of one class session, and until when they are taken."""

    __tablename__ = "check_in_screens"

    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
