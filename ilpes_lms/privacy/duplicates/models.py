"""People who may be one person, with what speaks for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.people.models import Person


class TwinPair(Model):
    """Two people who may be one: `evidence` has codes that speak for it ("same") and against it ("different").

    Made anew by a job; only that somebody said that they are two (`dismissed_at`) is nowhere else.
    """

    __tablename__ = "twin_pairs"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_twin_pairs_once"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("ix_twin_pairs_strength", "strength", "id"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    first_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    evidence: Mapped[dict[str, Any]]
    strength: Mapped[int]
    found_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    dismissed_by: Mapped[str] = mapped_column(String(64), default="")

    first: Mapped[Person] = relationship(foreign_keys=[first_id])
    second: Mapped[Person] = relationship(foreign_keys=[second_id])
