"""The letter to those who are falling behind: whether it is still due, what it says, how it looks before it is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.attendance.letters.placeholders import OWN_ATTENDANCE
from ilpes_lms.attendance.queries import Behind
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import ACTIVITY, CONTACT, NAME, Placeholder
from ilpes_lms.notifications.rendering import Draft, render
from ilpes_lms.people import queries as people
from ilpes_lms.web.i18n import in_own_words

_KIND = "attendance.behind"
_PLACEHOLDERS = (
    NAME,
    ACTIVITY,
    CONTACT,
    Placeholder(
        "opening", N_("A sentence: who writes about which activity"),
        N_("Luis Rojas writes to you about “Territorial planning”:"),
    ),
    Placeholder(
        "text", N_("What was written to them"), N_("We have missed you. How can we help?"), required=True, form="prose"
    ),
    OWN_ATTENDANCE,
)  # fmt: skip


@dataclass(frozen=True)
class LetterShown:
    """The letter in one language, and how many read it in that one."""

    language: str
    number: int
    draft: Draft


def register(app: Flask) -> None:
    """Make this kind of message known."""
    kind = Kind(
        _KIND, "attendance/mail/behind", is_due=_is_due, values=_values, label=N_("Message to who is falling behind"),
        placeholders=_PLACEHOLDERS,
    )  # fmt: skip
    kinds.register(app, kind)


def letters_shown(activity: Activity, chosen: Sequence[Behind], text: str, sender: str) -> list[LetterShown]:
    """Return the letter as some people would get it, once for each of their languages; nothing is asked of anybody."""
    kind = kinds.kind_named(_KIND)
    first = {each.enrolment.person.language: each for each in reversed(chosen)}
    numbers = Counter(each.enrolment.person.language for each in chosen)
    if kind is None:
        return []

    def draft(language: str) -> Draft:
        whose = first[language].enrolment
        at_hand = replace(kind, values=lambda _v, spoken: _words(activity, whose.public_id, text, sender, spoken))
        return render(at_hand, {}, language=language, person_name=whose.person.full_name)

    return [LetterShown(language, number, draft(language)) for language, number in numbers.most_common()]


def _is_due(values: Values, person_id: int | None) -> bool:
    found = enrolment.newest_change(values["enrolment"])
    return found is not None and found[0].person_id == person_id and found[0].state == "confirmed"


def _values(values: Values, language: str) -> Values:
    found = enrolment.enrolment(values["enrolment"])
    sender = people.person_by_ref(values["by"]).full_name if values.get("by") else ""
    return _words(found.activity, found.public_id, values["text"], sender, language)


def _words(activity: Activity, ref: str, text: str, sender: str, language: str) -> dict[str, Any]:
    title = in_own_words(activity.titles, language)
    return {
        "title": title, "text": text, "opening": _opening(sender, title), "contact": activity.contact,
        "link": links.absolute(f"/my/attendance/{ref}"),
    }  # fmt: skip


def _opening(sender: str, title: str) -> str:
    if sender:
        return str(_("%(name)s writes to you about “%(title)s”:", name=sender, title=title))
    return str(_("You are written to about “%(title)s”:", title=title))
