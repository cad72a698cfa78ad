"""The days of a pattern of class sessions in the reader's words."""

from flask_babel import gettext as _

from ilpes_lms.catalogue.service import Plan, Planned
from ilpes_lms.core.text import N_
from ilpes_lms.web import i18n

_WHAT = {
    "added": (N_("Is added"), "good"),
    "there": (N_("Is there already"), "plain"),
    "skipped": (N_("Date to leave out"), "waiting"),
    "holiday": (N_("Public holiday"), "waiting"),
    "outside": (N_("Outside the activity’s dates"), "caution"),
}


def shown_days(plan: Plan | None) -> list[tuple[str, str, tuple[str, str], str]]:
    """Return each day with its times, what becomes of it (a word and its tone), and what is to be known of it."""
    if not plan:
        return []
    return [(i18n.weekday(each.day), _times(each, plan.zone), _what(each), _remark(each)) for each in plan.days]


def _times(each: Planned, zone: str) -> str:
    begins, ends = i18n.clock_time(each.starts_at, zone), i18n.clock_time(each.ends_at, zone)
    return f"{begins}–{ends}"


def _what(each: Planned) -> tuple[str, str]:
    label, tone = _WHAT[each.what]
    return str(_(label)), tone


def _remark(each: Planned) -> str:
    if each.name:
        return each.name
    return str(_("The clocks are put forward over this hour, so it begins later.")) if each.shifted else ""
