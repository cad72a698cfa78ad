"""The letter to those whom only a report shows: once, that they are counted."""

from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries as enrolments
from ilpes_lms.enrolment.wording import when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.placeholders import ACTIVITY, NAME, WHEN, Placeholder
from ilpes_lms.web.i18n import in_own_words, labelled

_PLACEHOLDERS = (
    NAME,
    ACTIVITY,
    WHEN,
    Placeholder(
        "sign_up_link", N_("Link to create an account"), "https://example.org/sign-up", required=True, form="link",
        action=N_("Create an account"),
    ),
    Placeholder(
        "erasing", N_("A sentence: how to have it erased"),
        N_("If you do not want this to be kept, tell us, and we erase it: ilpes@example.org"), required=True,
    ),
    Placeholder(
        "privacy_link", N_("Link to the privacy notice"), "https://example.org/privacy", required=True, form="link",
        action=N_("Read the privacy notice"),
    ),
)  # fmt: skip


def register(app: Flask) -> None:
    """Make this kind of message known."""
    kinds.register(
        app,
        Kind(
            rules.SEEN_LETTER, "attendance/mail/seen", is_due=_still_counted, values=_words,
            label=N_("Counted by a report, without having registered"), placeholders=_PLACEHOLDERS,
        ),
    )  # fmt: skip


def _still_counted(values: dict[str, Any], person_id: int | None) -> bool:
    """Tell whether the person is still counted, and still has no account, where all of it could be read."""
    found = enrolments.newest_change(values["enrolment"])
    if found is None or found[0].person_id != person_id:
        return False
    resting = enrolments.resting_on_a_report(found[0].activity_id, [found[0].id])
    return bool(queries.to_ask(resting))


def _words(values: dict[str, Any], language: str) -> dict[str, Any]:
    enrolment = enrolments.enrolment(values["enrolment"])
    activity = enrolment.activity
    return {
        "title": in_own_words(activity.titles, language),
        "when": [labelled(label, text) for label, text in when(activity, None)],
        "erasing": _erasing(activity.contact),
        "sign_up_link": links.absolute("/sign-up"),
        "privacy_link": links.absolute("/privacy"),
    }


def _erasing(contact: str | None) -> str:
    if contact:
        text = _("If you do not want this to be kept, tell us, and we erase it: %(contact)s", contact=contact)
    else:
        text = _("If you do not want this to be kept, tell us, and we erase it. How is written here:")
    return str(text)
