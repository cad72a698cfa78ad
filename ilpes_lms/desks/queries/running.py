"""How the system itself is doing: what every job still has to do, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from ilpes_lms.certificates.models import Certificate, IssuePause
from ilpes_lms.core.database import Model, UTCDateTime, db
from ilpes_lms.core.jobs import Job
from ilpes_lms.core.runs import JobRun, runs_and_turns
from ilpes_lms.core.turns import JobTurn
from ilpes_lms.enrolment.models import Enrolment, PlaceHold
from ilpes_lms.notifications.models import Message
from ilpes_lms.statistics.models import Compilation

# A job that is late by less than this may simply be at work.
_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a job: how much, and since when the oldest of it could have been done."""

    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class JobState:
    """A job with what waits for it; a job of which nothing waits by the database has no backlog to show.

    `asked_at` says since when it waits for its turn because somebody asked for it, `under_way_since` since when a
    worker is at it.
    """

    name: str
    label: str
    every: float | None
    backlog: Backlog | None
    late: bool
    last_run: JobRun | None
    asked_at: datetime | None
    under_way_since: datetime | None


def job_states(registered: dict[str, Job], now: datetime) -> list[JobState]:
    """Return every registered job with its backlog, its last run and its turn, by name, in two statements.

    A job is late when something waits, or nobody came round, for longer than a sweep takes.
    """
    backlogs, known = _backlogs(now), runs_and_turns()
    return [
        _state(job, backlogs.get(name), *known.get(name, (None, None)), now) for name, job in sorted(registered.items())
    ]


def messages_by_state() -> dict[str, int]:
    """Return how many messages the outbox has in each state."""
    statement = select(Message.state, func.count()).group_by(Message.state)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _state(
    job: Job, backlog: Backlog | None, last_run: JobRun | None, turn: JobTurn | None, now: datetime
) -> JobState:  # fmt: skip
    since = [backlog.oldest] if backlog and backlog.oldest else []
    if job.every and last_run:
        since.append(last_run.ended_at)
    allowed = timedelta(seconds=2 * (job.every or 0)) + _PATIENCE
    late = any(now - moment > allowed for moment in since)
    return JobState(
        job.name, job.label, job.every, backlog, late, last_run, asked_at=turn.asked_at if turn else None,
        under_way_since=turn.begun_at if turn and turn.is_under_way(now) else None,
    )  # fmt: skip


def _backlogs(now: datetime) -> dict[str, Backlog]:
    parts = [
        _waiting("notifications.deliver", Message, Message.due_at, Message.state == "queued", Message.due_at <= now),
        _waiting(
            "enrolment.expire_offers", Enrolment, Enrolment.offer_expires_at, Enrolment.state == "offered",
            Enrolment.offer_expires_at <= now,
        ),
        _waiting("enrolment.lapse_holds", PlaceHold, PlaceHold.expires_at, PlaceHold.expires_at <= now),
        _waiting(
            "certificates.render", Certificate, Certificate.requested_at, Certificate.state == "queued",
            Certificate.activity_ref.not_in(select(IssuePause.activity_ref)),
        ),
        _waiting("statistics.compile", Compilation, Compilation.asked_at, Compilation.state == "queued"),
    ]  # fmt: skip
    return {row[0]: Backlog(row[1], row[2]) for row in db.session.execute(union_all(*parts))}


def _waiting(job: str, model: type[Model], since: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    oldest = func.min(since, type_=UTCDateTime())
    return select(literal(job), func.count(), oldest).select_from(model).where(*conditions)
