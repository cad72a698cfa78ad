"""Whose turn it is: that somebody asked for a job now, and since when a worker is at it; one row a job."""

from datetime import datetime, timedelta

from sqlalchemy import String, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, inserting, writing

# Longer than the longest job: who began one before that has died with it.
LONGEST_JOB = timedelta(minutes=15)
# A note to the broker that was not answered for so long may be lost, so another is worth a try.
_NOTE_LOST = timedelta(minutes=5)
_LONGEST_NAME = 100


class JobTurn(Model):
    """What is the matter with a job now: `asked_at` until somebody begins it, `begun_at` until it ends."""

    __tablename__ = "job_turns"

    name: Mapped[str] = mapped_column(String(_LONGEST_NAME), unique=True)
    asked_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]

    def is_under_way(self, now: datetime) -> bool:
        """Tell whether a worker is at it, one that died long ago aside."""
        return self.begun_at is not None and now - self.begun_at < LONGEST_JOB


def ask(name: str) -> bool:
    """Ask for a job in the open unit of work; tell whether that was news, or it waits for its turn or is under way.

    One statement decides, so of many who ask at once one is told that it was.
    """
    now = clock.now()
    not_asked = or_(JobTurn.asked_at.is_(None), JobTurn.asked_at < now - _NOTE_LOST)
    not_begun = or_(JobTurn.begun_at.is_(None), JobTurn.begun_at < now - LONGEST_JOB)
    asked = inserting(JobTurn).values(name=name, asked_at=now)
    renewed = asked.on_conflict_do_update(
        index_elements=["name"], set_={"asked_at": now}, where=not_asked & not_begun
    )  # fmt: skip
    with writing() as session:
        return session.connection().execute(renewed.returning(JobTurn.id)).first() is not None


def begin(name: str, at: datetime) -> None:
    """Write down that a worker is at a job since a moment; who asked for it has been heard."""
    begun = inserting(JobTurn).values(name=name, begun_at=at)
    heard = {"begun_at": at, "asked_at": None}
    with writing() as session:
        session.connection().execute(begun.on_conflict_do_update(index_elements=["name"], set_=heard))


def end(name: str, at: datetime) -> None:
    """Write down that the worker who began at a moment is done, unless another has begun since."""
    mine = update(JobTurn).where(JobTurn.name == name, JobTurn.begun_at == at)
    with writing() as session:
        session.connection().execute(mine.values(begun_at=None))
