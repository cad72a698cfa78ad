"""Reports of meeting platforms, and what was decided about their people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment.models import Enrolment


class AttendanceImport(Model):
    """One report about one class session. The file itself is not kept, only its digest and who was there when."""

    __tablename__ = "attendance_imports"
    __table_args__ = (
        UniqueConstraint("class_session_id", "digest", name="uq_attendance_imports_file"),
        CheckConstraint("state IN ('previewed', 'applying', 'applied', 'undone')", name="state"),
        CheckConstraint("least_minutes > 0", name="least_minutes"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    class_session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"))
    digest: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str] = mapped_column(String(60))
    zone: Mapped[str] = mapped_column(String(64))
    least_minutes: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="previewed")
    faults: Mapped[list[dict[str, Any]]]
    waited: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    class_session: Mapped[ClassSession] = relationship()
    people: Mapped[list["ReportedPerson"]] = relationship(order_by="ReportedPerson.number")


class ReportedPerson(Model):
    """Somebody in a report, and whose presence it is: by verified address, by a person's decision, or nobody's yet."""

    __tablename__ = "reported_persons"
    __table_args__ = (
        UniqueConstraint("import_id", "number", name="uq_reported_persons_number"),
        CheckConstraint("standing IN ('matched', 'decided', 'open', 'not_enrolled', 'left_out')", name="standing"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    import_id: Mapped[int] = mapped_column(ForeignKey("attendance_imports.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(400))
    original: Mapped[str] = mapped_column(String(400), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    minutes: Mapped[int]
    spans: Mapped[list[dict[str, Any]]]
    standing: Mapped[str] = mapped_column(String(12))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)

    enrolment: Mapped[Enrolment | None] = relationship()


class RememberedMatch(Model):
    """A person's decision whose presence a name or an address of reports is, remembered for the activity."""

    __tablename__ = "remembered_matches"
    __table_args__ = (UniqueConstraint("activity_id", "key", name="uq_remembered_matches_once"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    key: Mapped[str] = mapped_column(String(400))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime]
