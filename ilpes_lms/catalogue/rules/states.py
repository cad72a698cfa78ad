"""The life of an activity, and where it stands in time."""

from datetime import date

from ilpes_lms.catalogue.errors import StepNotPossible

# step → the statuses it may be taken from, and the one it leads to.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "publish": (("draft",), "published"),
    "close": (("published",), "closed"),
    "reopen": (("closed",), "published"),
    "archive": (("closed",), "archived"),
    "cancel": (("draft", "published", "closed"), "cancelled"),
}


def next_status(status: str, step: str) -> str:
    """Return the status that a step leads to; raises StepNotPossible where the table has no such way."""
    sources, target = STEPS[step]
    if status not in sources:
        raise StepNotPossible
    return target


def possible_steps(status: str) -> tuple[str, ...]:
    """Return the steps that may be taken from a status."""
    return tuple(step for step, (sources, _target) in STEPS.items() if status in sources)


def is_public(status: str, *, was_published: bool) -> bool:
    """Tell whether everyone may see the activity; one that was published stays visible, cancelled or not."""
    return was_published and status != "draft"


def time_state(starts_on: date, ends_on: date, today: date) -> str:
    """Return upcoming, running or past."""
    if today < starts_on:
        return "upcoming"
    return "running" if today <= ends_on else "past"
