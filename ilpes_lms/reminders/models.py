"""Which reminders are sent, relative to what, and what is switched off for an activity."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model


class ReminderSwitch(Model):
    """A reminder rule switched off or on for one activity; without a row the kind's default holds."""

    __tablename__ = "reminder_switches"
    __table_args__ = (
        UniqueConstraint("activity_id", "rule", name="uq_reminder_switches_once"),
        CheckConstraint("rule IN ('activity_starts', 'class_session_tomorrow')", name="rule"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    rule: Mapped[str] = mapped_column(String(40))
    enabled: Mapped[bool]
    set_at: Mapped[datetime]
