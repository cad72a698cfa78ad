"""How a part of the record is sealed, so that it can be taken out later and still counts by its seal; its periods."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilpes_lms.audit.errors import DayNotPlausible, DaysReversed

_SALT_BYTES = 16
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Seen:
    """A person whose data an entry says were seen; once erased, the seal alone."""

    person_ref: str
    salt: str
    seal: str


def salt() -> str:
    """Return what makes the seal of something that could be guessed say nothing."""
    return secrets.token_hex(_SALT_BYTES)


def canonical(values: Any) -> str:
    """Return the one text that values have: sorted keys, no spaces."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(salt: str, part: Any) -> str:
    """Return the seal of a part under a salt."""
    return digest(f"{salt}:{canonical(part)}")


def witnessed(person_ref: str) -> Seen:
    """Return a person as an entry names them among those whose data were seen."""
    own = salt()
    return Seen(person_ref, own, sealed(own, person_ref))


def check_days(first: date | None, last: date | None) -> None:
    """Refuse days that no record can have, and a period whose end comes before its beginning."""
    for field, day in (("from", first), ("to", last)):
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise DayNotPlausible(field=field, first=FIRST_YEAR, last=LAST_YEAR)
    if first and last and last < first:
        raise DaysReversed(field="to")
