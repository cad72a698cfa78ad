"""When each job last ran, how long it took and how it ended: one row a job, written by whoever did the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy import String, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, db, savepoint, writing

log = structlog.get_logger(__name__)
_LONGEST_NAME = 100


class JobRun(Model):
    """The last run of a job; `error` is the type of what ended it, empty where it went well."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(_LONGEST_NAME), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(_LONGEST_NAME), default="")


@contextmanager
def remembered(name: str) -> Iterator[None]:
    """Remember what is done inside as the last run of a job, whether it goes well or not."""
    started_at = clock.now()
    try:
        yield
    except Exception as error:
        _remember(name, started_at, type(error).__name__)
        raise
    _remember(name, started_at, "")


def last_runs() -> dict[str, JobRun]:
    """Return the last run of every job that has ever run, by the job's name."""
    return {run.name: run for run in db.session.scalars(select(JobRun))}


def _remember(name: str, started_at: datetime, error: str) -> None:
    # Work that is done stays done if only the note about it is lost.
    db.session.rollback()
    try:
        with writing():
            _write(name, {"started_at": started_at, "ended_at": clock.now(), "error": error[:_LONGEST_NAME]})
    except SQLAlchemyError as fault:
        log.warning("run_not_remembered", job=name, error=type(fault).__name__)


def _write(name: str, values: dict[str, object]) -> None:
    renewed = update(JobRun).where(JobRun.name == name).values(**values)
    if db.session.connection().execute(renewed).rowcount:
        return
    try:
        with savepoint() as session:
            session.add(JobRun(name=name, **values))
            session.flush()
    except IntegrityError:
        # Another worker was the first to do this job.
        db.session.execute(renewed)
