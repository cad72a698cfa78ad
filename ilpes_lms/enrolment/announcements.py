"""Letters about a whole activity: when they are still true, and what they say."""

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.placeholders import OF_KINDS
from ilpes_lms.enrolment.rules import Moved, News
from ilpes_lms.enrolment.wording import dates_of, when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.people import queries as people
from ilpes_lms.web.i18n import in_own_words, labelled

_OF_ALL: frozenset[str] = frozenset()


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
            values=_of_cancelled, label=N_("Class session cancelled"),
        ),
        _kind(
            "enrolment.class_sessions_changed", "enrolment/mail/class_sessions_changed", is_due=_are_changed,
            values=_of_changes, label=N_("Several class sessions changed"),
        ),
        _kind(
            "enrolment.taught_dates_changed", "enrolment/mail/taught_dates_changed", is_due=_is_news_to_instructor,
            values=_of_changes_taught, label=N_("Other dates for instructors"),
        ),
        _kind(
            "enrolment.taught_cancelled", "enrolment/mail/taught_cancelled", is_due=_is_cancelled_for_instructor,
            values=_of_taught, label=N_("Activity cancelled, for instructors"),
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


def _are_changed(values: Values, person_id: int | None) -> bool:
    """Tell whether any class session of the letter is as it says; of what changed again, another letter says so."""
    enrolment = _own(values, person_id)
    if enrolment is None or enrolment.state != "confirmed" or enrolment.activity.status == "cancelled":
        return False
    return bool(_as_told(enrolment.activity, values))


def _is_cancelled_for_instructor(values: Values, person_id: int | None) -> bool:
    activity = catalogue.managed_activity(values["activity"], _OF_ALL)
    return activity.status == "cancelled" and bool(person_id and queries.teaches(person_id, activity.id))


def _is_news_to_instructor(values: Values, person_id: int | None) -> bool:
    activity = catalogue.managed_activity(values["activity"], _OF_ALL)
    if activity.status == "cancelled" or not (person_id and queries.teaches(person_id, activity.id)):
        return False
    return _has_dates_told(activity, values) or bool(_as_told(activity, values))


def _as_told(activity: Activity, values: Values) -> list[ClassSession]:
    """Return the class sessions of a letter that are not over and have not changed since it was written."""
    return [
        session
        for session in activity.class_sessions
        if session.ends_at > clock.now() and session.sequence == values["sequences"].get(session.public_id)
    ]


def _has_dates_told(activity: Activity, values: Values) -> bool:
    return values["before"] is not None and activity.dates == rules.dates_kept(values["dates"])


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
    enrolment = queries.enrolment(values["enrolment"])
    lines = _now_when(enrolment, News.kept_in(values))
    return {**_of_activity(values, language), "when": lines, "before": _dates(rules.dates_kept(values["before"]))}


def _dates(dates: Dates) -> str:
    return wording.dates(dates.starts_on, dates.ends_on, dates.start_precision, dates.end_precision)


def _now_when(enrolment: Enrolment, news: News) -> list[str]:
    """Return when an activity takes place, and when those of its class sessions do that were moved or were to."""
    activity, own, moved = enrolment.activity, enrolment.person.zone, news.moved
    left = [each for each in activity.class_sessions if each.ends_at > clock.now()]
    coming = [each for each in left if each.status == "scheduled"]
    told = [each for each in coming if each.public_id in moved and not moved[each.public_id].along]
    lines = [labelled(label, text) for label, text in when(activity, own)]
    if told and told[0] is coming[0]:
        # The first is among them, with more than that line says.
        lines = [labelled(_("When"), dates_of(activity))]
    off = [each for each in left if each.public_id in news.called_off]
    return [
        *lines,
        *(line for each in told for line in _moved_lines(each, moved[each.public_id], own)),
        *(_called_off_line(each, news.called_off[each.public_id], own) for each in off),
    ]


def _moved_lines(session: ClassSession, was: Moved, own: str | None) -> list[str]:
    now = _times(session.starts_at, session.ends_at, session.zone, own)
    lines = [
        _("Class session %(number)s: %(when)s, %(minutes)s minutes", number=session.number, **now),
        _("Before: %(when)s, %(minutes)s minutes", **_times_of(was, own)),
    ]
    return [*lines, _("Reason: %(reason)s", reason=was.reason)] if was.reason else lines


def _changes(activity: Activity, values: Values, own: str | None) -> list[str]:
    """Return what changed of an activity, a line each: its dates, then class sessions in the order they take place.

    Class sessions that only moved along with the dates are named where the dates are as they were.
    """
    news, lines = News.kept_in(values), []
    if news.before and _has_dates_told(activity, values):
        lines = [_("Now: %(dates)s. Before: %(was)s", dates=dates_of(activity), was=_dates(news.before))]
    for session in _as_told(activity, values):
        if off := news.called_off.get(session.public_id):
            lines.append(_called_off_line(session, off, own))
        elif not (lines and news.before and news.moved[session.public_id].along):
            lines.append(_moved_line(session, news.moved[session.public_id], own))
    return lines


def _moved_line(session: ClassSession, was: Moved, own: str | None) -> str:
    before = _times_of(was, own)
    line = _(
        "%(session)s. Now: %(when)s, %(minutes)s minutes. Before: %(was)s, %(minutes_before)s minutes",
        session=_named(session), **_times(session.starts_at, session.ends_at, session.zone, own),
        was=before["when"], minutes_before=before["minutes"],
    )  # fmt: skip
    return _with_reason(line, was.reason)


def _called_off_line(session: ClassSession, was: Moved, own: str | None) -> str:
    line = _(
        "%(session)s. Cancelled. It was to begin: %(was)s", session=_named(session), was=_times_of(was, own)["when"]
    )
    return _with_reason(line, was.reason)


def _with_reason(line: str, reason: str) -> str:
    return str(_("%(change)s. Reason: %(reason)s", change=line, reason=reason) if reason else line)


def _named(session: ClassSession) -> str:
    if session.title:
        return str(_("Class session %(number)s, “%(title)s”", number=session.number, title=session.title))
    return str(_("Class session %(number)s", number=session.number))


def _times_of(was: Moved, own: str | None) -> dict[str, Any]:
    return _times(datetime.fromisoformat(was.starts_at), datetime.fromisoformat(was.ends_at), was.zone, own)


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
    before = _before(values)
    said = {"before": before["when"], "minutes_before": before["minutes"]}
    return {**_of_class_session(values, language), **said}


def _of_cancelled(values: Values, language: str) -> Values:
    # The previous release kept no times of what is called off: they are the class session's.
    known = _before(values) if "before" in values else {}
    return {**_of_class_session(values, language), **known}


def _before(values: Values) -> dict[str, Any]:
    was = Moved(*values["before"])
    return _times_of(was, queries.enrolment(values["enrolment"]).person.zone)


def _of_changes(values: Values, language: str) -> Values:
    enrolment = queries.enrolment(values["enrolment"])
    changes = _changes(enrolment.activity, values, enrolment.person.zone)
    return {**_of_activity(values, language), "changes": changes}


def _of_taught(values: Values, language: str) -> Values:
    activity = catalogue.managed_activity(values["activity"], _OF_ALL)
    return {
        "title": in_own_words(activity.titles, language),
        "dates": dates_of(activity),
        "contact": activity.contact,
        "link": links.absolute(f"/teach/activities/{activity.public_id}"),
    }


def _of_changes_taught(values: Values, language: str) -> Values:
    activity = catalogue.managed_activity(values["activity"], _OF_ALL)
    own = people.person_now(values["instructor"]).zone
    return {**_of_taught(values, language), "changes": _changes(activity, values, own)}
