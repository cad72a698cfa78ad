"""How people are on record, and what a switch does."""

from typing import Literal

from ilpes_lms.web.api import In, Out, Query


class ForeseenQuery(Query):
    """What somebody thinks of switching to."""

    record: Literal["people", "no_record"]


class RecordIn(In):
    """How the participants are on record from now on, and why; a headcount comes with its numbers elsewhere."""

    record: Literal["people", "no_record"]
    reason: str


class CountedOut(Out):
    """What an activity adds to the figures."""

    women: int
    men: int
    other: int
    not_stated: int


class SwitchForeseenOut(Out):
    """What a switch does to the figures; null is no record, which is not zero."""

    record: str
    before: CountedOut | None
    after: CountedOut | None
