"""How long what is kept, as JSON."""

from datetime import date

from pydantic import AwareDatetime, Field

from ilpes_lms.privacy.retention.queries import Standing
from ilpes_lms.privacy.retention.rules import LONGEST_REASON
from ilpes_lms.web.api import In, Out


class PeriodIn(In):
    """How long a kind is kept from now on; without days, for ever."""

    days: int | None
    reason: str = Field(max_length=LONGEST_REASON)


class RunOut(Out):
    """The last time a kind was let go; while it is under way `ended_at` is the end of the one before.

    What was left over should have gone.
    """

    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    let_go: int
    left_over: int
    error: str


class KindOut(Out):
    """A kind of data: how long it is kept (null: for ever), within which bounds, what is due now, and the last run."""

    kind: str
    days: int | None
    usual_days: int
    least_days: int
    most_days: int
    reason: str
    version: int
    due: int
    oldest: AwareDatetime | date | None
    last_run: RunOut | None

    @classmethod
    def of(cls, found: Standing) -> "KindOut":
        """Return a kind as it stands."""
        keeping = found.keeping
        return cls(
            kind=keeping.kind, days=found.days, usual_days=keeping.days, least_days=keeping.least,
            most_days=keeping.most, reason=found.period.reason if found.period else "", version=found.version,
            due=found.due.number, oldest=found.due.oldest,
            last_run=RunOut.model_validate(found.run) if found.run else None,
        )  # fmt: skip


class ScheduleOut(Out):
    """All kinds."""

    items: list[KindOut]
