"""What certificates show on pages of other rooms."""

from typing import Any

from flask import render_template

from ilpes_lms.certificates import queries
from ilpes_lms.certificates.display import shown
from ilpes_lms.web import access


def manage_panel(*, activity: Any, **_context: Any) -> str:
    """Return how an activity's certificates stand, for those who issue them."""
    if activity.record != "people" or not access.principal().may("certificates.issue"):
        return ""
    states = queries.progress(activity.public_id)
    return render_template("certificates/manage_panel.html", activity=activity, states=states)


def enrolment_panel(*, enrolment: Any, **_context: Any) -> str:
    """Return the certificate of one's own enrolment, once there is one."""
    found = queries.of_enrolment(enrolment.id)
    return render_template("certificates/enrolment_panel.html", shown=shown(found)) if found else ""
