"""The rules that hold for each kind of activity until a coordinator says otherwise."""

from typing import Any

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
    PROFILE_INCOMPLETE,
)
from ilpes_lms.reminders.rules.quiet import Quiet
from ilpes_lms.reminders.rules.terms import Rule

KINDS = ("international_open", "national_restricted", "other_division", "webinar")
_NIGHT = Quiet(21, 8)
_LIVE = ("applied", "waitlisted", "offered", "confirmed")


def _rule(code: str, anchor: str, side: str, amount: int, recipients: tuple[str, ...], **more: Any) -> Rule:
    terms = {"unit": "days", "hour": 9, "clock": ANCHORS[anchor].clock, "quiet": _NIGHT, **more}
    return Rule(code=code, anchor=anchor, side=side, amount=amount, recipients=recipients, **terms)


def _rules(kind: str) -> dict[str, Rule]:
    # A webinar is applied for in one step, by people of whom little is asked, and over the same day.
    course, nominated = kind != "webinar", kind == "national_restricted"
    rules = (
        _rule("application_closes", APPLICATION_DEADLINE, "before", 3, (DRAFTING,), enabled=course and not nominated),
        _rule("nominations_unfilled", NOMINATIONS_UNFILLED, "before", 5, (FOCAL_POINTS,), enabled=course),
        _rule("offer_lapses", OFFER_DEADLINE, "before", 24, ("offered",), unit="hours"),
        _rule("profile_incomplete", PROFILE_INCOMPLETE, "after", 2, _LIVE, enabled=course),
        _rule("activity_starts", ACTIVITY_START, "before", 3, ("confirmed",)),
        _rule("class_session_tomorrow", CLASS_SESSION, "before", 1, ("confirmed",)),
        _rule("marks_missing", MARKS_MISSING, "after", 1, (INSTRUCTORS,)),
        _rule("activity_ends", ACTIVITY_END, "before", 3, ("confirmed",), enabled=False),
        _rule("activity_ended", ACTIVITY_END, "after", 1, ("confirmed",), enabled=False),
        _rule("certificate_waiting", CERTIFICATE_READY, "after", 14, ("confirmed",)),
    )
    return {rule.code: rule for rule in rules}


DEFAULTS = {kind: _rules(kind) for kind in KINDS}
