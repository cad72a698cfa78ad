"""Lists of participants brought in from elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id


class ParticipantImport(Model):
    """One uploaded list: kept as a file, checked row by row, then applied by the worker, which tells how far it is.

    `done` counts the rows that the present phase, checking or applying, has behind it; `total` all of them, known
    once the check began. `findings` is what the check found: recognised columns, counts, the first rows. `report_key`
    is the kept file of remarks by row. `attempts` counts how often a worker began since it last came forward.
    `file_key` is empty once the list itself is no longer kept.
    """

    __tablename__ = "participant_imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'checking', 'ready', 'applying', 'done', 'failed', 'discarded')", name="state"
        ),
        Index("ix_participant_imports_state", "state"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    file_key: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="uploaded")
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    already: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    report_key: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str] = mapped_column(String(400), default="")
    lease_until: Mapped[datetime | None]
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    tell: Mapped[bool] = mapped_column(default=False, server_default=false())
    applied_by: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    activity: Mapped[Activity] = relationship()
