"""What the web remembers: answers already given to requests that carry an idempotency key."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model


class RememberedAnswer(Model):
    """One answer, kept under who asked, for what, and with which key."""

    __tablename__ = "remembered_answers"
    __table_args__ = (UniqueConstraint("caller", "endpoint", "key", name="uq_remembered_answers_once"),)

    caller: Mapped[str] = mapped_column(String(64))
    endpoint: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))
    body_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
