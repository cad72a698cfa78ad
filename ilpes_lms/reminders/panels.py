"""An activity's reminders, on the page where it is managed."""

from typing import Any

from flask import render_template

from ilpes_lms.reminders import queries
from ilpes_lms.reminders.display import rules_in_words
from ilpes_lms.web import access


def activity_reminders(*, activity: Any, **_context: Any) -> str:
    """Return which reminders an activity sends; nothing to who may not change them."""
    if not access.principal().may("reminders.manage"):
        return ""
    terms = queries.terms_of([activity])[activity.id]
    return render_template("reminders/panel.html", activity=activity, rules=rules_in_words(terms))
