"""An activity's messages, on the page where it is managed."""

from typing import Any

from flask import render_template

from ilpes_lms.notifications import queries
from ilpes_lms.notifications.display import STATES, lines_of
from ilpes_lms.web import access

_SHOWN = 5


def address_that_bounces() -> str:
    """Tell a person on their profile that messages to them come back, and what to do about it."""
    bounced = queries.bounced_of(access.principal().person_id or 0)
    return render_template("notifications/bounces.html", bounced=bounced) if bounced else ""


def activity_messages(*, activity: Any, **_context: Any) -> str:
    """Return the last messages of an activity and how many are in each state; nothing to who may not read them."""
    if not access.principal().may("notifications.read"):
        return ""
    last, counts = queries.last_and_counts(activity.public_id, _SHOWN)
    return render_template(
        "notifications/panel.html",
        lines=lines_of(last, with_names=False),
        states=STATES,
        activity_ref=activity.public_id,
        counts=counts,
    )
