"""The verbs of statistics: compute what is on record, ask for a compilation and keep it."""

import hashlib
import json
from datetime import date
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock, jobs
from ilpes_lms.core.database import db, transaction, writing
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.statistics import queries, rules
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.statistics.rules import Period

log = structlog.get_logger(__name__)
# The institute's own calendar day decides what has begun.
JOB = "statistics.compile"


def compute(start: date, end: date) -> dict[str, Any]:
    """Return the tables of a period from what is on record now; raises PeriodReversed.

    The shape is that of `statistics show --format json`: period, definition, totals, by kind, activities.
    """
    period, as_of = Period(start, end), clock.today(institute_zone())
    lines = queries.lines(period, as_of)
    persons = queries.persons(period, as_of) if any(line.by_people for line in lines) else {}
    return rules.compilation(period, lines, persons)


@transaction
def ask_compilation(*, start: date, end: date) -> Compilation:
    """Ask the worker to compile a period and keep the result; raises PeriodReversed."""
    period = Period(start, end)
    asked = Compilation(
        starts_on=period.start, ends_on=period.end, definition=rules.CONFIRMED, result={},
        asked_by=actor.current(), asked_at=clock.now(), state="queued", digest="",
    )  # fmt: skip
    db.session.add(asked)
    db.session.flush()
    audit.record("statistics.asked", "compilation", asked.public_id, start=start.isoformat(), end=end.isoformat())
    jobs.wake(JOB, asked.public_id)
    return asked


def compile_queued(compilation_ref: str | None = None) -> int:
    """Compile one asked compilation, or all that wait; return how many. Saying so twice does it once."""
    waiting = [compilation_ref] if compilation_ref else queries.queued()
    return sum(_compile(ref) for ref in waiting)


def digest(result: dict[str, Any]) -> str:
    """Return the SHA-256 of a result's canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _compile(ref: str) -> bool:
    try:
        with writing():
            return _compile_locked(ref)
    except OperationalError:
        # The database is busy: the row stays queued, and the next sweep tries again.
        raise
    except Exception as error:
        log.exception("compilation_failed", compilation=ref, error=type(error).__name__)
        _fail(ref)
        return False


def _compile_locked(ref: str) -> bool:
    found = _claimed(ref)
    if found is None:
        return False
    found.result = compute(found.starts_on, found.ends_on)
    found.digest = digest(found.result)
    found.state, found.done_at = "done", clock.now()
    db.session.flush()
    audit.record("statistics.compiled", "compilation", ref, digest=found.digest)
    return True


@transaction
def _fail(ref: str) -> None:
    found = _claimed(ref)
    if found is not None:
        found.state, found.done_at = "failed", clock.now()


def _claimed(ref: str) -> Compilation | None:
    """Return a waiting compilation locked, None if another worker has it or had it."""
    return db.session.scalar(
        select(Compilation)
        .where(Compilation.public_id == ref, Compilation.state == "queued")
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
