"""Letters about a whole activity: when they are still true, and what they say."""

from datetime import date

from flask import Flask

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.wording import dates_of, when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.web.i18n import in_own_words


def register(app: Flask) -> None:
    """Make these kinds of message known."""
    for kind in (
        Kind(
            "enrolment.activity_cancelled", "enrolment/mail/activity_cancelled", is_due=_is_cancelled,
            values=_of_activity, label=N_("Activity cancelled"),
        ),
        Kind(
            "enrolment.dates_changed", "enrolment/mail/dates_changed", is_due=_is_moved, values=_of_dates,
            label=N_("New dates"),
        ),
    ):  # fmt: skip
        kinds.register(app, kind)


def _is_cancelled(values: Values, person_id: int | None) -> bool:
    enrolment = _own(values, person_id)
    return enrolment is not None and enrolment.state in rules.LIVE and enrolment.activity.status == "cancelled"


def _is_moved(values: Values, person_id: int | None) -> bool:
    """Tell whether the dates of the letter are the activity's; if they were changed again, another letter says so."""
    enrolment = _own(values, person_id)
    if enrolment is None or enrolment.state not in rules.HOLDING:
        return False
    return enrolment.activity.status != "cancelled" and enrolment.activity.dates == _dates(values["dates"])


def _own(values: Values, person_id: int | None) -> Enrolment | None:
    found = queries.newest_change(values["enrolment"])
    return found[0] if found and found[0].person_id == person_id else None


def _of_activity(values: Values, language: str) -> Values:
    enrolment = queries.enrolment(values["enrolment"])
    activity = enrolment.activity
    return {
        "title": in_own_words(activity.titles, language),
        "dates": dates_of(activity),
        "contact": activity.contact,
        "link": links.absolute(f"/my/enrolments/{enrolment.public_id}"),
    }


def _of_dates(values: Values, language: str) -> Values:
    enrolment, before = queries.enrolment(values["enrolment"]), _dates(values["before"])
    lines = [f"{label}: {text}" for label, text in when(enrolment.activity, enrolment.person.zone)]
    was = wording.dates(before.starts_on, before.ends_on, before.start_precision, before.end_precision)
    return {**_of_activity(values, language), "when": lines, "before": was}


def _dates(kept: list[str]) -> Dates:
    return Dates(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2], kept[3])
