"""Messages that somebody wants sent again together."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id

OPEN, OVER = "open", "over"
_OPEN = f"state = '{OPEN}'"


class MessageRetry(Model):
    """Which messages are sent again, up to the last there was when somebody asked, and how many have their turn.

    What is empty limits nothing. The domain is forgotten at the end: it may be one person's own.
    """

    __tablename__ = "message_retries"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'over')", name="state"),
        CheckConstraint("(state = 'over') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("done >= 0 AND done <= total", name="done"),
        # One at a time: of two at once, each would count messages of the other as its own.
        Index("uq_message_retries_open", "state", unique=True, postgresql_where=text(_OPEN), sqlite_where=text(_OPEN)),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    reason: Mapped[str] = mapped_column(String(40))
    domain: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(60))
    last_id: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
