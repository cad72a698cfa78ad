"""Exports of the learning platform: what their columns mean, what they say of whom, and what is known from them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment


class PlatformMapping(Model):
    """Which columns of the learning platform's export mean what, remembered for the activity."""

    __tablename__ = "platform_mappings"
    __table_args__ = (
        UniqueConstraint("activity_id", "kind", name="uq_platform_mappings_once"),
        CheckConstraint("kind IN ('grades', 'completion')", name="kind"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    kind: Mapped[str] = mapped_column(String(12))
    columns: Mapped[dict[str, Any]]
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]


class PlatformImport(Model):
    """One export of the learning platform: kept as a file until it is applied, then known by its digest.

    `summary` has the headings, what the columns mean, and what could not be read. `applied_at` is when it was asked
    for: of several exports the one that was applied last counts. `done` counts the people whose record has what it
    says: up while it is applied, down to none while it is taken back.
    """

    __tablename__ = "platform_imports"
    __table_args__ = (
        UniqueConstraint("activity_id", "digest", name="uq_platform_imports_file"),
        CheckConstraint("kind IN ('grades', 'completion')", name="kind"),
        CheckConstraint("state IN ('previewed', 'applying', 'applied', 'undone')", name="state"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    file_key: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="previewed")
    summary: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    activity: Mapped[Activity] = relationship()

    @property
    def is_being_taken_back(self) -> bool:
        return self.state == "undone" and self.done > 0

    @property
    def is_under_way(self) -> bool:
        return self.state == "applying" or self.is_being_taken_back


class PlatformRow(Model):
    """What one row of an export says of somebody; `unread` names what stands there and could not be read."""

    __tablename__ = "platform_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "number", name="uq_platform_rows_number"),
        CheckConstraint("standing IN ('matched', 'decided', 'open', 'not_enrolled', 'left_out')", name="standing"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    import_id: Mapped[int] = mapped_column(ForeignKey("platform_imports.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(400))
    email: Mapped[str] = mapped_column(String(254))
    standing: Mapped[str] = mapped_column(String(12))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    grade: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    tasks_done: Mapped[int | None]
    tasks_total: Mapped[int | None]
    last_access_at: Mapped[datetime | None]
    items: Mapped[dict[str, Any]]
    unread: Mapped[list[str]]


class PlatformRecord(Model):
    """What the learning platform's last exports say of one enrolment; the grade is of 100."""

    __tablename__ = "platform_records"
    __table_args__ = (CheckConstraint("tasks_done IS NULL OR tasks_done >= 0", name="tasks"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    grade: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    tasks_done: Mapped[int | None]
    tasks_total: Mapped[int | None]
    last_access_at: Mapped[datetime | None]
    items: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship()
