"""How long what is kept, what is due, and what was let go when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db
from ilpes_lms.core.keeping import Due, counted
from ilpes_lms.privacy.retention.keeping import Keeping, keeping_of, registered
from ilpes_lms.privacy.retention.models import RetentionPeriod, RetentionRun


@dataclass(frozen=True, slots=True)
class Standing:
    """A kind of data as it stands: how long it is kept (None: for ever), by whose word, and what is due of it now."""

    keeping: Keeping
    days: int | None
    period: RetentionPeriod | None
    due: Due
    run: RetentionRun | None

    @property
    def version(self) -> int:
        return self.period.version if self.period else 0


@dataclass(frozen=True, slots=True)
class Health:
    """When the oldest of the last runs ended (None where nothing ever ran), what failed, and what was left over."""

    last: datetime | None
    failed: list[str]
    left_over: dict[str, int]


def schedule(*, counting: bool = True) -> list[Standing]:
    """Return all kinds with what would go if they were let go now, which changes nothing; without `counting`, not that.

    Who only wants to know how long something is kept does not wait for the counts.
    """
    periods, runs = _by_kind(RetentionPeriod), _by_kind(RetentionRun)
    return [_standing(each, periods.get(each.kind), runs.get(each.kind), counting=counting) for each in registered()]


def standing(kind: str) -> Standing:
    """Return one kind; raises NoSuchKind."""
    return _standing(keeping_of(kind), period_of(kind), run_of(kind))


def period_of(kind: str) -> RetentionPeriod | None:
    """Return how long a kind is kept where somebody has set it."""
    found = select(RetentionPeriod).where(RetentionPeriod.kind == kind)
    return db.session.scalar(found.execution_options(populate_existing=True))


def run_of(kind: str) -> RetentionRun | None:
    """Return when a kind was last let go."""
    return db.session.scalar(select(RetentionRun).where(RetentionRun.kind == kind))


def days_by_kind() -> dict[str, int | None]:
    """Return for how many days each kind is kept, None for ever."""
    periods = _by_kind(RetentionPeriod)
    return {each.kind: _days(each, periods.get(each.kind)) for each in registered()}


def last_change() -> datetime | None:
    """Return when somebody last changed a period."""
    return db.session.scalar(select(func.max(RetentionPeriod.changed_at, type_=UTCDateTime())))


def health() -> Health:
    """Return how the nights went, of all kinds that are not kept for ever."""
    runs, days = _by_kind(RetentionRun), days_by_kind()
    due = {kind: runs.get(kind) for kind, period in days.items() if period is not None}
    # A kind that came with a new release has its first turn within the hour.
    ended = [run.ended_at for run in due.values() if run and run.ended_at]
    return Health(
        last=min(ended, default=None),
        failed=[kind for kind, run in due.items() if run and run.error],
        left_over={kind: run.left_over for kind, run in due.items() if run and run.left_over},
    )


def before(days: int) -> datetime:
    """Return the moment before which what is kept for so many days is due."""
    return clock.now() - timedelta(days=days)


def _standing(
    keeping: Keeping, period: RetentionPeriod | None, run: RetentionRun | None, *, counting: bool = True
) -> Standing:
    days = _days(keeping, period)
    due = counted(keeping.due(before(days))) if counting and days is not None else Due(0, None)
    return Standing(keeping, days, period, due, run)


def _days(keeping: Keeping, period: RetentionPeriod | None) -> int | None:
    return period.days if period and period.version else keeping.days


def _by_kind(model: type[Any]) -> dict[str, Any]:
    found = db.session.scalars(select(model).execution_options(populate_existing=True))
    return {row.kind: row for row in found}
