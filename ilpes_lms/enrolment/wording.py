"""The codes of enrolment in the reader's language, and what its templates need to say them."""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.enrolment import rules
from ilpes_lms.people.vocabularies import countries, sexes
from ilpes_lms.web import i18n


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


WORDS: dict[str, Any] = {
    "state_label": state_label,
    "state_tone": rules.STATE_TONES.__getitem__,
    "country_label": country_label,
    "sex_label": sex_label,
    "dates_of": dates_of,
    "when": when,
    "is_over": is_over,
    "last_day": wording.last_day,
}
