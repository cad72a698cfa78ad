"""Calendar files, on the pages of what they are about."""

from typing import Any

from flask import render_template, url_for

from ilpes_lms.calendars import queries


def enrolment_panel(*, enrolment: Any, **_context: Any) -> str:
    """Return the way to put one's own class sessions into a calendar, while some are to come."""
    if not (queries.planned(enrolment) and queries.is_coming(enrolment.activity)):
        return ""
    url = url_for("calendars.enrolment", enrolment_ref=enrolment.public_id)
    return render_template("calendars/panel.html", url=url, own=True)


def activity_panel(*, activity: Any, **_context: Any) -> str:
    """Return the way to put an activity that is not over into a calendar."""
    if not queries.is_coming(activity):
        return ""
    return render_template("calendars/panel.html", url=url_for("calendars.activity", ref=activity.public_id), own=False)
