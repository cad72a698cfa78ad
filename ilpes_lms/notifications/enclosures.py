"""What goes along with a letter: rooms above know what belongs to which kind, and decide when it is sent."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from ilpes_lms.notifications.kinds import Values

_EXTENSION = "ilpes-letter-enclosures"


@dataclass(frozen=True)
class CalendarPart:
    """One iCalendar object with the method it carries (RFC 6047), and the name of its file."""

    text: str
    method: str
    file_name: str


@dataclass(frozen=True)
class Occasion:
    """A letter that is about to be sent, and to whom; `message_id` is the same each time it is tried."""

    kind: str
    values: Values
    message_id: str
    person_id: int | None
    name: str
    address: str
    language: str


# May write to the database, and raise NothingToEnclose where a letter is nothing without what goes along.
Encloser = Callable[[Occasion], Sequence[CalendarPart]]


def register(app: Flask, kinds: Iterable[str], encloser: Encloser) -> None:
    """Let a room add to the letters of some kinds."""
    known: dict[str, Encloser] = app.extensions.setdefault(_EXTENSION, {})
    for kind in kinds:
        if kind in known:
            raise ValueError(f"two rooms enclose something in {kind}")
        known[kind] = encloser


def enclosed(occasion: Occasion) -> Sequence[CalendarPart]:
    """Return what goes along with a letter that is about to be sent, mostly nothing."""
    known: dict[str, Encloser] = current_app.extensions.get(_EXTENSION, {})
    encloser = known.get(occasion.kind)
    return encloser(occasion) if encloser else ()
