"""What certificates are issued, numbered, found and ended by: plain values in, an answer or an error out."""

import re
from typing import Literal

from ilpes_lms.certificates.errors import StepNotPossible, TooManyEditions
from ilpes_lms.core.text import N_

Kind = Literal["participation", "completion"]
Answer = Literal["valid", "superseded", "revoked", "unknown"]

QUEUED, ISSUED, FAILED, SUPERSEDED, REVOKED = "queued", "issued", "failed", "superseded", "revoked"
# Those that were handed out, whatever became of them; the others nobody has seen.
HANDED_OUT = frozenset({ISSUED, SUPERSEDED, REVOKED})
_NEXT: dict[str, tuple[str, ...]] = {
    QUEUED: (ISSUED, FAILED),
    FAILED: (QUEUED,),
    ISSUED: (SUPERSEDED, REVOKED),
    SUPERSEDED: (),
    REVOKED: (),
}
# Only what was issued is valid: every other state, one that is not known yet included, answers something else.
_ANSWERS: dict[str, Answer] = {ISSUED: "valid", SUPERSEDED: "superseded", REVOKED: "revoked"}

KIND_LABELS: dict[str, str] = {
    "participation": N_("Certificate of participation"),
    "completion": N_("Certificate of completion"),
}
STATE_LABELS = {
    QUEUED: N_("Being made"),
    ISSUED: N_("Issued"),
    FAILED: N_("Could not be made"),
    SUPERSEDED: N_("Replaced"),
    REVOKED: N_("Revoked"),
}
STATE_TONES = {QUEUED: "waiting", ISSUED: "good", FAILED: "wrong", SUPERSEDED: "caution", REVOKED: "wrong"}

# Of one enrolment; more are no corrections any more.
MOST_EDITIONS = 20
# The note of a certificate whose turn did not come, because the one before it was ended meanwhile.
OVERTAKEN = "overtaken"
# Certificates have less than a tenth of it.
LARGEST_FILE = 5 * 1024 * 1024

_CODE = re.compile(r"[a-z2-7]{26}")
_NOT_IN_A_CODE = re.compile(r"[\s\u2010-\u2015_.-]+")


def check_step(before: str, after: str) -> None:
    """Refuse a change of state that the table does not have (law 5)."""
    if not is_step(before, after):
        raise StepNotPossible


def is_step(before: str, after: str) -> bool:
    """Tell whether the table has a change of state."""
    return after in _NEXT[before]


def check_successor(state: str, edition: int) -> None:
    """Refuse to put another certificate in the place of one that is not valid, or after too many."""
    check_step(state, SUPERSEDED)
    if edition >= MOST_EDITIONS:
        raise TooManyEditions


def kind_for(activity_kind: str) -> Kind:
    """Return what is certified: of a webinar the participation, of any other activity its completion."""
    return "participation" if activity_kind == "webinar" else "completion"


def serial(year: int, number: int) -> str:
    """Return the serial number that is printed: ILPES-2027-000042."""
    return f"ILPES-{year}-{number:06}"


def place_of(serial: str) -> tuple[int, int]:
    """Return the year and the number of a serial number."""
    _prefix, year, number = serial.rsplit("-", 2)
    return int(year), int(number)


def code_in(text: str) -> str | None:
    """Return the code that someone typed or pasted, None if it can't be one.

    Case, spaces and dashes do not matter, nor whether the whole address was pasted.
    """
    last = re.split("[?#]", text, maxsplit=1)[0].strip().rstrip("/").rsplit("/", 1)[-1]
    code = _NOT_IN_A_CODE.sub("", last).lower()
    return code if _CODE.fullmatch(code) else None


def answer(state: str | None) -> Answer:
    """Return what a certificate in a state is to whoever checks it; what was never handed out is unknown."""
    return _ANSWERS.get(state or "", "unknown")
