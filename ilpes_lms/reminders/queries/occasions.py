"""What the rules of an activity may remind of within some time: one occasion a rule and thing, as rows to join with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, Date, Integer, String, column, values

from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries.activities import Underway


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing of which a rule reminds those of one standing (and outcome, "" for any) in an activity.

    Where the moment is each person's own (`about` None), so is the thing's name, and only between `low` and `high` is
    any of use. `day` is when instructors have to be in charge.
    """

    underway: Underway
    rule: rules.Rule
    name: str
    about: datetime | None
    standing: str
    outcome: str
    low: datetime
    high: datetime
    day: date


def occasions(found: list[Underway], start: datetime, end: datetime) -> list[Occasion]:
    """Return the occasions of some activities whose reminders may be written down from `start` to `end`."""
    return [each for one in found for rule in one.holding for each in _of_rule(one, rule, start, end)]


def as_rows(some: list[Occasion]) -> CTE:
    """Return occasions as rows of a statement, numbered as they stand."""
    columns = (
        column("number", Integer), column("activity_id", BigInteger), column("code", String),
        column("anchor", String), column("name", String), column("standing", String), column("outcome", String),
        column("low", UTCDateTime), column("high", UTCDateTime), column("day", Date),
    )  # fmt: skip
    return values(*columns, name="occasions").data([_row(i, one) for i, one in enumerate(some)]).cte("occasions")


def _row(number: int, one: Occasion) -> tuple[Any, ...]:
    return (
        number, one.underway.activity.id, one.rule.code, one.rule.anchor, one.name, one.standing, one.outcome, one.low,
        one.high, one.day,
    )  # fmt: skip


def _of_rule(one: Underway, rule: rules.Rule, start: datetime, end: datetime) -> Iterator[Occasion]:
    low, high = rules.bounds(rule, start, end)
    for name, about in _things(one, rule.anchor):
        if about is None or low < about < high:
            day = clock.wall_time(about or start, one.activity.zone).date()
            for standing, outcome in rule.reached:
                yield Occasion(one, rule, name, about, standing, outcome, low, high, day)


def _things(one: Underway, anchor: str) -> list[tuple[str, datetime | None]]:
    activity = one.activity
    if anchor == rules.APPLICATION_DEADLINE:
        closes = activity.applications_close_at
        return [(_last_day(closes, activity.zone), closes)] if closes else []
    if anchor == rules.ACTIVITY_START:
        return [(activity.starts_on.isoformat(), one.begin)] if one.begin else []
    if anchor == rules.ACTIVITY_END:
        return [(activity.ends_on.isoformat(), one.end)] if one.end else []
    if anchor == rules.CLASS_SESSION:
        return [(day, sessions[0].starts_at) for day, sessions in one.days.items()]
    if anchor == rules.MARKS_MISSING:
        return [(day, max(session.ends_at for session in sessions)) for day, sessions in one.days.items()]
    return [("", None)]


def _last_day(closes: datetime, zone: str) -> str:
    # A day that is open to its end closes when the next one begins.
    return clock.wall_time(closes - timedelta(seconds=1), zone).date().isoformat()
