"""Whose presence a report tells of, and what a report may do to marks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ilpes_lms.attendance.errors import ImportNotApplied, ImportUndone, ZoneUnknown
from ilpes_lms.core.text import N_, fold
from ilpes_lms.people.vocabularies import time_zones

STANDING_OF_REPORTED = {
    "matched": N_("Known by address"),
    "decided": N_("Decided by a person"),
    "open": N_("To decide"),
    "not_enrolled": N_("Has no place"),
    "left_out": N_("Left out"),
}
IMPORT_LABELS = {
    "previewed": (N_("Not applied yet"), "waiting"),
    "applying": (N_("Being applied"), "waiting"),
    "applied": (N_("Marks made"), "good"),
    "undone": (N_("Taken back"), "plain"),
}
# Imports whose people are marked, or are being marked.
STANDING_IMPORTS = ("applying", "applied")
# A person's own deed: a report does not overrule it in silence.
BY_PEOPLE = frozenset({"hand", "check_in"})

_SHORTEST_WORD = 3
_MOST_SUGGESTIONS = 3

Effect = Literal["add", "same", "renew", "disagree", "confirm"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a participant when a report is compared with them."""

    enrolment_id: int
    enrolment_ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody in a report stands, and whose enrolment it is if anybody's."""

    standing: str
    enrolment_id: int | None = None


def standing_of(
    key: str, email: str, *, by_address: Mapping[str, int | None], remembered: Mapping[str, int | None]
) -> Standing:
    """Return whose presence it is: only a verified address or a person's decision tells, never a similar name.

    `by_address` has the enrolment of each verified address, None for somebody without a place; `remembered` what
    people decided for this activity before, None for "nobody here".
    """
    address = email.casefold()
    if address and by_address.get(address) is not None:
        return Standing("matched", by_address[address])
    if key and key in remembered:
        enrolment_id = remembered[key]
        return Standing("decided", enrolment_id) if enrolment_id is not None else Standing("left_out")
    if address and address in by_address:
        return Standing("not_enrolled")
    return Standing("open") if key else Standing("left_out")


def suggestions(names: Collection[str], participants: Collection[Known]) -> list[Known]:
    """Return the participants whose names share most words with what somebody was called; a person chooses."""
    words = {word for name in names for word in telling_words(name)}
    shared = [(len(words & telling_words(known.name)), known) for known in participants]
    likely = sorted((pair for pair in shared if pair[0]), key=lambda pair: (-pair[0], fold(pair[1].name)))
    return [known for _number, known in likely[:_MOST_SUGGESTIONS]]


def telling_words(name: str) -> set[str]:
    """Return the words of a name that are long enough to tell people apart."""
    return {word for word in fold(name).split() if len(word) >= _SHORTEST_WORD}


def mark_for(minutes: int, least_minutes: int) -> str:
    """Return the mark that so many minutes make."""
    return "present" if minutes >= least_minutes else "absent"


def effect(found: Mapping[str, Any] | None, mark: str, minutes: int) -> Effect:
    """Return what a report does to a mark: add, renew, confirm (by its minutes), or disagree and leave it alone."""
    if found is None:
        return "add"
    if (found["mark"], found["minutes"], found["source"]) == (mark, minutes, "import"):
        return "same"
    if found["source"] not in BY_PEOPLE:
        return "renew"
    attended = found["mark"] in ("present", "late")
    if attended != (mark == "present"):
        return "disagree"
    return "confirm" if found["source"] == "check_in" and found["minutes"] != minutes else "same"


def usual_least_minutes(kind: str, length_minutes: int) -> int:
    """Return from how many minutes somebody counts as present unless a person says otherwise.

    A webinar asks for one minute, a class session for half of its length.
    """
    return 1 if kind == "webinar" else max(1, length_minutes // 2)


def checked_zone(zone: str) -> str:
    """Return a time zone, or refuse a name that is none."""
    if not time_zones.is_zone(zone):
        raise ZoneUnknown(field="zone", value=zone)
    return zone


def check_can_apply(state: str) -> None:
    """Refuse to apply an import that was taken back; uploading the file again renews it."""
    if state == "undone":
        raise ImportUndone


def check_can_undo(state: str) -> None:
    """Refuse to take back what was not applied."""
    if state != "applied":
        raise ImportNotApplied
