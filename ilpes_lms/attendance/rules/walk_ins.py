"""People in a report whom nobody registered: who of them is counted, and what is known of their consent."""

from collections.abc import Collection, Iterable

from ilpes_lms.attendance.errors import (
    HeadcountOnRecord,
    LikelyParticipantsUndecided,
    WalkInsBeforeMarks,
    WalkInsOnlyInOpenWebinars,
)
from ilpes_lms.attendance.rules.imports import Known, telling_words
from ilpes_lms.core.text import N_

SEEN_LETTER = "attendance.seen"
# In a report, and nobody's participation yet.
UNCOUNTED = ("open", "not_enrolled")
CONSENT_LABELS = {
    "given": N_("Agreed, by signing up"),
    "asked": N_("Asked by a letter"),
    "unknown": N_("Unknown"),
}


def takes_walk_ins(kind: str, admission: str) -> bool:
    """Tell whether one may come to an activity without registering: to a webinar that is open to all."""
    return kind == "webinar" and admission == "open"


def check_takes_walk_ins(kind: str, admission: str) -> None:
    """Refuse to count people nobody registered where one has to be admitted."""
    if not takes_walk_ins(kind, admission):
        raise WalkInsOnlyInOpenWebinars


def check_marks_made(state: str) -> None:
    """Refuse to count people by a report that is not applied: it says who is who, and is what counting rests on."""
    if state != "applied":
        raise WalkInsBeforeMarks


def check_nobody_likely(names: Iterable[str], participants: Collection[Known]) -> None:
    """Refuse to count people as new whose names are like those of participants: a person says who they are first."""
    if number_likely(names, participants):
        raise LikelyParticipantsUndecided


def number_likely(names: Iterable[str], participants: Collection[Known]) -> int:
    """Count the names that share a word with that of a participant, as those for whom somebody is suggested."""
    known = {word for one in participants for word in telling_words(one.name)}
    return sum(not known.isdisjoint(telling_words(name)) for name in names)


def check_no_headcount(*, there: bool) -> None:
    """Refuse to overrule by a report a headcount that somebody gave."""
    if there:
        raise HeadcountOnRecord


def consent_of(*, signed_up: bool, asked: bool) -> str:
    """Return what is known of somebody's consent: agreed by signing up, asked, or unknown."""
    if signed_up:
        return "given"
    return "asked" if asked else "unknown"


def asked_by(enrolment_ref: str) -> str:
    """Return the key of the one letter that asks somebody for consent."""
    return f"{SEEN_LETTER}:{enrolment_ref}"
