"""Messages that somebody writes to the people of an activity, each once."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.reminders.announcements.rules import Audience


class Announcement(Model):
    """A message to the people of an activity: a draft, then on its way to those who were chosen when it was sent.

    `chosen` are their enrolments as confirmed by who sent it; `written` tells how many of them have their row in the
    outbox, whose key (announcement, person) is unique. What is not `about_activity` can be declined.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'sending', 'written', 'stopped')", name="state"),
        CheckConstraint("(state = 'draft') = (sent_at IS NULL)", name="sent"),
        CheckConstraint("written >= 0", name="written"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    # The previous release writes rows without it, and lets nobody decline them.
    about_activity: Mapped[bool] = mapped_column(default=True, server_default=true())
    audience: Mapped[dict[str, Any]]
    words: Mapped[dict[str, Any]]
    chosen: Mapped[list[int]] = mapped_column(default=list)
    written: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(String(26))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]

    activity: Mapped[Activity] = relationship()

    @property
    def to(self) -> Audience:
        """Return to whom it goes."""
        return Audience(**self.audience)

    @property
    def said(self) -> dict[str, Words]:
        """Return what it says, by language."""
        return {language: Words(**each) for language, each in self.words.items()}
