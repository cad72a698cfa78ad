"""What a message to the people of an activity says to each, and whether each should still get it."""

from dataclasses import replace
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries as enrolments
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.wording import dates_of, when
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications import queries as outbox
from ilpes_lms.notifications.declining import test_url
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import (
    ACTIVITY,
    ACTIVITY_LINK,
    CONTACT,
    DATES,
    LINK,
    NAME,
    WHEN,
    Placeholder,
)
from ilpes_lms.notifications.rendering import Draft, render
from ilpes_lms.notifications.texts import rules as texts
from ilpes_lms.notifications.texts.rules import Value, Words
from ilpes_lms.reminders.announcements import queries, rules
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.web.i18n import in_own_words, labelled

_OWN = replace(
    LINK, label=N_("Link to their application or place"), example="https://example.org/my/enrolments/1", required=False,
    action=N_("See my application or place"),
)  # fmt: skip
_SENDER = Placeholder("sender", N_("Name of who writes"), "Luis Rojas")
# What somebody may use in the message they write.
PLACEHOLDERS = (NAME, ACTIVITY, DATES, WHEN, _SENDER, CONTACT, _OWN, ACTIVITY_LINK)
# What the frame around it may say.
_FRAME = (
    NAME,
    ACTIVITY,
    Placeholder("subject", N_("The subject that was written"), N_("About our next class session")),
    Placeholder(
        "text", N_("The message that was written"), N_("Please bring your questions."), required=True, form="prose"
    ),
    _SENDER,
    CONTACT,
    _OWN,
)  # fmt: skip

_LABELS = {
    queries.KIND: N_("Message to the people of an activity"),
    queries.NEWS: N_("News from the team of an activity, about something else"),
}


def register(app: Flask) -> None:
    """Make both kinds of such messages known."""
    for name, label in _LABELS.items():
        kinds.register(
            app,
            Kind(
                name, "announcements/mail/message", is_due=_still_gets, values=_values, label=label,
                placeholders=_FRAME, essential=name == queries.KIND, is_test=_is_test,
            ),
        )  # fmt: skip


def shown_to(found: Announcement, enrolment: Enrolment, sender: str) -> tuple[str, Draft]:
    """Return a message as one person would get it, and in which language; nothing is sent."""
    language = rules.language_for(enrolment.person.language, found.words, found.activity.languages)
    kind = kinds.kind_named(queries.kind_of(found))
    if kind is None:
        raise LookupError(queries.kind_of(found))
    words = found.said[language]
    at_hand = replace(kind, values=lambda _values, spoken: _filled(found.activity, enrolment, words, sender, spoken))
    stop = None if kind.essential else test_url()
    return language, render(
        at_hand, {}, language=language, person_name=enrolment.person.full_name, unsubscribe_url=stop
    )


def sender_of(found: Announcement) -> str:
    """Return the name of who wrote a message, nothing where they are not known any more."""
    person = outbox.person(found.by)
    return person.full_name if person else ""


def _still_gets(values: Values, person_id: int | None) -> bool:
    found = queries.announcement(values["announcement"])
    if _is_test(values):
        return True
    newest = enrolments.newest_change(values["enrolment"])
    if newest is None or newest[0].person_id != person_id:
        return False
    return rules.still_gets(found.state, newest[0].state, found.to.states)


def _is_test(values: Values) -> bool:
    return bool(values.get("test"))


def _values(values: Values, language: str) -> Values:
    found, enrolment = queries.announcement(values["announcement"]), enrolments.enrolment(values["enrolment"])
    words = found.said[values["language"]]
    return _filled(found.activity, enrolment, words, sender_of(found), language)


def _filled(activity: Activity, enrolment: Enrolment, words: Words, sender: str, language: str) -> Values:
    known = _known(activity, enrolment, sender, language)
    values = {each.name: _value(each, known[each.source]) for each in PLACEHOLDERS}
    # Read before it is put into its frame, so that its lists, stress and buttons stay.
    text = tuple(texts.blocks_of(words.body, values))
    return {**known, "subject": texts.filled_subject(words.subject, values), "text": text}


def _value(each: Placeholder, said: str | list[str] | None) -> Value:
    text = "\n".join(said) if isinstance(said, list) else said or ""
    return Value(text, each.form, str(_(each.action)) if each.form == "link" else "")


def _known(activity: Activity, enrolment: Enrolment, sender: str, language: str) -> dict[str, Any]:
    return {
        "name": enrolment.person.full_name,
        "title": in_own_words(activity.titles, language),
        "dates": dates_of(activity),
        "when": [labelled(label, text) for label, text in when(activity, enrolment.person.zone)],
        "sender": sender,
        "contact": activity.contact,
        "link": links.absolute(f"/my/enrolments/{enrolment.public_id}"),
        "activity_link": links.absolute(f"/activities/{activity.public_id}"),
    }
