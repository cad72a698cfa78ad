"""The codes of enrolment in the reader's language, and what its templates need to say them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock, tables
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.queries import Corrected
from ilpes_lms.enrolment.service import held_until_of
from ilpes_lms.people.deeds import Carried, Outcome, Said
from ilpes_lms.people.vocabularies import countries, sectors, sexes
from ilpes_lms.web import i18n
from ilpes_lms.web.errors import text_of


def state_label(state: str) -> str:
    """Return what a state is called."""
    return str(_(rules.STATE_LABELS[state]))


def country_label(code: str | None) -> str | None:
    """Return a country's name, None where it is unknown."""
    return countries.country_name(code, i18n.current_language()) if code else None


def sex_label(code: str) -> str:
    """Return what a sex is called."""
    return sexes.label(code, i18n.current_language())


def sector_label(code: str | None) -> str | None:
    """Return what a sector is called, None where it is unknown."""
    return sectors.label(code, i18n.current_language()) if code else None


def dates_of(activity: Activity) -> str:
    """Return when an activity takes place."""
    return wording.dates(activity.starts_on, activity.ends_on, activity.start_precision, activity.end_precision)


def when(activity: Activity, own: str | None) -> list[tuple[str, str]]:
    """Return an activity's dates and when its first class session begins, each with the word for it.

    `own` is the reader's time zone, None where nobody knows it. Of a single day the hour says the date as well.
    """
    first = next((each for each in activity.class_sessions if each.status == "scheduled"), None)
    if first is None:
        return [(str(_("When")), dates_of(activity))]
    begins = wording.begins(first.starts_at, first.zone, own or first.zone)
    if activity.starts_on == activity.ends_on and activity.start_precision == "day":
        return [(str(_("When")), begins)]
    return [(str(_("When")), dates_of(activity)), (str(_("First class session")), begins)]


def is_over(activity: Activity) -> bool:
    """Return whether an activity's last day is past, after which nobody can leave it."""
    return clock.now() >= clock.end_of_day(activity.ends_on, activity.zone)


def outlook_of(invitation: Invitation) -> str:
    """Return how an invitation stands now."""
    return rules.outlook(invitation.state, invitation.expires_at, clock.now())


def outlook_label(standing: str) -> str:
    """Return what it is called how an invitation stands."""
    return str(_(rules.OUTLOOK_LABELS[standing]))


def last_date(closes_at: datetime, zone: str) -> date:
    """Return the last day on which something is open where it ends."""
    return (clock.wall_time(closes_at, zone) - timedelta(microseconds=1)).date()


def list_template(kind: str) -> tuple[bytes, str, str]:
    """Return the file in which lists of people are written, in the reader's language: bytes, media type, name."""
    header = list_columns()
    name = f"{_('list')}.{kind}"
    if kind == "xlsx":
        widths = [min(len(label) + _ROOM_TO_WRITE, _WIDEST) for label in header]
        return tables.as_workbook([header], str(_("list")), widths=widths, to_fill_in=True), _XLSX, name
    return tables.as_csv([header], separator="," if i18n.current_language() == "en" else ";"), _CSV, name


def list_columns() -> list[str]:
    """Return what the columns of a list of people are called, in their order."""
    return [column_label(name) for name in rules.COLUMNS]


def column_label(name: str) -> str:
    """Return what a column of a list of people is called."""
    return rules.HEADERS[name][i18n.current_language()]


_ROOM_TO_WRITE, _WIDEST = 14, 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """One thing that happened to an enrolment, in words: a step of its life or a correction."""

    at: datetime
    what: str
    why: str
    by: str | None = None


def attribute_text(field: str, value: str | None) -> str:
    """Return in words what an enrolment says of a person."""
    if not value:
        return str(_("Not known"))
    if field in _VOCABULARIES:
        return _VOCABULARIES[field](value, i18n.current_language())
    return value


def lived(enrolment: Enrolment, corrected: Iterable[Corrected]) -> list[Event]:
    """Return the steps of an enrolment's life and its corrections, in the order of time."""
    steps = [
        Event(change.at, state_label(change.to_state), str(_(change.reason)) if change.reason else "")
        for change in enrolment.changes
    ]
    return sorted([*steps, *map(_correction, corrected)], key=lambda event: event.at)


