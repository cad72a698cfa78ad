"""What people wrote in the place of the code's own texts, version after version."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model


class MessageText(Model):
    """A version of what a kind of message says in a language; the newest is in force.

    Version 0 is the code's and has no row. One that is `original` goes back to it and says nothing itself.
    """

    __tablename__ = "message_texts"
    __table_args__ = (
        UniqueConstraint("kind", "language", "version", name="uq_message_texts_version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("language IN ('es', 'en', 'pt', 'fr')", name="language"),
        CheckConstraint("original = (subject = '' AND body = '')", name="original"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int]
    original: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str] = mapped_column(String(150), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(26), default="")
    at: Mapped[datetime]
