"""What programs ask the dashboard, and what they get: the same questions and figures as on its pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from ilpes_lms.statistics.dashboard.answers import Answer, Line
from ilpes_lms.statistics.dashboard.asking import FILTERS, Lists, question_of
from ilpes_lms.statistics.dashboard.rules import ActivityFigures, Figures, Question
from ilpes_lms.statistics.rules import period_between
from ilpes_lms.statistics.schemas import DefinitionOut, PeriodIn, PeriodOut
from ilpes_lms.web.api import Out

_TOLD = {
    "country": "ISO 3166-1 alpha-3, of residence, with commas between; unknown for those not on record",
    "institution": "Refs of organizations with commas between; unknown for those of none on the list",
}


def _list_of(name: str) -> Any:
    """Return a filter's field: codes with commas between, none when nothing is filtered."""
    codes = FILTERS[name]
    return Field("", max_length=2000, description=_TOLD.get(name) or f"With commas between: {', '.join(codes)}")


class QuestionIn(PeriodIn):
    """A period, and what to keep of it; an empty filter keeps all. Several codes of one filter are any of them."""

    kind: str = _list_of("kind")
    country: str = _list_of("country")
    sex: str = _list_of("sex")
    sector: str = _list_of("sector")
    institution: str = _list_of("institution")
    topic: str = _list_of("topic")
    division: str = _list_of("division")
    modality: str = _list_of("modality")

    @field_validator(*FILTERS)
    @classmethod
    def known(cls, text: str, info: ValidationInfo) -> str:
        """Refuse a list with a code that the filter does not have."""
        if text and text not in Lists(FILTERS[info.field_name or ""]):
            raise ValueError("not a list of known codes with commas between")
        return text

    @property
    def question(self) -> Question:
        """Return what is asked; raises DateNotPlausible and PeriodReversed."""
        return question_of(period_between(self.start, self.end), self.model_dump(include=set(FILTERS)))


class DashboardIn(QuestionIn):
    """What the figures are broken down by besides, and where a list of institutions goes on."""

    by: Literal["sector", "institution", "topic", "division"] = "sector"
    cursor: str | None = None


class ActivitiesIn(QuestionIn):
    """Where the list goes on."""

    cursor: str | None = None


class FiguresOut(Out):
    """The figures of one line; null is "no record", which is not zero.

    `left_out` activities have nobody on record by name, so a question about people's country, sector or institution
    can't be answered of them. `completed` of the `decided` participations have a good outcome.
    """

    activities: int
    without_record: int
    by_headcount: int
    headcounted: int
    left_out: int
    participations: int | None
    women: int | None
    men: int | None
    other: int | None
    not_stated: int | None
    completed: int
    decided: int
    certificates: int
    activity_hours: float
    without_hours: int
    person_hours: float


class CountryOut(FiguresOut):
    """The figures of one country of residence; null for those not on record."""

    country: str | None


class PeriodFiguresOut(FiguresOut):
    """The figures of one period; those before the first activity on record are left out."""

    period: PeriodOut


class LineOut(FiguresOut):
    """The figures of one line of the breakdown: its code (null: not on record); of an institution name and country."""

    code: str | None
    name: str | None
    country: str | None


class DashboardOut(Out):
    """What one question is answered. `persons` are distinct ones, of activities on record by people."""

    period: PeriodOut
    definition: DefinitionOut
    totals: FiguresOut
    persons: int | None
    by_kind: dict[str, FiguresOut]
    persons_by_kind: dict[str, int | None]
    by_country: list[CountryOut]
    trend: list[PeriodFiguresOut]
    by: str
    lines: list[LineOut]
    next_cursor: str | None


class ActivityOut(FiguresOut):
    """An activity behind a figure with its part of it."""

    ref: str
    title: str
    kind: str
    starts_on: date
    ends_on: date
    start_precision: str
    end_precision: str
    hours: float | None


class ActivitiesOut(Out):
    """A page of activities, newest first."""

    items: list[ActivityOut]
    next_cursor: str | None


def dashboard_out(answer: Answer, definition: Mapping[str, str]) -> dict[str, Any]:
    """Return an answer in the shape of DashboardOut."""
    persons = dict(answer.persons)
    return {
        "period": answer.question.period, "definition": definition, "totals": answer.totals,
        "persons": persons.pop(None), "by_kind": answer.by_kind, "persons_by_kind": persons,
        "by_country": [{"country": code, **_plain(one)} for code, one in answer.by_country.items()],
        "trend": [{"period": period, **_plain(one)} for period, one in answer.trend.items()],
        "by": answer.breakdown, "lines": [_line(line) for line in answer.lines], "next_cursor": answer.next_cursor,
    }  # fmt: skip


def activity_out(one: ActivityFigures) -> dict[str, Any]:
    """Return an activity with its figures beside what it is."""
    about = ("ref", "title", "kind", "starts_on", "ends_on", "start_precision", "end_precision", "hours")
    return {**{name: getattr(one, name) for name in about}, **_plain(one.figures)}


def _line(line: Line) -> dict[str, Any]:
    return {"code": line.code, "name": line.name, "country": line.country, **_plain(line.figures)}


def _plain(figures: Figures) -> dict[str, Any]:
    """Return figures by name."""
    return {name: getattr(figures, name) for name in FiguresOut.model_fields}
