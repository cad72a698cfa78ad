"""Hours earned, told from hours planned (ADR 19)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ilpes_lms.attendance.rules.outcomes import ATTENDED, COMPLETED, Decision, Rule


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """A module with its hours and the class sessions of it that were not cancelled."""

    number: int
    hours: Decimal | None
    sessions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an activity plans: its hours, and its modules with theirs."""

    hours: Decimal | None
    modules: tuple[ModulePlan, ...] = ()

    @property
    def counted(self) -> tuple[ModulePlan, ...]:
        """Return the modules that have hours; without any the activity counts as a whole."""
        return tuple(module for module in self.modules if module.hours)


def with_hours(decision: Decision, plan: Plan, rule: Rule, marks: Mapping[int, str]) -> Decision:
    """Return a decision with the hours earned and how they come about.

    A module is earned when the rule's share of its own class sessions is attended, at least one of them; without class
    sessions, or where all are excused, with the whole activity. Without modules whoever completes earns the planned
    hours, others none. Where no hours are known, none are told.
    """
    completed = decision.result == COMPLETED
    modules = [_module(module, rule, marks, completed=completed) for module in plan.counted]
    planned = sum((Decimal(one["hours"]) for one in modules), Decimal(0)) if modules else plan.hours
    if planned is None:
        return decision
    if modules:
        earned = sum((Decimal(one["hours"]) for one in modules if one["earned"]), Decimal(0))
    else:
        earned = planned if completed else Decimal(0)
    said = {"planned": _plain(planned), "earned": _plain(earned), "modules": modules}
    return replace(decision, evidence={**decision.evidence, "hours": said}, hours=earned)


def _module(module: ModulePlan, rule: Rule, marks: Mapping[int, str], *, completed: bool) -> dict[str, Any]:
    given = [marks.get(session) for session in module.sessions]
    counted = len(given) - given.count("excused")
    attended = sum(mark in ATTENDED for mark in given)
    needed = max(int((rule.minimum_share * counted).to_integral_value(ROUND_CEILING)), 1)
    earned = attended >= needed if counted else completed
    return {
        "number": module.number, "hours": _plain(module.hours or Decimal(0)), "earned": earned,
        "attended": attended, "counted": counted, "needed": needed if counted else 0,
    }  # fmt: skip


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"
