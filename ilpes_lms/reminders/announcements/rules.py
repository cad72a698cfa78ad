"""Who may be written to, in which words, how often, and who still gets it when its turn comes."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from ilpes_lms.core.text import N_
from ilpes_lms.notifications.texts import rules as texts
from ilpes_lms.notifications.texts.rules import Named, Words
from ilpes_lms.reminders.announcements.errors import NoWords, StatesNotYours, WordsIncomplete

DRAFT, SENDING, WRITTEN, STOPPED = "draft", "sending", "written", "stopped"
STATES = (DRAFT, SENDING, WRITTEN, STOPPED)
RUNNING = (SENDING, WRITTEN)

# Who took back their application or place, or was not taken, is not written to.
GROUPS = ("applied", "waitlisted", "offered", "confirmed")
OF_TEACHERS = ("confirmed",)
OUTCOMES = {"completed": N_("Completed"), "not_completed": N_("Not completed")}

MOST_A_DAY, DAY = 10, timedelta(hours=24)
MOST_TESTS, HOUR = 10, timedelta(hours=1)


@dataclass(frozen=True)
class Audience:
    """Which people of an activity; an empty list of countries or institutions means all of them."""

    states: list[str] = field(default_factory=lambda: ["confirmed"])
    countries: list[str] = field(default_factory=list)
    institutions: list[str] = field(default_factory=list)
    behind: bool = False
    outcome: str = ""


def check_audience(audience: Audience, *, teaches_only: bool) -> None:
    """Refuse groups that nobody may write to, or not this person."""
    allowed = OF_TEACHERS if teaches_only else GROUPS
    if not audience.states or not set(audience.states) <= set(allowed):
        raise StatesNotYours(field="states")


def check_words(words: Mapping[str, Words], known: Sequence[Named]) -> dict[str, Words]:
    """Return the languages in which something is written; raises what is wrong with one, by its field."""
    written = {language: each for language, each in words.items() if each.subject.strip() or each.body.strip()}
    if not written:
        raise NoWords(field="subject_es")
    for language, each in written.items():
        if not each.subject.strip() or not each.body.strip():
            raise WordsIncomplete(field=f"{'body' if each.subject.strip() else 'subject'}_{language}")
        _check_one(each, known, language)
    return written


def language_for(own: str, written: Collection[str], of_activity: Iterable[str]) -> str:
    """Return in which language somebody gets a message: their own, else the activity's first, else any written."""
    return next(each for each in (own, *of_activity, *sorted(written)) if each in written)


def seen_digest(enrolment_ids: Iterable[int], words: Mapping[str, Words], *, about_activity: bool) -> str:
    """Return what tells these words to these people from others."""
    said = {language: asdict(each) for language, each in words.items()}
    content = json.dumps([sorted(enrolment_ids), said, about_activity], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def still_gets(state: str, enrolment_state: str, chosen: Collection[str]) -> bool:
    """Tell whether somebody should still get a message when its turn comes."""
    return state in RUNNING and enrolment_state in chosen


def _check_one(words: Words, known: Sequence[Named], language: str) -> None:
    try:
        texts.check(words, known)
    except texts.REFUSALS as refusal:
        refusal.field = f"{refusal.field}_{language}"
        raise
