"""Completion in JSON: what is asked for."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from pydantic import Field

from ilpes_lms.attendance.display import rule_in_words
from ilpes_lms.attendance.queries import RuleChange
from ilpes_lms.attendance.rules import Preset, Rule
from ilpes_lms.web.api import In, Out


class RuleIn(In):
    """What it takes to complete an activity: 0.8 is four fifths of the class sessions, or of the tasks."""

    minimum_share: Decimal = Field(Decimal(0), ge=0, le=1, max_digits=4, decimal_places=3)
    at_least_one: bool = False
    minutes: int | None = Field(None, ge=0, le=100_000)
    grade: Decimal | None = Field(None, ge=0, le=100, max_digits=5, decimal_places=2)
    tasks: Decimal | None = Field(None, ge=0, le=1, max_digits=4, decimal_places=3)
    any_of: bool = False


class RuleOut(Out):
    """The rule in force, as numbers and in words."""

    minimum_share: float
    at_least_one: bool
    minutes: int | None
    grade: float | None
    tasks: float | None
    any_of: bool
    version: int
    text: list[str]

    @classmethod
    def of(cls, rule: Rule) -> "RuleOut":
        return cls(**demands_in_json(rule), version=rule.version, text=rule_in_words(rule))


class RuleChangeOut(Out):
    """A version of a rule, when it was set and by whom; null: the default of the activity's kind."""

    rule: RuleOut
    set_at: datetime
    set_by: str | None

    @classmethod
    def of(cls, change: RuleChange) -> "RuleChangeOut":
        return cls(rule=RuleOut.of(change.rule), set_at=change.set_at, set_by=change.set_by)


class RuleChangesOut(Out):
    """The versions of an activity's rule, the one in force first."""

    items: list[RuleChangeOut]


class PresetOut(Out):
    """A usual rule; `rule` can be sent as it is."""

    code: str
    label: str
    rule: dict[str, Any]

    @classmethod
    def of(cls, preset: Preset) -> "PresetOut":
        return cls(code=preset.code, label=str(gettext(preset.label)), rule=demands_in_json(preset.rule))


class PresetsOut(Out):
    """The usual rules, those of the activity's own kind first."""

    items: list[PresetOut]


def demands_in_json(rule: Rule) -> dict[str, Any]:
    """Return what a rule asks for, as JSON has numbers."""
    return {
        "minimum_share": float(rule.minimum_share), "at_least_one": rule.at_least_one, "minutes": rule.minutes,
        "grade": float(rule.grade) if rule.grade else None, "tasks": float(rule.tasks) if rule.tasks else None,
        "any_of": rule.any_of,
    }  # fmt: skip
