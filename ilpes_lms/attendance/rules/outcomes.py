"""Marks, and what they lead to: plain values in, a decision with its evidence out."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ilpes_lms.attendance.errors import (
    ClassSessionCancelled,
    GradeOutOfRange,
    MinutesNegative,
    MinutesOutOfRange,
    NotBegun,
    NoteTooLong,
    RuleAsksNothing,
    ShareOutOfRange,
    UnknownMark,
)
from ilpes_lms.core.text import N_

# Each mark with its label, in the order in which people see them.
MARK_LABELS = {"present": N_("Present"), "late": N_("Late"), "excused": N_("Excused"), "absent": N_("Absent")}
MARKS = tuple(MARK_LABELS)
# What stands for a mark on the keyboard and in addresses; none takes a mark back.
MARK_KEYS: dict[str, str | None] = {"p": "present", "l": "late", "e": "excused", "a": "absent", "n": None}
ATTENDED = frozenset({"present", "late"})
COMPLETED, NOT_COMPLETED = "completed", "not_completed"
# Stands in the evidence of an outcome that a certificate was issued on, once it would have been decided otherwise.
KEPT = "kept"
_HOURS = ("earned", "planned")

COURSE_SHARE = Decimal("0.800")
LONGEST_NOTE = 400
_THOUSANDTH = Decimal("0.001")
_BEST_GRADE = 100
_MOST_MINUTES = 100_000


@dataclass(frozen=True, slots=True)
class Rule:
    """What it takes to complete: demands of which all must be met, or (`any_of`) one.

    A share of the class sessions, at least one of them, minutes of presence, a grade (of 100), a share of the tasks on
    the learning platform; a demand that is None, 0 or False is not made.
    """

    minimum_share: Decimal
    at_least_one: bool
    version: int = 1
    minutes: int | None = None
    grade: Decimal | None = None
    tasks: Decimal | None = None
    any_of: bool = False

    @property
    def asks_for_sessions(self) -> bool:
        return bool(self.minimum_share) or self.at_least_one

    @property
    def asks_the_platform(self) -> bool:
        return self.grade is not None or self.tasks is not None


@dataclass(frozen=True, slots=True)
class Done:
    """What else is known of a participant: minutes of presence, and what the learning platform says, if it does."""

    minutes: int = 0
    grade: Decimal | None = None
    tasks_done: int | None = None
    tasks_total: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Completed or not, and the numbers it was decided on; `explain` puts them into words."""

    result: str
    evidence: dict[str, Any]
    hours: Decimal | None = None


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


def checked_rule(rule: Rule) -> Rule:
    """Return a rule, or refuse one that asks for too much or for nothing."""
    for name in ("minimum_share", "tasks"):
        share = getattr(rule, name)
        if share is not None and (not share.is_finite() or not 0 <= share <= 1):
            raise ShareOutOfRange(field=name)
    if rule.grade is not None and (not rule.grade.is_finite() or not 0 <= rule.grade <= _BEST_GRADE):
        raise GradeOutOfRange(field="grade")
    if rule.minutes is not None and not 0 <= rule.minutes <= _MOST_MINUTES:
        raise MinutesOutOfRange(field="minutes")
    checked = replace(
        rule, minimum_share=rule.minimum_share.quantize(_THOUSANDTH), minutes=rule.minutes or None,
        grade=rule.grade or None, tasks=rule.tasks.quantize(_THOUSANDTH) if rule.tasks else None,
    )  # fmt: skip
    if not checked.asks_for_sessions and not (checked.minutes or checked.grade or checked.tasks):
        raise RuleAsksNothing(field="minimum_share")
    return checked


def same_demands(one: Rule, other: Rule) -> bool:
    """Tell whether two rules ask for the same, whatever their versions."""
    return replace(one, version=0) == replace(other, version=0)


def terms_of(rule: Rule) -> dict[str, Any]:
    """Return what a rule asks for beside class sessions, as it is stored."""
    asked = {
        "minutes": rule.minutes,
        "grade": str(rule.grade) if rule.grade else None,
        "tasks": str(rule.tasks) if rule.tasks else None,
        "any_of": rule.any_of or None,
    }
    return {name: value for name, value in asked.items() if value is not None}


def rule_with(minimum_share: Decimal, terms: Mapping[str, Any], *, at_least_one: bool, version: int) -> Rule:
    """Return a rule as it was stored."""
    grade, tasks = terms.get("grade"), terms.get("tasks")
    return Rule(
        minimum_share=minimum_share, at_least_one=at_least_one, version=version, minutes=terms.get("minutes"),
        grade=Decimal(grade) if grade else None, tasks=Decimal(tasks) if tasks else None,
        any_of=bool(terms.get("any_of")),
    )  # fmt: skip


