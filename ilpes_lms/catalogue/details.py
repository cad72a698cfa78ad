"""One activity's page as its template shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from ilpes_lms.catalogue import rules, wording
from ilpes_lms.catalogue.models import Activity, ClassSession, Headcount
from ilpes_lms.core import clock
from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies import countries, divisions, topics
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

_ATTENDANCE_MODES = {"in_person": "Onsite", "blended": "Blended"}


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A class session in the reader's time, and in its place's where that differs."""

    number: int
    title: str
    here: str
    there: str
    is_cancelled: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Details:
    """All that the page shows, beside what rooms above add."""

    title: str
    original_title: str
    summary: str
    kind_label: str
    state: tuple[str, str] | None
    facts: list[tuple[str, str]]
    way_in: list[tuple[str, str]]
    sessions: list[ShownSession]
    partners: list[tuple[str, list[str]]]
    notes: list[str]
    headcount: list[tuple[str, str]]
    source: str
    data: dict[str, Any]


def details_of(activity: Activity, now: datetime) -> Details:
    """Put an activity into the reader's words."""
    window = window_of(activity, now)
    return Details(
        title=i18n.in_own_words(activity.titles),
        original_title=_in_its_own_language(activity),
        summary=i18n.in_own_words(activity.summaries or (activity.course.summaries if activity.course else {})),
        kind_label=wording.kind_label(activity.kind),
        state=_state(activity, window),
        facts=facts_of(activity),
        way_in=way_in_of(activity, window, now),
        sessions=[shown_session(session, now) for session in activity.class_sessions],
        partners=_partners(activity),
        notes=[note["text"] for note in activity.notes if note.get("text")],
        headcount=headcount_of(activity.headcount),
        source=activity.headcount.source if activity.headcount else "",
        data=structured_data(activity),
    )


def window_of(activity: Activity, now: datetime, *, if_published: bool = False) -> rules.Window:
    """Return where the time for applications stands; `if_published`, where it would stand were a draft published."""
    status = "published" if if_published and activity.status == "draft" else activity.status
    return rules.application_window(
        status=status, kind=activity.kind, opens_at=activity.applications_open_at,
        closes_at=activity.applications_close_at, starts_on=activity.starts_on, ends_on=activity.ends_on,
        sessions_end_at=activity.sessions_end_at, zone=activity.zone, now=now,
    )  # fmt: skip


def dates_of(activity: Activity) -> str:
    """Return when an activity takes place."""
    return wording.dates(activity.starts_on, activity.ends_on, activity.start_precision, activity.end_precision)


def shown_session(session: ClassSession, now: datetime) -> ShownSession:
    """Put a class session into the reader's time."""
    here, there = wording.session_times(session.starts_at, session.ends_at, session.zone)
    return ShownSession(
        session.number, session.title, here, there, session.status == "cancelled", session.ends_at <= now
    )


def structured_data(activity: Activity) -> dict[str, Any]:
    """Return what search engines read, in the words of schema.org."""
    title = i18n.in_own_words(activity.titles)
    url = current_app.config["BASE_URL"] + url_for("catalogue.activity", ref=activity.public_id)
    offer = {
        "startDate": activity.starts_on.isoformat(), "endDate": activity.ends_on.isoformat(),
        "inLanguage": activity.languages,
    }  # fmt: skip
    organizer = {"@type": "Organization", "name": "ILPES, ECLAC, United Nations"}
    common = {"@context": "https://schema.org", "name": title, "url": url}
    summary = i18n.in_own_words(activity.summaries)
    if summary:
        common["description"] = summary
    mode = _ATTENDANCE_MODES.get(activity.modality, "Online")
    if activity.kind == "webinar":
        attendance = "Offline" if mode == "Onsite" else "Mixed" if mode == "Blended" else "Online"
        return {
            **common, **offer, "@type": "EducationEvent", "organizer": organizer,
            "eventAttendanceMode": f"https://schema.org/{attendance}EventAttendanceMode",
        }  # fmt: skip
    instance = {"@type": "CourseInstance", "courseMode": mode, **offer}
    return {**common, "@type": "Course", "provider": organizer, "hasCourseInstance": instance}


def _in_its_own_language(activity: Activity) -> str:
    # A title that was given in one language only keeps that language for whoever reads it aloud.
    shown = i18n.in_own_words(activity.titles)
    return next((code for code, text in activity.titles.items() if text == shown), "")


def _state(activity: Activity, window: rules.Window) -> tuple[str, str] | None:
    if activity.status == "cancelled":
        return str(_("Cancelled")), rules.TONES[activity.status]
    when = rules.time_state(activity.starts_on, activity.ends_on, clock.today(activity.zone))
    if when == "past":
        return str(_("Has taken place")), "plain"
    full = rules.places_left(activity.capacity, activity.confirmed_count) == 0
    return wording.state_of(when=when, window=window, admission=activity.admission, full=full)


