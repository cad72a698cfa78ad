"""Which reminder is owed to whom, when: plain values in, an answer out; all of it is offered here."""

from ilpes_lms.reminders.rules.anchors import (
    ACTIVITY_END,
    ACTIVITY_START,
    ANCHORS,
    APPLICATION_DEADLINE,
    CERTIFICATE_READY,
    CLASS_SESSION,
    DRAFTING,
    FOCAL_POINTS,
    INSTRUCTORS,
    MARKS_MISSING,
    NOMINATIONS_UNFILLED,
    OFFER_DEADLINE,
    OUTCOMES,
    PROFILE_INCOMPLETE,
    RECIPIENTS,
    Anchor,
)
from ilpes_lms.reminders.rules.defaults import DEFAULTS, KINDS
from ilpes_lms.reminders.rules.quiet import Quiet
from ilpes_lms.reminders.rules.terms import MOST_DAYS, MOST_HOURS, Rule, check
from ilpes_lms.reminders.rules.timing import (
    Window,
    begins,
    bounds,
    ends,
    moment,
    superseded,
    told_already,
    window,
)

__all__ = [
    "ACTIVITY_END",
    "ACTIVITY_START",
    "ANCHORS",
    "APPLICATION_DEADLINE",
    "CERTIFICATE_READY",
    "CLASS_SESSION",
    "DEFAULTS",
    "DRAFTING",
    "FOCAL_POINTS",
    "INSTRUCTORS",
    "KINDS",
    "MARKS_MISSING",
    "MOST_DAYS",
    "MOST_HOURS",
    "NOMINATIONS_UNFILLED",
    "OFFER_DEADLINE",
    "OUTCOMES",
    "PROFILE_INCOMPLETE",
    "RECIPIENTS",
    "Anchor",
    "Quiet",
    "Rule",
    "Window",
    "begins",
    "bounds",
    "check",
    "ends",
    "key",
    "moment",
    "superseded",
    "told_already",
    "window",
]


def key(code: str, subject: str, occurrence: str) -> str:
    """Return the natural key of a reminder: one a rule, a recipient and the thing it is about."""
    return f"reminder:{code}:{subject}:{occurrence}"
