"""Reminder rules as pages show them."""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.reminders import rules

NAMES = {
    rules.ACTIVITY_STARTS: N_("The activity starts in three days"),
    rules.CLASS_SESSION_TOMORROW: N_("There is a class session tomorrow"),
}
_WHEN = {
    rules.ACTIVITY_STARTS: N_("Three days before the first day, at 09:00 where the activity takes place."),
    rules.CLASS_SESSION_TOMORROW: N_("The day before each day with class sessions, at 09:00 where the person is."),
}


def switches_of(activity: Activity, switches: dict[str, bool]) -> list[dict[str, Any]]:
    """Return the rules as pages show them: name, when, whether they hold for an activity."""
    return [
        {
            "rule": rule, "name": _(NAMES[rule]), "when": _(_WHEN[rule]),
            "enabled": rules.enabled(activity.kind, rule, switches),
        }
        for rule in rules.RULES
    ]  # fmt: skip
