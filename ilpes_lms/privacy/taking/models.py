"""Archives of somebody's own data: asked for, made by a worker, kept for some days."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id

_UNDER_WAY = text("state IN ('asked', 'making')")


class DataArchive(Model):
    """What somebody takes along: `done` of `total` steps are behind it; `file_key` is that of the finished file.

    One at a time a person is under way, which the database itself holds.
    """

    __tablename__ = "data_archives"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'making', 'ready', 'failed')", name="state"),
        CheckConstraint("(state = 'ready') = (file_key IS NOT NULL)", name="file"),
        Index("uq_data_archives_under_way", "person_id", unique=True, sqlite_where=_UNDER_WAY,
              postgresql_where=_UNDER_WAY),
        Index("ix_data_archives_person", "person_id"),
    )  # fmt: skip

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    file_key: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
