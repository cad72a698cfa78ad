"""An activity's reminders, on the page where it is managed."""

from typing import Any

from flask import render_template

from ilpes_lms.reminders import queries
from ilpes_lms.reminders.display import switches_of
from ilpes_lms.web import access


def activity_reminders(*, activity: Any, **_context: Any) -> str:
    """Return which reminders an activity sends, with their switches; nothing to who may not change them."""
    if not access.principal().may("reminders.manage"):
        return ""
    return render_template(
        "reminders/panel.html", activity=activity, switches=switches_of(activity, queries.switches(activity.id))
    )  # fmt: skip