def minutes_of(mark: str, minutes: int | None, length: int) -> int:
    """Return the minutes of presence that a mark stands for: those on record, else all of a class session attended."""
    if mark not in ATTENDED:
        return 0
    return length if minutes is None else minutes


def check_mark(mark: str, minutes: int | None, note: str | None = None) -> None:
    """Refuse what is no mark."""
    if mark not in MARK_LABELS:
        raise UnknownMark(field="mark", value=mark)
    if minutes is not None and minutes < 0:
        raise MinutesNegative(field="minutes")
    if note and len(note) > LONGEST_NOTE:
        raise NoteTooLong(field="note", most=LONGEST_NOTE)


def check_markable(mark: str | None, *, status: str, starts_at: datetime, now: datetime) -> None:
    """Refuse a mark at a class session that was cancelled, and that somebody came before it has begun.

    An absence that was announced can be marked before, and taken back (None).
    """
    if status != "scheduled":
        raise ClassSessionCancelled
    if now < starts_at and mark in ATTENDED:
        raise NotBegun


def outcome(rule: Rule, marks: Mapping[int, str], sessions: Collection[int], done: Done | None = None) -> Decision:
    """Decide from a person's marks, and what else is known of them, whether the activity is completed.

    `sessions` are all class sessions that were not cancelled; marks at others are left out. Excused ones are
    not counted. Those that are still to come, or where nobody took attendance, are not attended yet: so
    completed is only what no later absence can undo, and a roster that was forgotten shows as pending.
    """
    found = Counter(marks[session] for session in sessions if session in marks)
    attended = sum(found[mark] for mark in ATTENDED)
    counted = len(sessions) - found["excused"]
    evidence = {
        "class_sessions": len(sessions),
        **{mark: found[mark] for mark in MARKS},
        "pending": len(sessions) - found.total(),
        "attended": attended,
        "counted": counted,
        "needed": _needed(rule, counted),
        "minimum_share": str(rule.minimum_share),
        "at_least_one": rule.at_least_one,
    }
    demands = list(_demands(rule, evidence, done or Done()))
    enough = any if rule.any_of else all
    evidence |= {"demands": demands, "any_of": rule.any_of}
    return Decision(COMPLETED if enough(one["met"] for one in demands) else NOT_COMPLETED, evidence)


def _demands(rule: Rule, evidence: Mapping[str, Any], done: Done) -> Iterator[dict[str, Any]]:
    """Yield each demand with what is needed, what there is (None: not known), and whether it can still be met."""
    pending = bool(evidence["pending"])
    if rule.asks_for_sessions:
        yield _sessions_demand(evidence)
    if rule.minutes:
        yield _demand("minutes", rule.minutes, done.minutes, met=done.minutes >= rule.minutes, may=pending)
    if rule.grade:
        met = done.grade is not None and done.grade >= rule.grade
        grade = None if done.grade is None else str(done.grade)
        # A platform's grade is of the day of its export: it may still rise as long as class sessions are to come.
        yield _demand("grade", str(rule.grade), grade, met=met, may=done.grade is None or pending)
    if rule.tasks:
        total, finished = done.tasks_total or 0, done.tasks_done or 0
        needed = int((rule.tasks * total).to_integral_value(ROUND_CEILING))
        have = finished if total else None
        yield _demand("tasks", needed, have, met=total > 0 and finished >= needed, may=not total or pending)


def _sessions_demand(evidence: Mapping[str, Any]) -> dict[str, Any]:
    met = evidence["counted"] > 0 and evidence["attended"] >= evidence["needed"]
    within_reach = evidence["pending"] > 0 and evidence["attended"] + evidence["pending"] >= evidence["needed"]
    return _demand("sessions", evidence["needed"], evidence["attended"], met=met, may=within_reach)


