"""The life of an activity, and where it stands in time."""

from collections.abc import Mapping
from datetime import date

from ilpes_lms.catalogue.errors import (
    HeadcountNotPlausible,
    HeadcountTooEarly,
    Negative,
    RecordNotSwitched,
    StepNotPossible,
)

# step → the statuses it may be taken from, and the one it leads to.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "publish": (("draft",), "published"),
    "close": (("published",), "closed"),
    "reopen": (("closed",), "published"),
    "archive": (("closed",), "archived"),
    "cancel": (("draft", "published", "closed"), "cancelled"),
}
_COUNTABLE = ("published", "closed", "archived")
_MOST_PEOPLE = 1_000_000
COUNTED = ("women", "men", "other", "not_stated")


def next_status(status: str, step: str) -> str:
    """Return the status that a step leads to; raises StepNotPossible where the table has no such way."""
    sources, target = STEPS[step]
    if status not in sources:
        raise StepNotPossible
    return target


def possible_steps(status: str) -> tuple[str, ...]:
    """Return the steps that may be taken from a status."""
    return tuple(step for step, (sources, _target) in STEPS.items() if status in sources)


def check_counted(status: str, starts_on: date, today: date) -> None:
    """Refuse to say how many took part in what did not take place, or not yet."""
    if status not in _COUNTABLE:
        raise StepNotPossible
    if starts_on > today:
        raise HeadcountTooEarly


def switches(record: str) -> tuple[str, ...]:
    """Return what an activity known in one way can be switched to without giving numbers."""
    return tuple(other for other in ("people", "no_record") if other != record)


def check_switch(record: str, wanted: str) -> None:
    """Refuse to switch how people are on record to what it is; a headcount comes with its numbers, not by a switch."""
    if wanted not in switches(record):
        raise RecordNotSwitched(field="record")


def figures_of(record: str, headcount: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """Return what an activity without enrolments adds to the figures by sex; None is no record, which is not zero."""
    if record == "people":
        return dict.fromkeys(COUNTED, 0)
    return headcount if record == "headcount" else None


def check_counts(counts: Mapping[str, int]) -> None:
    """Refuse numbers of people that can't be."""
    for field, count in counts.items():
        if count < 0:
            raise Negative(field=field)
        if count > _MOST_PEOPLE:
            raise HeadcountNotPlausible(field=field)


def is_public(status: str, *, was_published: bool) -> bool:
    """Tell whether everyone may see the activity; one that was published stays visible, cancelled or not."""
    return was_published and status != "draft"


def time_state(starts_on: date, ends_on: date, today: date) -> str:
    """Return upcoming, running or past."""
    if today < starts_on:
        return "upcoming"
    return "running" if today <= ends_on else "past"
