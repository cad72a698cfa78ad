"""Codes that rotate: whoever is there can read them, whoever gets them forwarded comes too late."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ilpes_lms.core.text import N_

# A new code every half minute; one is taken for its own half minute and the next, 60 seconds at most.
ROTATION_SECONDS = 30
OPENS_BEFORE = timedelta(minutes=15)
LATE_AFTER = timedelta(minutes=10)

CHECK_IN_NOTES = {
    "shared": N_("Same kind of device at the same address as others; that may be chance"),
    "device": N_("Again from another device"),
    "address": N_("Again from another address"),
}

# Without 0, O, 1, I and L, which people confuse on a projector.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 6
_TOKEN_LENGTH = 26


def code_at(secret: str, moment: datetime) -> str:
    """Return the short code of a moment, for people to type."""
    return _written(secret, _window(moment), "code", _CODE_LENGTH)


def token_at(secret: str, moment: datetime) -> str:
    """Return the long code of a moment, for cameras: 26 letters and digits carrying over 128 bits."""
    return _written(secret, _window(moment), "token", _TOKEN_LENGTH)


def seconds_left(moment: datetime) -> int:
    """Return for how many seconds the code of a moment is still the one that is shown."""
    return ROTATION_SECONDS - int(moment.timestamp()) % ROTATION_SECONDS


def is_valid(secret: str, said: str, moment: datetime) -> bool:
    """Tell whether a short or a long code is that of this half minute or the one before."""
    typed = said.strip().replace(" ", "").replace("-", "").upper()
    return any(
        hmac.compare_digest(typed.encode(), written(secret, then).encode())
        for then in (moment, moment - timedelta(seconds=ROTATION_SECONDS))
        for written in (code_at, token_at)
    )


def is_open(*, status: str, starts_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Tell whether people can check in: from a quarter of an hour before a class session until it closes."""
    return status == "scheduled" and starts_at - OPENS_BEFORE <= now < closes_at


def mark_at(starts_at: datetime, now: datetime) -> str:
    """Return the mark of who checks in now: late after the first ten minutes."""
    return "late" if now > starts_at + LATE_AFTER else "present"


def differs(evidence: Mapping[str, Any], device: str, address: str) -> bool:
    """Tell whether a check-in came from another device or address than the one that is on record."""
    return (evidence.get("device"), evidence.get("address")) != (device, address)


def check_in_notes(evidence: Mapping[str, Any], others: int) -> tuple[str, ...]:
    """Return what about a check-in deserves a look: a device shared with others, another device, another address."""
    again = evidence.get("again", [])
    found = {
        "shared": others > 0,
        "device": any(one.get("device") != evidence.get("device") for one in again),
        "address": any(one.get("address") != evidence.get("address") for one in again),
    }
    return tuple(code for code, there in found.items() if there)


def _window(moment: datetime) -> int:
    return int(moment.timestamp()) // ROTATION_SECONDS


def _written(secret: str, window: int, purpose: str, length: int) -> str:
    number = int.from_bytes(hmac.digest(secret.encode(), f"{purpose}:{window}".encode(), hashlib.sha256))
    letters = []
    for _place in range(length):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)
