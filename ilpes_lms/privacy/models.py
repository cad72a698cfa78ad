"""Who asked to be erased, and who was."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model


class ErasureRequest(Model):
    """Somebody's wish to be erased; it can be taken back until it is due, and then goes with the rest."""

    __tablename__ = "erasure_requests"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class Erasure(Model):
    """Somebody was erased: a digest of the random public id they had, which only a restored row can answer to."""

    __tablename__ = "erasures"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
