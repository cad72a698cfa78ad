"""Messages to the people of an activity as pages and JSON show them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.wording import dates_of
from ilpes_lms.notifications.texts import rules as texts
from ilpes_lms.notifications.texts.rules import Value
from ilpes_lms.people.vocabularies.countries import country_name
from ilpes_lms.reminders.announcements import queries, rules
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.reminders.announcements.rules import Audience
from ilpes_lms.reminders.display import RECIPIENT_LABELS
from ilpes_lms.web.i18n import current_language, in_own_words, labelled, number

STATES = {
    rules.DRAFT: (N_("Draft"), "plain"),
    rules.SENDING: (N_("On its way"), "info"),
    rules.WRITTEN: (N_("On its way"), "info"),
    rules.STOPPED: (N_("Sending stopped"), "caution"),
}
_ENDED = (N_("Sent"), "good")


@dataclass(frozen=True)
class Reach:
    """Whom a message reaches now: how many, in which languages, and what confirms exactly this."""

    people: int
    seen: str
    languages: list["InLanguage"]


@dataclass(frozen=True)
class InLanguage:
    """How many get a message in a language; `instead` of their own, in which nothing is written."""

    language: str
    people: int
    instead: str | None


@dataclass(frozen=True)
class Progress:
    """How far a message has come."""

    state: str
    people: int
    sent: int
    failed: int
    bounced: int
    skipped: int
    waiting: int

    @property
    def done(self) -> int:
        return self.people - self.waiting

    @property
    def running(self) -> bool:
        return self.state in rules.RUNNING and self.waiting > 0


def reach_of(found: Announcement) -> Reach:
    """Return whom a draft reaches now."""
    ids = queries.chosen_ids(found.activity_id, found.to)
    numbers = queries.languages_of(found.activity_id, found.to)
    languages = [_in_language(found, own, people) for own, people in numbers.items()]
    return Reach(len(ids), rules.seen_digest(ids, found.said, about_activity=found.about_activity), languages)


def _in_language(found: Announcement, own: str, people: int) -> InLanguage:
    got = rules.language_for(own, found.words, found.activity.languages)
    return InLanguage(got, people, None if got == own else own)


def progress_of(found: Announcement) -> Progress:
    """Return how far a message has come; who has no row in the outbox yet is waiting."""
    rows, people = queries.progress_of(found), len(found.chosen)
    sent, failed, bounced, skipped = (rows.get(state, 0) for state in ("sent", "failed", "bounced", "skipped"))
    if found.state == rules.STOPPED:
        # What was not written when it was stopped is never written.
        skipped += people - found.written
    waiting = people - sent - failed - bounced - skipped
    return Progress(found.state, people, sent, failed, bounced, skipped, waiting)


def state_of(found: Announcement, progress: Progress) -> tuple[str, str]:
    """Return a message's state in words, and its tone."""
    label, tone = _ENDED if found.state == rules.WRITTEN and not progress.waiting else STATES[found.state]
    return str(_(label)), tone


def subject_of(found: Announcement) -> str:
    """Return a message's subject in the reader's language if it is written, else in the activity's.

    What is different for each who gets it is left open.
    """
    language = rules.language_for(current_language(), found.words, found.activity.languages)
    subject, activity = found.said[language].subject, found.activity
    known = {"activity": in_own_words(activity.titles, language), "dates": dates_of(activity)}
    values = {name: Value(known.get(name, "…")) for name in texts.placeholders_of(subject)}
    return texts.filled_subject(subject, values)


def audience_in_words(audience: Audience) -> list[str]:
    """Return to whom a message goes, a line for each filter."""
    lines = [labelled(_("Who gets it"), ", ".join(str(_(RECIPIENT_LABELS[state])) for state in audience.states))]
    if audience.countries:
        names = ", ".join(country_name(code, current_language()) for code in audience.countries)
        lines.append(labelled(_("Only from these countries"), names))
    if audience.institutions:
        lines.append(labelled(_("Only of these institutions"), ", ".join(audience.institutions)))
    if audience.behind:
        lines.append(str(_("Only who is falling behind")))
    if audience.outcome:
        lines.append(labelled(_("Only with this outcome"), _(rules.OUTCOMES[audience.outcome])))
    return lines


def choices_of(activity: Activity, *, teaches_only: bool) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in the form about an activity."""
    countries, institutions = queries.choices(activity.id)
    language = current_language()
    groups = rules.OF_TEACHERS if teaches_only else rules.GROUPS
    return {
        "states": [(state, str(_(RECIPIENT_LABELS[state]))) for state in groups],
        "countries": sorted(
            ((code, f"{country_name(code, language)} ({number(many)})") for code, many in countries), key=lambda c: c[1]
        ),
        "institutions": [(name, f"{name} ({number(many)})") for name, many in institutions],
        "outcome": [("", str(_("Any"))), *((code, str(_(label))) for code, label in rules.OUTCOMES.items())],
    }


def as_json(found: Announcement) -> dict[str, Any]:
    """Return a message as JSON shows it: a draft with whom it would reach, another with how far it has come."""
    draft = found.state == rules.DRAFT
    return {
        "id": found.public_id, "activity": found.activity.public_id, "state": found.state, "audience": found.to,
        "about_activity": found.about_activity,
        "words": found.said, "created_at": found.created_at, "sent_at": found.sent_at,
        "reach": reach_of(found) if draft else None, "progress": None if draft else progress_of(found),
    }  # fmt: skip
