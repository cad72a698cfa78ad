"""Rules that many activities have, ready to be taken over as they are."""

from dataclasses import dataclass
from decimal import Decimal

from ilpes_lms.attendance.rules.outcomes import COURSE_SHARE, Rule
from ilpes_lms.core.text import N_

_NONE, _ALL = Decimal("0.000"), Decimal("1.000")
_PASSING_GRADE = Decimal(60)
_PRESENCE = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule with a name."""

    code: str
    label: str
    rule: Rule


def presets(kind: str, hours: Decimal | None) -> list[Preset]:
    """Return the usual rules, those of an activity's own kind first; minutes only where its hours are known."""
    attended = Preset("attended_any", N_("Webinar: attended any class session"), Rule(_NONE, at_least_one=True))
    others = [
        Preset("course", N_("Course: 80 % of the class sessions"), Rule(COURSE_SHARE, at_least_one=False)),
        Preset(
            "course_graded", N_("Course with a grade: 80 % of the class sessions and 60 of 100"),
            Rule(COURSE_SHARE, at_least_one=False, grade=_PASSING_GRADE),
        ),
        Preset("self_paced", N_("Self-paced: all tasks"), Rule(_NONE, at_least_one=False, tasks=_ALL)),
        Preset(
            "self_paced_graded", N_("Self-paced with a grade: all tasks and 60 of 100"),
            Rule(_NONE, at_least_one=False, tasks=_ALL, grade=_PASSING_GRADE),
        ),
        *_by_minutes(hours),
    ]  # fmt: skip
    return [attended, *others] if kind == "webinar" else [*others, attended]


def _by_minutes(hours: Decimal | None) -> list[Preset]:
    if not hours:
        return []
    minutes = int(hours * 60 * _PRESENCE)
    rule = Rule(_NONE, at_least_one=False, minutes=minutes)
    return [Preset("minutes", N_("Minutes: 80 % of the planned hours"), rule)] if minutes else []
