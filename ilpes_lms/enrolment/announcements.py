"""Letters about a whole activity: when they are still true, and what they say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.placeholders import OF_KINDS
from ilpes_lms.enrolment.rules import Moved, News
from ilpes_lms.enrolment.wording import dates_of, when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.web.i18n import in_own_words, labelled


def register(app: Flask) -> None:
    """Make these kinds of message known."""
    for kind in (
        _kind(
            "enrolment.activity_cancelled", "enrolment/mail/activity_cancelled", is_due=_is_cancelled,
            values=_of_activity, label=N_("Activity cancelled"),
        ),
        _kind(
            "enrolment.dates_changed", "enrolment/mail/dates_changed", is_due=_is_moved, values=_of_dates,
            label=N_("New dates"),
        ),
        _kind(
            "enrolment.class_session_moved", "enrolment/mail/class_session_moved", is_due=_is_rescheduled,
            values=_of_new_times, label=N_("Class session moved"),
        ),
        _kind(
            "enrolment.class_session_cancelled", "enrolment/mail/class_session_cancelled", is_due=_is_called_off,
            values=_of_class_session, label=N_("Class session cancelled"),
        ),
    ):  # fmt: skip
        kinds.register(app, kind)


def _kind(name: str, template: str, **answers: Any) -> Kind:
    return Kind(name, template, placeholders=OF_KINDS[name], **answers)


def _is_cancelled(values: Values, person_id: int | None) -> bool:
    enrolment = _own(values, person_id)
    return enrolment is not None and enrolment.state in rules.LIVE and enrolment.activity.status == "cancelled"


def _is_moved(values: Values, person_id: int | None) -> bool:
    """Tell whether the dates of the letter are the activity's; if they were changed again, another letter says so."""
    enrolment = _own(values, person_id)
    if enrolment is None or enrolment.state not in rules.HOLDING:
        return False
    return enrolment.activity.status != "cancelled" and enrolment.activity.dates == rules.dates_kept(values["dates"])


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
    enrolment, before = queries.enrolment(values["enrolment"]), rules.dates_kept(values["before"])
    was = wording.dates(before.starts_on, before.ends_on, before.start_precision, before.end_precision)
    lines = _now_when(enrolment, News.kept_in(values).moved)
    return {**_of_activity(values, language), "when": lines, "before": was}


def _now_when(enrolment: Enrolment, moved: Mapping[str, Moved]) -> list[str]:
    """Return when an activity takes place, and when those of its class sessions do that were moved."""
    activity, own = enrolment.activity, enrolment.person.zone
    coming = [each for each in activity.class_sessions if each.status == "scheduled" and each.ends_at > clock.now()]
    told = [each for each in coming if each.public_id in moved and not moved[each.public_id].along]
    lines = [labelled(label, text) for label, text in when(activity, own)]
    if told and told[0] is coming[0]:
        # The first is among them, with more than that line says.
        lines = [labelled(_("When"), dates_of(activity))]
    return [*lines, *(line for each in told for line in _moved_lines(each, moved[each.public_id], own))]


def _moved_lines(session: ClassSession, was: Moved, own: str | None) -> list[str]:
    now = _times(session.starts_at, session.ends_at, session.zone, own)
    before = _times(datetime.fromisoformat(was.starts_at), datetime.fromisoformat(was.ends_at), was.zone, own)
    lines = [
        _("Class session %(number)s: %(when)s, %(minutes)s minutes", number=session.number, **now),
        _("Before: %(when)s, %(minutes)s minutes", **before),
    ]
    return [*lines, _("Reason: %(reason)s", reason=was.reason)] if was.reason else lines


def _times(starts_at: datetime, ends_at: datetime, zone: str, own: str | None) -> dict[str, Any]:
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    return {"when": wording.begins(starts_at, zone, own or zone), "minutes": minutes}


def _of_class_session(values: Values, language: str) -> Values:
    enrolment, session = queries.enrolment(values["enrolment"]), catalogue.class_session(values["class_session"])
    own = enrolment.person.zone or session.zone
    said = {"number": session.number, "session_title": session.title, "reason": values["reason"]}
    when = wording.begins(session.starts_at, session.zone, own)
    return {**_of_activity(values, language), **said, "when": when, "minutes": session.minutes}


def _of_new_times(values: Values, language: str) -> Values:
    starts_at, ends_at, zone = values["before"]
    own = queries.enrolment(values["enrolment"]).person.zone
    before = _times(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at), zone, own)
    said = {"before": before["when"], "minutes_before": before["minutes"]}
    return {**_of_class_session(values, language), **said}
