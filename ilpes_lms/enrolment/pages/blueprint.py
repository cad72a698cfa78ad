"""What all pages of the room are registered on, and the words they share."""

from typing import Any

from apiflask import APIBlueprint
from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import rules
from ilpes_lms.people.vocabularies import countries, sexes
from ilpes_lms.web import access, i18n

pages = APIBlueprint("enrolment", "ilpes_lms.enrolment", template_folder="templates", enable_openapi=False)


def me() -> int:
    """Return the person who is signed in."""
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id


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


WORDS: dict[str, Any] = {
    "state_label": state_label,
    "state_tone": rules.STATE_TONES.__getitem__,
    "country_label": country_label,
    "sex_label": sex_label,
    "dates_of": dates_of,
}