def demands_of(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was demanded; outcomes decided before there were other demands know of class sessions only."""
    found: list[dict[str, Any]] = evidence.get("demands") or [_sessions_demand(evidence)]
    return found


def _demand(kind: str, needed: Any, have: Any, *, met: bool, may: bool) -> dict[str, Any]:
    return {"kind": kind, "needed": needed, "have": have, "met": met, "open": may and not met}


def _needed(rule: Rule, counted: int) -> int:
    share = (rule.minimum_share * counted).to_integral_value(ROUND_CEILING)
    return max(int(share), 1 if rule.at_least_one else 0)


def standing(result: str | None, evidence: Mapping[str, Any]) -> str:
    """Return where someone stands: completed, open (can still be completed), not_completed, or no_record."""
    if result is None:
        return "no_record"
    if result == COMPLETED:
        return COMPLETED
    unmet = [one for one in demands_of(evidence) if not one["met"]]
    enough = any if evidence.get("any_of") else all
    return "open" if enough(one["open"] for one in unmet) else NOT_COMPLETED


STANDING_LABELS = {
    "completed": N_("Completed"),
    "open": N_("Not completed yet"),
    "not_completed": N_("Not completed"),
    "no_record": N_("No marks yet"),
}
STANDING_TONES = {"completed": "good", "open": "waiting", "not_completed": "caution", "no_record": "plain"}


_DEMANDS_IN_WORDS = {
    "minutes": (
        N_("Minutes of presence: %(have)s; needed: %(needed)s."),
        N_("Minutes of presence: %(have)s; needed: %(needed)s."),
    ),
    "grade": (
        N_("Grade: %(have)s of 100; needed: %(needed)s."),
        N_("The learning platform has told no grade yet; needed: %(needed)s of 100."),
    ),
    "tasks": (
        N_("Tasks done: %(have)s; needed: %(needed)s."),
        N_("The learning platform has told of no tasks yet."),
    ),
}


def explain(evidence: Mapping[str, Any]) -> list[Reason]:
    """Return in words what an outcome rests on, so that whoever reads it can count it up."""
    reasons = []
    for demand in demands_of(evidence):
        if demand["kind"] == "sessions":
            reasons += _sessions_explained(evidence)
        else:
            known, unknown = _DEMANDS_IN_WORDS[demand["kind"]]
            reasons.append(Reason(unknown if demand["have"] is None else known, _numbers_of(demand)))
    if evidence.get("any_of") and len(demands_of(evidence)) > 1:
        reasons.append(Reason(N_("One of these is enough.")))
    reasons += _hours_explained(evidence.get("hours"))
    if evidence.get(KEPT):
        reasons.append(Reason(N_("A certificate was issued on this, so it is not decided again.")))
    return reasons


def _numbers_of(demand: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a demand says as numbers: evidence keeps decimals as text, and readers write them each their way."""
    return {name: Decimal(value) if name in ("have", "needed") and value else value for name, value in demand.items()}


def _hours_explained(hours: Mapping[str, Any] | None) -> list[Reason]:
    if not hours:
        return []
    reasons = [Reason(N_("Hours earned: %(earned)s of %(planned)s."), {n: Decimal(hours[n]) for n in _HOURS})]
    if modules := hours["modules"]:
        numbers = {"done": sum(one["earned"] for one in modules), "total": len(modules)}
        reasons.append(Reason(N_("Modules earned: %(done)s of %(total)s."), numbers))
    return reasons


def _sessions_explained(evidence: Mapping[str, Any]) -> list[Reason]:
    if not evidence["counted"]:
        return [Reason(N_("Every class session is excused, so there is nothing to count."))]
    numbers = {name: evidence[name] for name in ("attended", "counted", "needed", "excused", "pending")}
    reasons = [Reason(N_("Attended: %(attended)s of %(counted)s class sessions; needed: %(needed)s."), numbers)]
    if evidence["excused"]:
        reasons.append(Reason(N_("Excused and not counted: %(excused)s."), numbers))
    if evidence["pending"]:
        reasons.append(Reason(N_("To come, or without a mark: %(pending)s."), numbers))
    return reasons


def rule_in_words(rule: Rule) -> list[Reason]:
    """Return what a rule asks for, each demand as a text."""
    demands = []
    if rule.minimum_share:
        demands.append(Reason(N_("At least %(percent)s %% of the class sessions"), _percent(rule.minimum_share)))
    if rule.at_least_one:
        demands.append(Reason(N_("At least one class session")))
    if rule.minutes:
        demands.append(Reason(N_("At least %(minutes)s minutes of presence"), {"minutes": rule.minutes}))
    if rule.grade:
        demands.append(Reason(N_("A grade of at least %(grade)s of 100"), {"grade": rule.grade}))
    if rule.tasks:
        demands.append(Reason(N_("At least %(percent)s %% of the tasks"), _percent(rule.tasks)))
    if rule.any_of and len(demands) > 1:
        demands.append(Reason(N_("One of these is enough.")))
    return demands


def _percent(share: Decimal) -> dict[str, Any]:
    return {"percent": f"{(share * 100).normalize():f}"}
