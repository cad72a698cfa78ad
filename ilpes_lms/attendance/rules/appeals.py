"""Wishes that an outcome be looked at again: when one may ask, and how it is answered."""

from datetime import date

from ilpes_lms.attendance.errors import (
    AppealAnswered,
    AppealAnswerUnknown,
    AppealOpen,
    AppealsTooMany,
    AppealTextMissing,
    AppealTooEarly,
)
from ilpes_lms.core.text import N_
from ilpes_lms.people.rules import lines

APPEAL_OPEN = "open"
APPEAL_LABELS = {
    "open": (N_("Being looked at"), "waiting"),
    "corrected": (N_("Corrected"), "good"),
    "upheld": (N_("Stays as it was"), "plain"),
}
APPEAL_ANSWERS = tuple(state for state in APPEAL_LABELS if state != APPEAL_OPEN)
LONGEST_APPEAL = 2000
MOST_APPEALS = 5


def check_may_appeal(*, states: list[str], starts_on: date, today: date) -> None:
    """Refuse a second wish while one is open, too many of them, and one before anything has begun."""
    if APPEAL_OPEN in states:
        raise AppealOpen
    if len(states) >= MOST_APPEALS:
        raise AppealsTooMany(most=MOST_APPEALS)
    if today < starts_on:
        raise AppealTooEarly


def appeal_text(text: str, *, field: str) -> str:
    """Return what somebody wrote; refuse nothing at all and what is too long."""
    kept = lines(text, longest=LONGEST_APPEAL, field=field)
    if not kept:
        raise AppealTextMissing(field=field)
    return kept


def check_answer(before: str, answer: str) -> None:
    """Refuse a second answer, and what is none."""
    if answer not in APPEAL_ANSWERS:
        raise AppealAnswerUnknown(field="state")
    if before != APPEAL_OPEN:
        raise AppealAnswered
