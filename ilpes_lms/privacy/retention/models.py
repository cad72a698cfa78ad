"""How long what is kept, where people said otherwise, and what was let go when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model

_LONGEST_KIND = 40


class RetentionPeriod(Model):
    """How long a kind of data is kept since somebody changed it; without `days` it is kept for ever."""

    __tablename__ = "retention_periods"
    __table_args__ = (CheckConstraint("days IS NULL OR days > 0", name="days"),)

    kind: Mapped[str] = mapped_column(String(_LONGEST_KIND), unique=True)
    days: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class RetentionRun(Model):
    """The last time that a kind of data was let go: how much, and what was left that should have gone.

    While it is under way, or was cut off, `ended_at` is the end of the one before, and `touched_at` says when it last
    came forward. `error` is the type of what ended it.
    """

    __tablename__ = "retention_runs"
    __table_args__ = (CheckConstraint("let_go >= 0 AND left_over >= 0", name="numbers"),)

    kind: Mapped[str] = mapped_column(String(_LONGEST_KIND), unique=True)
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    let_go: Mapped[int] = mapped_column(default=0)
    left_over: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(100), default="")

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None or self.ended_at < self.started_at


class DisuseNotice(Model):
    """Somebody was told that they will be erased, because nobody has used their account for years."""

    __tablename__ = "disuse_notices"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    told_at: Mapped[datetime]
