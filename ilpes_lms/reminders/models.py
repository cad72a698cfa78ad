"""Which reminders are sent, relative to what, and what is changed or switched off for an activity or a kind of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.reminders import rules


class ReminderSwitch(Model):
    """A reminder rule switched off or on for one activity; without a row its own or its kind's terms hold."""

    __tablename__ = "reminder_switches"
    __table_args__ = (UniqueConstraint("activity_id", "rule", name="uq_reminder_switches_once"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    rule: Mapped[str] = mapped_column(String(40))
    enabled: Mapped[bool]
    set_at: Mapped[datetime]


class ReminderRule(Model):
    """The terms of a rule as somebody set them, for an activity or for a kind: a new one, or in place of a default.

    `code` tells which: a default's own, or a random one. The quiet hours' start and end the same: none.
    """

    __tablename__ = "reminder_rules"
    __table_args__ = (
        UniqueConstraint("activity_id", "code", name="uq_reminder_rules_activity"),
        UniqueConstraint("kind", "code", name="uq_reminder_rules_kind"),
        CheckConstraint("(activity_id IS NULL) <> (kind IS NULL)", name="scope"),
        CheckConstraint(
            "kind IN ('international_open', 'national_restricted', 'other_division', 'webinar')", name="kind"
        ),
        CheckConstraint(
            "anchor IN ('application_deadline', 'offer_deadline', 'activity_start', 'class_session', 'activity_end', "
            "'marks_missing', 'nominations_unfilled', 'profile_incomplete', 'certificate_ready')",
            name="anchor",
        ),
        CheckConstraint("side IN ('before', 'after')", name="side"),
        CheckConstraint("unit IN ('days', 'hours')", name="unit"),
        CheckConstraint("clock IN ('place', 'person')", name="clock"),
        CheckConstraint("amount >= 0 AND amount <= 72", name="amount"),
        CheckConstraint(
            "hour >= 0 AND hour <= 23 AND quiet_start >= 0 AND quiet_start <= 23 AND quiet_end >= 0 "
            "AND quiet_end <= 23",
            name="hours",
        ),
    )

    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"))
    kind: Mapped[str | None] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(40))
    anchor: Mapped[str] = mapped_column(String(30))
    side: Mapped[str] = mapped_column(String(6))
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(String(5))
    hour: Mapped[int]
    clock: Mapped[str] = mapped_column(String(6))
    quiet_start: Mapped[int]
    quiet_end: Mapped[int]
    recipients: Mapped[list[str]]
    enabled: Mapped[bool]
    set_at: Mapped[datetime]

    @property
    def terms(self) -> rules.Rule:
        """Return it as rules know it."""
        return rules.Rule(
            code=self.code, anchor=self.anchor, side=self.side, amount=self.amount, unit=self.unit, hour=self.hour,
            clock=self.clock, quiet=rules.Quiet(self.quiet_start, self.quiet_end), recipients=tuple(self.recipients),
            enabled=self.enabled,
        )  # fmt: skip


class ReminderPause(Model):
    """Until when no reminder is sent: of one activity (`scope` its public id), or of any (`all`)."""

    __tablename__ = "reminder_pauses"

    scope: Mapped[str] = mapped_column(String(26), unique=True)
    until: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]
