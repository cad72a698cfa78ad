"""What it takes to complete an activity, and the outcomes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment


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
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
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
    hours_earned: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))

    enrolment: Mapped[Enrolment] = relationship()


class OutcomeAppeal(Model):
    """A participant's wish that an outcome be looked at again, and what became of it."""

    __tablename__ = "outcome_appeals"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'corrected', 'upheld')", name="state"),
        UniqueConstraint("enrolment_id", "asked_at", name="uq_outcome_appeals_once"),
        Index(
            "uq_outcome_appeals_open",
            "enrolment_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))

    enrolment: Mapped[Enrolment] = relationship()