def facts_of(activity: Activity) -> list[tuple[str, str]]:
    """Return an activity's facts as pairs of a word and a text."""
    language = i18n.current_language()
    return [
        (str(_("Dates")), dates_of(activity)),
        (str(_("Length")), wording.hours(activity.hours)),
        (str(_("Format")), str(_(rules.MODALITY_LABELS[activity.modality]))),
        (str(_("Language")), wording.language_names(activity.languages)),
        (str(_("Place")), _place(activity, language)),
        (str(_("Topics")), ", ".join(topics.label(code, language) for code in activity.topics)),
        (str(_("Organized by")), divisions.label(activity.division, language) if activity.division else ""),
        (str(_("Requested by")), activity.requesting_institution or ""),
        (str(_("Technical assistance")), activity.technical_assistance or ""),
        (str(_("Support of ILPES")), activity.ilpes_support or ""),
    ]


def way_in_of(activity: Activity, window: rules.Window, now: datetime) -> list[tuple[str, str]]:
    """Return who may take part, how, and by when; nothing once it is over."""
    if window.state == "closed" and clock.today(activity.zone) > activity.ends_on:
        return []
    lines = [(str(_("For whom")), who)] if (who := _for_whom(activity)) else []
    lines += conditions_in_words(activity)
    lines.append((str(_("How to get in")), str(_(rules.ADMISSION_LABELS[activity.admission]))))
    if rules.takes_applications(activity.admission):
        asked = _("Registration") if activity.admission == "open" else _("Applications")
        lines.append((str(asked), _by_when(activity, window, now)))
    lines.append((str(_("Places")), _places(activity, window)))
    return lines


def conditions_in_words(activity: Activity) -> list[tuple[str, str]]:
    """Return what else is asked of people, as pairs of a word and a text; what is not asked is left out."""
    asked = [
        (_("Institutions"), wording.institution_names, activity.eligible_organizations),
        (_("Sectors"), wording.sector_names, activity.eligible_sectors),
        (_("Languages needed (one of them)"), wording.language_names, activity.eligible_languages),
    ]
    return [(str(label), named(codes)) for label, named, codes in asked if codes]


def _for_whom(activity: Activity) -> str:
    if activity.eligible_countries or activity.requesting_institution:
        return wording.audience(activity.admission, activity.eligible_countries, activity.requesting_institution)
    if activity.eligible_organizations or activity.eligible_sectors or activity.eligible_languages:
        return ""
    return str(_("Everyone, from any country"))


def _by_when(activity: Activity, window: rules.Window, now: datetime) -> str:
    if window.state == "closed":
        return str(_("No longer open"))
    if window.state == "not_yet" and window.opens_at:
        return str(_("They open: %(moment)s", moment=i18n.moment(window.opens_at)))
    return wording.applications_until(window.closes_at, activity.zone, now)


def _places(activity: Activity, window: rules.Window) -> str:
    left = rules.places_left(activity.capacity, activity.confirmed_count)
    if window.state == "closed" or left is None:
        return ""
    if left:
        return str(ngettext("%(num)s place left", "%(num)s places left", left))
    if not activity.waiting_count:
        return str(_("All places are taken"))
    return str(
        ngettext(
            "All places are taken; %(num)s person is waiting",
            "All places are taken; %(num)s people are waiting",
            activity.waiting_count,
        )
    )


def _partners(activity: Activity) -> list[tuple[str, list[str]]]:
    by_role: dict[str, list[str]] = {}
    for partner in activity.partners:
        by_role.setdefault(partner.role, []).append(partner.name)
    return [(str(_(label)), by_role[role]) for role, label in rules.PARTNER_ROLE_LABELS.items() if role in by_role]


def _place(activity: Activity, language: str) -> str:
    if not activity.country:
        return activity.location or ""
    names = countries.COUNTRIES[activity.country].names
    # A place that is the country itself is said once, in the reader's language.
    is_country = fold(activity.location or "") in {"", *map(fold, names.values())}
    return names[language] if is_country else f"{activity.location}, {names[language]}"


Figure = list[str | None]


def figures_of(before: Mapping[str, int] | None, after: Mapping[str, int] | None) -> list[Figure]:
    """Return what an activity adds to the figures before and after a switch; None is no record, which is not zero."""
    labels = {"women": _("Women"), "men": _("Men"), "other": _("Other"), "not_stated": _("Not stated")}
    each: list[Figure] = [
        [str(label), *(None if one is None else i18n.number(one[name]) for one in (before, after))]
        for name, label in labels.items()
    ]
    totals = (None if one is None else i18n.number(sum(one.values())) for one in (before, after))
    return [*each, [str(_("Participants")), *totals]]


def headcount_of(headcount: Headcount | None) -> list[tuple[str, str]]:
    """Return a headcount as pairs of a word and a number, women before men."""
    if headcount is None:
        return []
    lines: Sequence[tuple[str, int]] = (
        (_("Women"), headcount.women), (_("Men"), headcount.men), (_("Other"), headcount.other),
        (_("Not stated"), headcount.not_stated),
    )  # fmt: skip
    shown = [(str(label), i18n.number(count)) for label, count in lines[:2]]
    shown += [(str(label), i18n.number(count)) for label, count in lines[2:] if count]
    total = sum(count for _label, count in lines)
    return [*shown, (str(_("Participants")), i18n.number(total))]
