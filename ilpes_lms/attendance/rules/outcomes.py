"""Marks, and what they lead to: plain values in, a decision with its evidence out."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ilpes_lms.attendance.errors import (
    ClassSessionCancelled,
    MinutesNegative,
    NotBegun,
    RuleAsksNothing,
    ShareOutOfRange,
    UnknownMark,
)
from ilpes_lms.core.text import N_

# Each mark with its label, in the order in which people see them.
MARK_LABELS = {"present": N_("Present"), "late": N_("Late"), "excused": N_("Excused"), "absent": N_("Absent")}
MARKS = tuple(MARK_LABELS)
ATTENDED = frozenset({"present", "late"})
COMPLETED, NOT_COMPLETED = "completed", "not_completed"

COURSE_SHARE = Decimal("0.800")
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Rule:
    """What it takes to complete: a share of the class sessions, at least one of them, or both."""

    minimum_share: Decimal
    at_least_one: bool
    version: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """Completed or not, and the numbers it was decided on; `explain` puts them into words."""

    result: str
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """A text for people: a gettext key and its values."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


def default_rule(kind: str) -> Rule:
    """Return what an activity of a kind asks for unless someone sets another rule."""
    if kind == "webinar":
        return Rule(minimum_share=Decimal("0.000"), at_least_one=True)
    return Rule(minimum_share=COURSE_SHARE, at_least_one=False)


def checked_rule(minimum_share: Decimal, *, at_least_one: bool) -> Rule:
    """Return a rule, or refuse one that asks for too much or for nothing."""
    if not minimum_share.is_finite() or not 0 <= minimum_share <= 1:
        raise ShareOutOfRange(field="minimum_share")
    share = minimum_share.quantize(_THOUSANDTH)
    if share == 0 and not at_least_one:
        raise RuleAsksNothing(field="minimum_share")
    return Rule(minimum_share=share, at_least_one=at_least_one)


def check_mark(mark: str, minutes: int | None) -> None:
    """Refuse what is no mark."""
    if mark not in MARK_LABELS:
        raise UnknownMark(field="mark", value=mark)
    if minutes is not None and minutes < 0:
        raise MinutesNegative(field="minutes")


def check_markable(*, status: str, starts_at: datetime, now: datetime) -> None:
    """Refuse to mark people at a class session that was cancelled or has not begun."""
    if status != "scheduled":
        raise ClassSessionCancelled
    if now < starts_at:
        raise NotBegun


def outcome(rule: Rule, marks: Mapping[int, str], sessions: Collection[int]) -> Decision:
    """Decide from a person's marks whether the activity is completed.

    `sessions` are all class sessions that were not cancelled; marks at others are left out. Excused ones are
    not counted. Those that are still to come, or where nobody took attendance, are not attended yet: so
    completed is only what no later absence can undo, and a roster that was forgotten shows as pending.
    """
    found = Counter(marks[session] for session in sessions if session in marks)
    attended = sum(found[mark] for mark in ATTENDED)
    counted = len(sessions) - found["excused"]
    needed = _needed(rule, counted)
    evidence = {
        "class_sessions": len(sessions),
        **{mark: found[mark] for mark in MARKS},
        "pending": len(sessions) - found.total(),
        "attended": attended,
        "counted": counted,
        "needed": needed,
        "minimum_share": str(rule.minimum_share),
        "at_least_one": rule.at_least_one,
    }
    done = counted > 0 and attended >= needed
    return Decision(COMPLETED if done else NOT_COMPLETED, evidence)


def _needed(rule: Rule, counted: int) -> int:
    share = (rule.minimum_share * counted).to_integral_value(ROUND_CEILING)
    return max(int(share), 1 if rule.at_least_one else 0)


def standing(result: str | None, evidence: Mapping[str, Any]) -> str:
    """Return where someone stands: completed, open (can still be completed), not_completed, or no_record."""
    if result is None:
        return "no_record"
    if result == COMPLETED:
        return COMPLETED
    within_reach = evidence["attended"] + evidence["pending"] >= evidence["needed"]
    return "open" if evidence["pending"] and within_reach else NOT_COMPLETED


STANDING_LABELS = {
    "completed": N_("Completed"),
    "open": N_("Not completed yet"),
    "not_completed": N_("Not completed"),
    "no_record": N_("No marks yet"),
}
STANDING_TONES = {"completed": "good", "open": "waiting", "not_completed": "caution", "no_record": "plain"}


def explain(evidence: Mapping[str, Any]) -> list[Reason]:
    """Return in words what an outcome rests on, so that whoever reads it can count it up."""
    if not evidence["counted"]:
        return [Reason(N_("Every class session is excused, so there is nothing to count."))]
    reasons = [Reason(N_("Attended: %(attended)s of %(counted)s class sessions; needed: %(needed)s."), dict(evidence))]
    if evidence["excused"]:
        reasons.append(Reason(N_("Excused and not counted: %(excused)s."), dict(evidence)))
    if evidence["pending"]:
        reasons.append(Reason(N_("To come, or without a mark: %(pending)s."), dict(evidence)))
    return reasons


def rule_in_words(rule: Rule) -> list[Reason]:
    """Return what a rule asks for, each demand as a text."""
    demands = []
    if rule.minimum_share:
        percent = f"{(rule.minimum_share * 100).normalize():f}"
        demands.append(Reason(N_("At least %(percent)s %% of the class sessions"), {"percent": percent}))
    if rule.at_least_one:
        demands.append(Reason(N_("At least one class session")))
    return demands
