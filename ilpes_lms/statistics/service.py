"""The verbs of statistics: compute what is on record, ask for a compilation and keep it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import actor, clock, jobs
from ilpes_lms.core.database import db, transaction, writing
from ilpes_lms.core.settings import institute_day
from ilpes_lms.statistics import comparing, earlier, queries, rules
from ilpes_lms.statistics.errors import NothingToReconcile
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.statistics.reconciling import Finding, Reconciliation, Record
from ilpes_lms.statistics.rules import Line, Period, period_between
from ilpes_lms.statistics.transcription import transcription

log = structlog.get_logger(__name__)
# The institute's own calendar day decides what has begun.
JOB = "statistics.compile"
_COMPARED = "comparison"


def compute(start: date, end: date) -> dict[str, Any]:
    """Return the tables of a period from what is on record now; raises DateNotPlausible and PeriodReversed.

    The shape is that of `statistics show --format json`: period, definition, totals, by kind, activities.
    """
    return _computed(period_between(start, end))[0]


def compute_named(start: date, end: date) -> dict[str, Any]:
    """Return what `compute` does with the public id of each activity as its `ref`."""
    result, lines = _computed(period_between(start, end))
    activities = zip(rules.in_order(lines), result["activities"], strict=True)
    return {**result, "activities": [{"ref": line.ref, **activity} for line, activity in activities]}


def compare(start: date, end: date) -> dict[str, Any] | None:
    """Return a period's participations beside those of the period before, None where nothing is known of that.

    What was published of it stands before what is on record; raises DateNotPlausible and PeriodReversed.
    """
    return compare_result(compute(start, end))


def compare_result(result: dict[str, Any]) -> dict[str, Any] | None:
    """Return a compiled result beside the period before, as `compare` does."""
    period = Period(*(date.fromisoformat(result["period"][name]) for name in ("start", "end")))
    before = comparing.before(period)
    known = (earlier.published(before) or _on_record(before)) if before else None
    return comparing.comparison(result, known) if known else None


def kept_comparison(kept: Compilation) -> dict[str, Any] | None:
    """Return what a kept compilation was compared with; None for one kept before anything was."""
    found: dict[str, Any] | None = kept.result.get(_COMPARED)
    return found


def reconcile() -> list[Finding]:
    """Return where the newest activities report contradicts what is on record, or itself, or admits two readings.

    Raises NothingToReconcile where none of its activities is on record.
    """
    report, as_of = transcription(), institute_day()
    entries = queries.entries(report.period, as_of)
    if not entries:
        raise NothingToReconcile
    by_people = all(entry.line.by_people for entry in entries)
    persons = queries.persons(report.period, as_of)[None] if by_people else None
    return Reconciliation(report, Record(entries, persons)).findings()


@transaction
def ask_compilation(*, start: date, end: date) -> Compilation:
    """Ask the worker to compile a period and keep the result; raises DateNotPlausible and PeriodReversed."""
    period = period_between(start, end)
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
    return rules.digest(rules.canonical(result))


def _computed(period: Period) -> tuple[dict[str, Any], Sequence[Line]]:
    as_of = institute_day()
    lines = queries.lines(period, as_of)
    persons = queries.persons(period, as_of) if any(line.by_people for line in lines) else {}
    return rules.compilation(period, lines, persons), lines


def _on_record(period: Period) -> comparing.Before | None:
    # The one before what can be asked for need not be plausible itself.
    by_kind = _computed(period)[0]["by_kind"]
    known = {kind: totals["participations"] for kind, totals in by_kind.items()}
    if not any(known.values()):
        return None
    counted = {kind: number for kind, number in known.items() if number is not None}
    return comparing.Before(period, None, counted)


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
    result = compute(found.starts_on, found.ends_on)
    # What the period is compared with is kept too: the records of the one before may change as well.
    found.result = {**result, _COMPARED: compare_result(result)}
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