def _correction(corrected: Corrected) -> Event:
    one = corrected.correction
    what = _(
        "%(field)s corrected: %(after)s instead of %(before)s",
        field=_(rules.ATTRIBUTE_LABELS[one.field]),
        before=attribute_text(one.field, one.before),
        after=attribute_text(one.field, one.after),
    )
    return Event(one.at, str(what), one.reason, corrected.by)


_VOCABULARIES: dict[str, Callable[[str, str], str]] = {
    "sex": sexes.label, "country": countries.country_name, "sector": sectors.label,
    "organization_country": countries.country_name,
}  # fmt: skip
_STANDS = {
    "confirmed": (N_("You have a place in “%(title)s”."), "good"),
    "offered": (N_("A place in “%(title)s” is offered to you."), "caution"),
    "waitlisted": (N_("You are on the waiting list of “%(title)s”; your position: %(position)s."), "caution"),
    "applied": (N_("Your application to “%(title)s” is under review."), "info"),
}
_HELD_TOO_SHORT = N_(
    "Your place in “%(title)s” was held until %(until)s; it has gone to others since. You are on the waiting list; "
    "your position: %(position)s."
)
_ANSWERS_LEFT = N_("You are not registered for “%(title)s” yet: answer what is left here. What you wrote is kept.")
_NOT_IN = N_("You are not registered for “%(title)s”.")


def registration_heading(carried: Carried) -> str:
    """Return what a registration's link is for."""
    return str(_("Register for “%(title)s”", title=_title_of(carried)))


def registration_action() -> str:
    """Return what the button says that registers somebody with an account."""
    return str(_("Register"))


def registration_said(carried: Carried, outcome: Outcome) -> Said:
    """Return what came of a registration, in words, and where to see it."""
    title, values = _title_of(carried), outcome.values
    if outcome.refused and (outcome.refused.field or "").startswith(rules.field_of("")):
        # What is asked was changed meanwhile, or is a letter: the rest is kept, and the form asks for it.
        there = url_for("enrolment.apply", activity_ref=carried.about["activity"])
        return Said(_(_ANSWERS_LEFT, title=title), "caution", there)
    if values["state"] not in _STANDS:
        why = text_of(outcome.refused) if outcome.refused else ""
        here = url_for("catalogue.activity", ref=carried.about["activity"])
        return Said(" ".join(filter(None, (_(_NOT_IN, title=title), why))), "caution", here)
    text, tone = _STANDS[values["state"]]
    until = held_until_of(carried.prepared)
    if until and values["state"] == "waitlisted":
        text = _HELD_TOO_SHORT
    shown = {"title": title, "position": values["position"], "until": i18n.moment(until) if until else ""}
    return Said(_(text, **shown), tone, url_for("enrolment.my_enrolment", enrolment_ref=values["id"]))


def _title_of(carried: Carried) -> str:
    return i18n.in_own_words(catalogue.published_activity(carried.about["activity"]).titles)


def standing_tag(enrolment: Enrolment) -> tuple[str, str]:
    """Return how a person stands and the tone to say it in; in a cancelled activity that it is cancelled."""
    if enrolment.activity.status == "cancelled" and enrolment.state in rules.LIVE:
        return str(_("Activity cancelled")), "wrong"
    return state_label(enrolment.state), rules.STATE_TONES[enrolment.state]


WORDS: dict[str, Any] = {
    "state_label": state_label,
    "decisions_on": rules.decisions_on,
    "state_tone": rules.STATE_TONES.__getitem__,
    "country_label": country_label,
    "sex_label": sex_label,
    "sector_label": sector_label,
    "language_name": i18n.LANGUAGES.__getitem__,
    "dates_of": dates_of,
    "when": when,
    "hours": wording.hours,
    "is_over": is_over,
    "standing_tag": standing_tag,
    "last_day": wording.last_day,
    "outlook_of": outlook_of,
    "outlook_label": outlook_label,
    "outlook_tone": rules.OUTLOOK_TONES.__getitem__,
    "column_label": column_label,
    "list_columns": list_columns,
    "refusal_text": text_of,
}
