"""What is said when somebody has arrived in a state, and where they are led then."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.models import Enrolment

# What is said, and in which tone.
_SAID = {
    "applied": (N_("Your application has arrived. We have sent you a confirmation."), "good"),
    "waitlisted": (N_("There is no place for you now: you are on the waiting list."), "caution"),
    "confirmed": (N_("You have a place. We have sent you a confirmation."), "good"),
    "offered": (N_("A place is held for you."), "good"),
    "withdrawn": (N_("You have withdrawn. Thank you for letting us know."), "good"),
}


def arrived(enrolment: Enrolment) -> ResponseReturnValue:
    """Say where somebody has arrived, and lead them to their own page of the activity."""
    text, tone = _SAID[enrolment.state]
    flash(_(text), tone)
    if enrolment.state == "waitlisted" and (why := queries.held_back(enrolment)):
        flash(_(why), "info")
    return to_enrolment(enrolment)


def to_enrolment(enrolment: Enrolment) -> ResponseReturnValue:
    """Lead somebody to their own page of an activity."""
    return redirect(url_for("enrolment.my_enrolment", enrolment_ref=enrolment.public_id), 303)
