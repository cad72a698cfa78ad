"""Letters about a whole activity: when they are still true, and what they say."""

from datetime import date, datetime

from flask import Flask

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.wording import dates_of, when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.web.i18n import in_own_words, labelled


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
        Kind(
            "enrolment.class_session_moved", "enrolment/mail/class_session_moved", is_due=_is_rescheduled,
            values=_of_new_times, label=N_("Class session moved"),
        ),
        Kind(
            "enrolment.class_session_cancelled", "enrolment/mail/class_session_cancelled", is_due=_is_called_off,
            values=_of_class_session, label=N_("Class session cancelled"),
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


def _is_rescheduled(values: Values, person_id: int | None) -> bool:
    """Tell whether the times of the letter are the class session's; if it was moved again, another letter says so."""
    session = _expected(values, person_id)
    return session is not None and session.status == "scheduled" and session.sequence == values["sequence"]


def _is_called_off(values: Values, person_id: int | None) -> bool:
    session = _expected(values, person_id)
    return session is not None and session.status == "cancelled"


def _expected(values: Values, person_id: int | None) -> ClassSession | None:
    """Return the class session of a letter, None where its reader has no place or nothing is to come."""
    enrolment = _own(values, person_id)
    if enrolment is None or enrolment.state != "confirmed" or enrolment.activity.status == "cancelled":
        return None
    session = next((s for s in enrolment.activity.class_sessions if s.public_id == values["class_session"]), None)
    return session if session and session.ends_at > clock.now() else None


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
    lines = [labelled(label, text) for label, text in when(enrolment.activity, enrolment.person.zone)]
    was = wording.dates(before.starts_on, before.ends_on, before.start_precision, before.end_precision)
    return {**_of_activity(values, language), "when": lines, "before": was}


def _of_class_session(values: Values, language: str) -> Values:
    enrolment, session = queries.enrolment(values["enrolment"]), catalogue.class_session(values["class_session"])
    own = enrolment.person.zone or session.zone
    said = {"number": session.number, "session_title": session.title, "reason": values["reason"]}
    when = wording.begins(session.starts_at, session.zone, own)
    return {**_of_activity(values, language), **said, "when": when, "minutes": session.minutes}


def _of_new_times(values: Values, language: str) -> Values:
    starts_at, ends_at, zone = values["before"]
    own = queries.enrolment(values["enrolment"]).person.zone or zone
    begun, ended = datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
    before = {"before": wording.begins(begun, zone, own), "minutes_before": int((ended - begun).total_seconds() // 60)}
    return {**_of_class_session(values, language), **before}


def _dates(kept: list[str]) -> Dates:
    return Dates(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), kept[2], kept[3])
