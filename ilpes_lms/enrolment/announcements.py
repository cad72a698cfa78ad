"""Letters about a whole activity: when they are still true, and what they say."""

from flask import Flask

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.wording import dates_of
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.web.i18n import in_own_words

CANCELLED = "enrolment.activity_cancelled"


def register(app: Flask) -> None:
    """Make these kinds of message known."""
    kinds.register(
        app,
        Kind(
            CANCELLED, "enrolment/mail/activity_cancelled", is_due=_is_cancelled, values=_of_activity,
            label=N_("Activity cancelled"),
        ),
    )  # fmt: skip


def _is_cancelled(values: Values, person_id: int | None) -> bool:
    found = queries.newest_change(values["enrolment"])
    if found is None:
        return False
    enrolment, _change = found
    still_on_the_list = enrolment.state in rules.LIVE and enrolment.person_id == person_id
    return still_on_the_list and enrolment.activity.status == "cancelled"


def _of_activity(values: Values, language: str) -> Values:
    enrolment = queries.enrolment(values["enrolment"])
    activity = enrolment.activity
    return {
        "title": in_own_words(activity.titles, language),
        "dates": dates_of(activity),
        "contact": activity.contact,
        "link": links.absolute(f"/my/enrolments/{enrolment.public_id}"),
    }
