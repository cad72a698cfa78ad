"""Reminders as JSON."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.reminders import rules
from ilpes_lms.web.api import In, Out, Query

Rule = Literal["activity_starts", "class_session_tomorrow"]


class SwitchIn(In):
    """Whether a rule holds for an activity."""

    enabled: bool


class SwitchOut(Out):
    """A rule and whether it holds for an activity."""

    rule: Rule
    enabled: bool


class LineOut(Out):
    """One reminder: about which day, due between which moments (by people's zones), for how many, in which states."""

    rule: Rule
    day: date
    about: datetime
    due_first: datetime | None
    due_last: datetime | None
    enabled: bool
    participants: int
    states: dict[str, int]


class PlanOut(Out):
    """Who gets what, when, by which rule."""

    rules: list[SwitchOut]
    plan: list[LineOut]


class RecipientsQuery(Query):
    """Of which reminder, about which day, which page."""

    rule: Rule = rules.ACTIVITY_STARTS  # type: ignore[assignment]  # the constant is one of the two
    day: date
    cursor: str | None = Field(None, max_length=200)


class RecipientOut(Out):
    """One participant's copy; `due_at` null: not to be sent to them; `state` null: not yet written down."""

    enrolment: str
    name: str
    language: str
    due_at: datetime | None
    until: datetime | None
    state: str | None
    message: str | None


class RecipientsOut(Out):
    """A page of participants and their copies."""

    items: list[RecipientOut]
    next_cursor: str | None
