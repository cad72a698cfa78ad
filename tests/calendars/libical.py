"""libical, another program than the one that writes our calendars: does an object obey RFC 5545 and 5546, and when
does it say that something begins?"""

import ctypes
import ctypes.util
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest


class _Time(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "daylight")),
        ("zone", ctypes.c_void_p),
    )  # fmt: skip


def _load() -> Any:
    name = ctypes.util.find_library("ical") or "libical.so.3"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    pointers = (
        "icalparser_parse_string", "icalcomponent_get_first_component", "icalcomponent_get_next_component",
        "icalcomponent_as_ical_string",
    )  # fmt: skip
    for pointer in pointers:
        getattr(library, pointer).restype = ctypes.c_void_p
    for function in ("icalcomponent_get_uid", "icalcomponent_get_summary"):
        getattr(library, function).restype = ctypes.c_char_p
    for function in ("icalcomponent_get_dtstart", "icalcomponent_get_dtend"):
        getattr(library, function).restype = _Time
    library.icaltime_as_timet_with_zone.restype = ctypes.c_long
    library.icaltime_as_timet_with_zone.argtypes = (_Time, ctypes.c_void_p)
    return library


LIBRARY = _load()
needs_libical = pytest.mark.skipif(
    LIBRARY is None and os.environ.get("CI") != "true",
    reason="NOT CHECKED: no other program than our own has read a calendar; install Debian's libical3",
)


@dataclass(frozen=True)
class Read:
    """An entry as libical reads it; moments in UTC, or days."""

    uid: str
    summary: str
    begins: datetime | date
    ends: datetime | date
    sequence: int


def faults(text: str) -> list[str]:
    """Return what libical finds wrong with an object, by its parser and by its restriction check."""
    root = _parsed(text)
    found = [] if LIBRARY.icalrestriction_check(ctypes.c_void_p(root)) else ["the restriction check fails"]
    # Where it fails, the check writes what is wrong into the object, as the parser does.
    written = LIBRARY.icalcomponent_as_ical_string(ctypes.c_void_p(root))
    lines = ctypes.string_at(written).decode().replace("\r\n ", "").splitlines()
    return found + [line for line in lines if line.startswith("X-LIC-ERROR")]


def entries(text: str) -> list[Read]:
    """Return the entries of an object."""
    root, found = _parsed(text), []
    event = LIBRARY.icalcomponent_get_first_component(ctypes.c_void_p(root), _kind(b"VEVENT"))
    while event:
        here = ctypes.c_void_p(event)
        found.append(
            Read(
                LIBRARY.icalcomponent_get_uid(here).decode(),
                LIBRARY.icalcomponent_get_summary(here).decode(),
                _moment(LIBRARY.icalcomponent_get_dtstart(here)),
                _moment(LIBRARY.icalcomponent_get_dtend(here)),
                LIBRARY.icalcomponent_get_sequence(here),
            )
        )
        event = LIBRARY.icalcomponent_get_next_component(ctypes.c_void_p(root), _kind(b"VEVENT"))
    return found


def _parsed(text: str) -> int:
    root = LIBRARY.icalparser_parse_string(text.encode())
    assert root, text
    return int(root)


def _kind(name: bytes) -> int:
    return int(LIBRARY.icalcomponent_string_to_kind(name))


def _moment(time: _Time) -> datetime | date:
    if time.is_date:
        return date(time.year, time.month, time.day)
    return datetime.fromtimestamp(LIBRARY.icaltime_as_timet_with_zone(time, time.zone), UTC)
