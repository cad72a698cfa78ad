"""Messages to the people of an activity, on the page where it is managed or taught."""

from typing import Any

from flask import render_template

from ilpes_lms.web import access


def activity_announcements(*, activity: Any, **_context: Any) -> str:
    """Return the way to write to an activity's people; nothing to who may not."""
    if not access.principal().may("announcements.send"):
        return ""
    return render_template("announcements/panel.html", activity=activity)
