"""What participants need to be able to take part, for those who are named for the activity."""

from flask import render_template
from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access


@pages.get("/activities/<activity_ref>/accessibility-needs")
@access.signed_in
def accessibility_needs(activity_ref: str) -> ResponseReturnValue:
    activity = catalogue.staffed_activity(activity_ref, me())
    return render_template("enrolment/needs.html", activity=activity, people=queries.with_needs(activity.id), **WORDS)
