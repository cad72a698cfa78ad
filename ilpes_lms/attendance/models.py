"""Marks, completion rules and the outcomes they lead to."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import Model
from ilpes_lms.enrolment.models import Enrolment


class Mark(Model):
    """The attendance of one enrolment at one class session, with where the knowledge comes from."""

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

    enrolment: Mapped[Enrolment] = relationship()
    class_session: Mapped[ClassSession] = relationship()


class CompletionRule(Model):
    """One version of what it takes to complete an activity; the highest version is in force."""

    __tablename__ = "completion_rules"
    __table_args__ = (
        UniqueConstraint("activity_id", "version", name="uq_completion_rules_version"),
        CheckConstraint("minimum_share >= 0 AND minimum_share <= 1", name="share"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    version: Mapped[int]
    minimum_share: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    at_least_one: Mapped[bool] = mapped_column(default=False)
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]


class Outcome(Model):
    """Completed or not, with the rule's version and the evidence it was decided on."""

    __tablename__ = "outcomes"
    __table_args__ = (CheckConstraint("result IN ('completed', 'not_completed')", name="result"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    result: Mapped[str] = mapped_column(String(14))
    rule_version: Mapped[int]
    evidence: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship()
