"""Statistics as compiled: what was counted, for which period, under which definition, when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class Compilation(Model):
    """One compilation by the worker, kept so that a coordinator can point to what was seen that day.

    `result` has the shape of `statistics show --format json`, with the comparison beside it; `digest` is the SHA-256 of
    its canonical form.
    """

    __tablename__ = "compilations"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("state IN ('queued', 'done', 'failed')", name="state"),
        Index("ix_compilations_period", "starts_on", "ends_on"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    definition: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    result: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64), default="")
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
