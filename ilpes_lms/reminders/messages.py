"""What a reminder says, and whether it is still due when its turn comes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import kinds, links, notes
from ilpes_lms.notifications.errors import NotYet
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.texts import rules as texts
from ilpes_lms.notifications.texts.rules import Block, Span
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from ilpes_lms.reminders import queries, rules
from ilpes_lms.reminders.display import LABELS
from ilpes_lms.reminders.placeholders import OF_RULES
from ilpes_lms.reminders.queries import Planned
from ilpes_lms.web.i18n import clock_time, day, in_own_words, moment, ngettext, weekday

PROFILE_WORDS = {
    "country": N_("the country where you live"),
    "organization": N_("the institution where you work"),
    "sector": N_("the sector of the institution"),
}
_WAITING = {
    "applied": N_("Your application has not been decided yet. You get a message as soon as it is."),
    "waitlisted": N_("You are on the waiting list. You get a message if a place becomes free for you."),
    "offered": N_("You have been offered a place: please accept or decline it."),
}
_NOT_TOO_LATE = N_("If you have not begun yet, it is not too late: everything you need is on its page.")
_WITHDRAWING = N_(
    "If you can no longer take part, please withdraw on that page, so that someone else can have your place."
)
_LATE = N_("This reminder comes later than planned. We apologize.")
_INSTANT = timedelta(seconds=1)


def register(app: Flask) -> None:
    """Make the reminders known as kinds of message."""
    for name, label in LABELS.items():
        kind = f"reminders.{name}"
        kinds.register(
            app,
            Kind(
                kind, f"reminders/mail/{name}", is_due=_still_owed(kind), values=_values(kind, name), label=label,
                essential=False, recurs=True, ends=_ends(kind), placeholders=OF_RULES[name],
            ),
        )  # fmt: skip


def _still_owed(kind: str) -> Any:
    def is_due(values: Values, person_id: int | None) -> bool:
        now = clock.now()
        found = queries.still_owed(kind, values, person_id, now)
        if found and found.underway.paused_until:
            raise NotYet(found.underway.paused_until, queries.PAUSED, held=True)
        if found and found.rule.quiet.holds(now, found.zone):
            # Written down in the evening, but held up since: by a mail server that was down, or by many others.
            raise NotYet(found.rule.quiet.over(now, found.zone), notes.QUIET)
        return found is not None

    return is_due


def _ends(kind: str) -> Any:
    def of_row(values: Values, _person_id: int | None) -> datetime | None:
        found = queries.recipient_of(kind, values, clock.now())
        return found.window.until if found else None

    return of_row


def _values(kind: str, name: str) -> Any:
    def of_row(values: Values, language: str) -> Values:
        found = queries.recipient_of(kind, values, clock.now())
        if found is None:
            raise LookupError(kind)
        said = _common(found, language)
        return {**said, **_OWN[name](found, said["title"])}

    return of_row


def _common(found: Planned, language: str) -> Values:
    activity = found.underway.activity
    return {
        "title": in_own_words(activity.titles, language),
        "activity_link": links.absolute(f"/activities/{activity.public_id}"),
        "late": str(_(_LATE)) if found.window.late(clock.now()) else "",
    }


def _of_start(found: Planned, title: str) -> Values:
    day, has_place = weekday(found.underway.activity.starts_on), found.standing == "confirmed"
    sessions = _sessions(found, found.underway.activity.starts_on.isoformat())
    return {
        "starts": _starts(_days_left(found, found.underway.activity.zone)),
        "day": day,
        "opening": _opening(title, day, has_place=has_place),
        "standing": _waiting(found),
        "that_day": str(_("On that day:")) if sessions else "",
        "sessions": sessions,
        "withdrawing": str(_(_WITHDRAWING)) if has_place else "",
        **_lateness(found),
    }


def _of_beginning(found: Planned, _title: str) -> Values:
    has_place = found.standing == "confirmed"
    return {
        "day": weekday(found.underway.activity.starts_on),
        "standing": str(_(_NOT_TOO_LATE)) if has_place else _waiting(found),
    }


def _of_sessions(found: Planned, title: str) -> Values:
    sessions = _sessions(found, found.name)
    opening = ngettext(
        "This is a reminder of the next class session of “%(title)s”:",
        "This is a reminder of the next %(num)s class sessions of “%(title)s”:", len(sessions), title=title,
    )  # fmt: skip
    return {
        "soon": _soon(_days_left(found, found.zone)), "opening": opening, "sessions": sessions, **_lateness(found)
    }  # fmt: skip


def _of_end(found: Planned, _title: str) -> Values:
    activity = found.underway.activity
    return {
        "ends": _ends_in(_days_left(found, activity.zone)),
        "day": weekday(activity.ends_on),
        "link": links.absolute(f"/my/attendance/{found.subject}"),
    }


def _of_application(found: Planned, _title: str) -> Values:
    activity = found.underway.activity
    return {
        "until": wording.last_day(found.about, activity.zone),
        "link": links.absolute(f"/activities/{activity.public_id}/apply"),
    }


def _of_offer(found: Planned, _title: str) -> Values:
    return {"until": moment(found.about, found.zone), "link": links.absolute(f"/my/enrolments/{found.subject}")}


def _of_marks(found: Planned, _title: str) -> Values:
    sessions = found.underway.days.get(found.name, [])
    unmarked = queries.unmarked_of(sessions)
    return {
        "sessions": tuple(
            block
            for session in sessions
            if session.id in unmarked
            for block in _unmarked(session, unmarked[session.id])
        )
    }


def _of_nominations(found: Planned, title: str) -> Values:
    quota = queries.quota_of(found)
    places = ngettext(
        "%(institution)s has %(num)s place in “%(title)s”.", "%(institution)s has %(num)s places in “%(title)s”.",
        quota.places, institution=quota.institution, title=title,
    )  # fmt: skip
    nobody = ngettext(
        "%(num)s place is still without a nominee.", "%(num)s places are still without a nominee.", quota.open
    )
    return {
        "greeting": _greeting(found),
        "institution": quota.institution,
        "places": places,
        "open": nobody,
        "until": wording.last_day(found.about, found.underway.activity.zone),
        "link": links.absolute(f"/my/nominations/{found.subject}"),
    }


def _of_profile(found: Planned, _title: str) -> Values:
    return {
        "missing": [str(_(PROFILE_WORDS[name])) for name in queries.missing_of(_person(found))],
        "link": links.absolute("/my/profile"),
    }


def _of_certificate(found: Planned, _title: str) -> Values:
    on = clock.wall_time(found.about, found.zone).date()
    return {"day": day(on), "link": links.absolute("/my/certificates")}


_OWN: dict[str, Callable[[Planned, str], Values]] = {
    "application_closes": _of_application,
    "offer_lapses": _of_offer,
    "activity_starts": _of_start,
    "activity_began": _of_beginning,
    "class_session_tomorrow": _of_sessions,
    "activity_ends": _of_end,
    "activity_ended": _of_end,
    "marks_missing": _of_marks,
    "nominations_unfilled": _of_nominations,
    "profile_incomplete": _of_profile,
    "certificate_waiting": _of_certificate,
}


def _person(found: Planned) -> Person:
    return people.person(found.person_id or 0)


def _greeting(found: Planned) -> str:
    if found.person_id is None:
        return str(_("Good day,"))
    return str(_("Hello %(name)s,", name=_person(found).full_name))


def _opening(title: str, day: str, *, has_place: bool) -> str:
    if has_place:
        return str(
            _("This is a reminder that “%(title)s”, in which you have a confirmed place, starts on %(day)s.",
              title=title, day=day)
        )  # fmt: skip
    return str(_("This is a reminder that “%(title)s” starts on %(day)s.", title=title, day=day))


def _waiting(found: Planned) -> str:
    return str(_(_WAITING[found.standing])) if found.standing in _WAITING else ""


def _starts(days: int) -> str:
    if days > 1:
        return ngettext("Starts in %(num)s day", "Starts in %(num)s days", days)
    return str(_("Starts tomorrow") if days == 1 else _("Starts today"))


def _ends_in(days: int) -> str:
    if days > 1:
        return ngettext("Ends in %(num)s day", "Ends in %(num)s days", days)
    return str(_("Ends tomorrow") if days == 1 else _("Ends today"))


def _soon(days: int) -> str:
    if days > 1:
        return str(_("Soon"))
    return str(_("Tomorrow") if days == 1 else _("Today"))


def _days_left(found: Planned, zone: str) -> int:
    about = found.about - _INSTANT if rules.ANCHORS[found.rule.anchor].last_moment else found.about
    return (clock.wall_time(about, zone).date() - clock.today(zone)).days


def _sessions(found: Planned, day: str) -> tuple[Block, ...]:
    return tuple(_session(session, found) for session in found.underway.days.get(day, []))


def _session(session: ClassSession, found: Planned) -> Block:
    # Only who has a place, or teaches, gets the way in.
    inside = found.standing in {"confirmed", rules.INSTRUCTORS}
    link = session.joining_link or found.underway.activity.joining_link or ""
    lines = [
        moment(session.starts_at, session.zone),
        _("Ends at %(time)s", time=clock_time(session.ends_at, session.zone)),
    ]
    if clock.wall_time(session.starts_at, session.zone) != clock.wall_time(session.starts_at, found.zone):
        lines.append(_("Where you are: %(moment)s", moment=moment(session.starts_at, found.zone)))
    way_in = texts.prose(_("To join: %(link)s", link=link)) if inside and link else []
    return Block("paragraph", (*_titled(session, lines), *(line for block in way_in for line in block.lines)))


def _unmarked(session: ClassSession, number: int) -> tuple[Block, Block]:
    without = ngettext("%(num)s participant without a mark", "%(num)s participants without a mark", number)
    roster = Span(links.absolute(f"/teach/class-sessions/{session.public_id}"), link=True)
    said = Block("paragraph", _titled(session, [moment(session.starts_at, session.zone), without]))
    return said, Block("button", ((roster,),), str(_("Mark attendance")))


def _titled(session: ClassSession, lines: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    title = ((Span(session.title, strong=True),),) if session.title else ()
    return (*title, *((Span(str(line)),) for line in lines))


def _lateness(found: Planned) -> Values:
    """Return what to say instead of an apology where the place was confirmed only after the reminder was due."""
    enrolment, due = queries.enrolment_of(found), found.window.due
    confirmed_at = enrolment.confirmed_at if enrolment else None
    if confirmed_at is None or confirmed_at <= due:
        return {}
    on = day(clock.wall_time(confirmed_at, found.zone).date())
    return {
        "late": str(
            _("Your place was confirmed on %(day)s, so this reminder comes closer to the start than usual.", day=on)
        )
    }  # fmt: skip
