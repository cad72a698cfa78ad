"""What programs send and get."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from ilpes_lms.web.api import Closed, In, Out, Query


class _Period(Closed):
    """A period, both days inside."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")


class PeriodIn(_Period, Query):
    """A period to tell the figures of."""


class CompilationIn(_Period, In):
    """A period to have compiled and kept."""


class PageIn(Query):
    """Where in a list to go on."""

    cursor: str | None = None


class DefinitionOut(Out):
    """Who counts as having taken part."""

    code: str
    text: str


class PeriodOut(Out):
    """From one day to another, both inside."""

    start: date
    end: date


class TotalsOut(Out):
    """Sums; null where nothing is on record."""

    activities: int
    without_record: int
    participations: int | None
    women: int | None
    men: int | None
    other: int | None
    not_stated: int | None
    persons: int | None
    activities_without_persons: int


class DatesOut(Out):
    """When an activity took place, no more precisely than is known."""

    start: date
    end: date
    start_precision: str
    end_precision: str
    text: str


class LineOut(Out):
    """One activity; null where there is no record."""

    kind: str
    title: str
    dates: DatesOut
    location: str | None
    country: str | None
    hours: float | int | None
    women: int | None
    men: int | None
    other: int | None
    not_stated: int | None
    total: int | None


class StatisticsOut(Out):
    """The tables of a period."""

    period: PeriodOut
    definition: DefinitionOut
    totals: TotalsOut
    by_kind: dict[str, TotalsOut]
    activities: list[LineOut]


class ChangeOut(Out):
    """A number beside the earlier one: per cent and multiple are of that; shares are of all, their change in points."""

    before: int | None
    now: int | None
    change: int | None
    per_cent: int | None
    multiple: float | None
    share_before: int | None
    share_now: int | None
    share_change: int | None


class PreviousOut(Out):
    """The period before, the document or release that published it, and between which numbers its total lies."""

    start: date
    end: date
    published_in: str | None
    release: int | None = None
    total_from: int | None
    total_to: int | None


class ComparedOut(Out):
    """Participations beside those of the period before; null where one of the two is not known."""

    period: PeriodOut
    previous: PreviousOut
    totals: ChangeOut
    by_kind: dict[str, ChangeOut]


class ComparisonOut(Out):
    """A period beside the one before, if anything is known of that."""

    comparison: ComparedOut | None


class FindingOut(Out):
    """A published figure and what it should be, or how else it can be read; null where that is not known."""

    id: str
    type: Literal["contradiction", "ambiguity"]
    figure: str
    published: int | float | str
    computed: int | float | str | None
    where: list[str]
    note: str


class ReconciliationOut(Out):
    """What reconciliation found: contradictions, then ambiguities; figures that agree are left out."""

    items: list[FindingOut]


class CompilationOut(Out):
    """A compilation that was asked for; `result` is empty until it is done."""

    ref: str = Field(validation_alias="public_id")
    starts_on: date
    ends_on: date
    definition: str
    state: str
    digest: str
    asked_at: datetime
    done_at: datetime | None


class KeptOut(CompilationOut):
    """A compilation with what was kept."""

    result: dict[str, Any]


class CompilationsOut(Out):
    """A page of compilations, newest first."""

    items: list[CompilationOut]
    next_cursor: str | None
