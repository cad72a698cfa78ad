"""The codes of enrolment in the reader's language, and what its templates need to say them."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock, tables
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.people.vocabularies import countries, sexes
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
        return tables.as_workbook([header], title=str(_("list"))), _XLSX, name
    return tables.as_csv([header], separator="," if i18n.current_language() == "en" else ";"), _CSV, name


def list_columns() -> list[str]:
    """Return what the columns of a list of people are called, in their order."""
    return [column_label(name) for name in rules.COLUMNS]


def column_label(name: str) -> str:
    """Return what a column of a list of people is called."""
    return rules.HEADERS[name][i18n.current_language()]


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"

WORDS: dict[str, Any] = {
    "state_label": state_label,
    "state_tone": rules.STATE_TONES.__getitem__,
    "country_label": country_label,
    "sex_label": sex_label,
    "dates_of": dates_of,
    "when": when,
    "hours": wording.hours,
    "is_over": is_over,
    "last_day": wording.last_day,
    "outlook_of": outlook_of,
    "outlook_label": outlook_label,
    "outlook_tone": rules.OUTLOOK_TONES.__getitem__,
    "column_label": column_label,
    "list_columns": list_columns,
    "refusal_text": text_of,
}
