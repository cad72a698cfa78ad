"""What an activity asks of applicants, and what they answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class ApplicationQuestion(Model):
    """A question to applicants. Labels and hints by language; `options` are {"code", "labels"} of a choice.

    A question that was answered is not deleted but no longer asked (`asked` false); where its words were corrected,
    `corrections` keep each time {"at", "note", "labels"}, the labels as they were before.
    """

    __tablename__ = "application_questions"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'choice', 'number', 'file')", name="kind"),
        UniqueConstraint("activity_id", "number", name="uq_application_questions_number"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    long: Mapped[bool] = mapped_column(default=False, server_default=false())
    labels: Mapped[dict[str, str]]
    hints: Mapped[dict[str, str]]
    options: Mapped[list[dict[str, Any]]]
    required: Mapped[bool] = mapped_column(default=True)
    asked: Mapped[bool] = mapped_column(default=True)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")


class ApplicationAnswer(Model):
    """One answer of an application: a text, the code of a choice (as `text`), a number, or a kept file."""

    __tablename__ = "application_answers"
    __table_args__ = (UniqueConstraint("enrolment_id", "question_id", name="uq_application_answers_once"),)

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("application_questions.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[Any | None] = mapped_column(Numeric(18, 4))
    file_key: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="")

    question: Mapped[ApplicationQuestion] = relationship()


class KeptLetter(Model):
    """A file that somebody chose for an application, and when last; `file_key` is that of its bytes.

    Whoever keeps, sends or deletes the bytes locks this row first, so that none is deleted while it is sent.
    """

    __tablename__ = "kept_letters"
    __table_args__ = (
        UniqueConstraint("file_key", name="uq_kept_letters_file_key"),
        Index("ix_kept_letters_kept_at", "kept_at"),
    )

    file_key: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime]


class ApplicationDraft(Model):
    """What somebody has typed of an application that is not sent yet.

    `values` are {"motivation", "answers" by the question's public id, "about" by the profile's names}; a file's answer
    is {"token", "name", "key", "size"}.
    """

    __tablename__ = "application_drafts"
    __table_args__ = (UniqueConstraint("person_id", "activity_id", name="uq_application_drafts_once"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    values: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship()
