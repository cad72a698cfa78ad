"""When each job last ran, how long it took and how it ended: one row a job, written by whoever did the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy import String, select, union, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core import clock, turns
from ilpes_lms.core.database import Model, db, savepoint, writing
from ilpes_lms.core.turns import JobTurn

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
    """Remember that a job is under way inside, and afterwards this as its last run, whether it went well or not."""
    started_at = clock.now()
    _begin(name, started_at)
    try:
        yield
    except Exception as error:
        _remember(name, started_at, type(error).__name__)
        raise
    _remember(name, started_at, "")


def last_runs() -> dict[str, JobRun]:
    """Return the last run of every job that has ever run, by the job's name."""
    return {run.name: run for run in db.session.scalars(select(JobRun))}


def runs_and_turns() -> dict[str, tuple[JobRun | None, JobTurn | None]]:
    """Return of every job that ever ran or was asked for its last run and its turn, in one statement."""
    names = union(select(JobRun.name), select(JobTurn.name)).subquery()
    found = (
        select(names.c.name, JobRun, JobTurn)
        .outerjoin(JobRun, JobRun.name == names.c.name)
        .outerjoin(JobTurn, JobTurn.name == names.c.name)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(found)}


def _begin(name: str, started_at: datetime) -> None:
    try:
        turns.begin(name, started_at)
    except SQLAlchemyError as fault:
        # The work matters more than the note about it.
        db.session.rollback()
        log.warning("turn_not_noted", job=name, error=type(fault).__name__)


def _remember(name: str, started_at: datetime, error: str) -> None:
    # Work that is done stays done if only the note about it is lost.
    db.session.rollback()
    try:
        with writing():
            turns.end(name, started_at)
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
