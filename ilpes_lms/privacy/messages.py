"""What this room writes to people: that they will be erased, and that what they take along is ready."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask

from ilpes_lms.core.text import N_
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.placeholders import LINK, NAME, Placeholder
from ilpes_lms.privacy import queries
from ilpes_lms.privacy.retention import disuse
from ilpes_lms.privacy.retention.service import UNUSED
from ilpes_lms.privacy.service import ASKED
from ilpes_lms.privacy.taking import queries as archives
from ilpes_lms.privacy.taking.service import MADE
from ilpes_lms.web import i18n

_TO_TAKE_BACK = replace(LINK, label=N_("Link to take it back"), action=N_("Do not erase me"))
_TO_STAY = replace(LINK, label=N_("Link to sign in"), action=N_("Sign in and stay"))
_TO_FETCH = replace(LINK, label=N_("Link to the page where it is fetched"), action=N_("Fetch my data"))
_DAY = Placeholder("on", N_("Day after which it is done"), N_("6 April 2027"), required=True)


def register(app: Flask) -> None:
    """Make the room's messages known."""
    kinds.register(
        app,
        Kind(
            ASKED, "privacy/mail/erasure_asked", is_due=_still_asked, values=_words,
            label=N_("Your data will be erased"), placeholders=(NAME, _TO_TAKE_BACK),
        ),
    )  # fmt: skip
    kinds.register(
        app,
        Kind(
            UNUSED, "privacy/mail/account_unused", is_due=_still_unused, values=_unused_words,
            label=N_("Your account is not used"), placeholders=(NAME, _DAY, _TO_STAY),
        ),
    )  # fmt: skip
    kinds.register(
        app,
        Kind(
            MADE, "privacy/mail/archive_ready", is_due=_still_kept, values=_made_words,
            label=N_("Your data is ready to be fetched"), placeholders=(NAME, _TO_FETCH),
        ),
    )  # fmt: skip


def _still_asked(_values: dict[str, Any], person_id: int | None) -> bool:
    return queries.erasure_asked(person_id or 0) is not None


def _words(_values: dict[str, Any], _language: str) -> dict[str, Any]:
    return {"link": links.absolute("/my/data/erase")}


def _still_unused(_values: dict[str, Any], person_id: int | None) -> bool:
    return disuse.was_told(person_id or 0)


def _unused_words(values: dict[str, Any], language: str) -> dict[str, Any]:
    with i18n.in_language(language):
        return {"on": i18n.day(date.fromisoformat(values["on"])), "link": links.absolute("/my")}


def _still_kept(values: dict[str, Any], _person_id: int | None) -> bool:
    return archives.is_ready(values["archive"])


def _made_words(_values: dict[str, Any], _language: str) -> dict[str, Any]:
    return {"link": links.absolute("/my/data/archive")}
