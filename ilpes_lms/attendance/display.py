"""Decisions of this room in the reader's language, for pages, panels and JSON alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.attendance.rules import Reason, Rule
from ilpes_lms.web.i18n import number


@dataclass(frozen=True)
class Standing:
    """Where a participant stands: a code, its label and tone, and what it rests on."""

    code: str
    label: str
    tone: str
    reasons: list[str]


def standing(outcome: Outcome | None) -> Standing:
    """Return an outcome in words."""
    code = queries.standing_of(outcome)
    reasons = in_words(rules.explain(outcome.evidence)) if outcome else []
    return Standing(code, _(rules.STANDING_LABELS[code]), rules.STANDING_TONES[code], reasons)


def rule_in_words(rule: Rule) -> list[str]:
    """Return what a rule asks for."""
    return in_words(rules.rule_in_words(rule))


def in_words(reasons: Iterable[Reason]) -> list[str]:
    """Return reasons as texts."""
    return [str(_(reason.message, **_printed(reason))) for reason in reasons]


def _printed(reason: Reason) -> dict[str, object]:
    return {
        name: number(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in reason.params.items()
    }
