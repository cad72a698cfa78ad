"""A calendar program as RFC 5546 describes one: it takes letters in any order and shows what the newest say."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Shown:
    """An entry as its owner sees it."""

    begins: datetime | date
    ends: datetime | date
    summary: str
    location: str


@dataclass
class Client:
    """What a calendar program keeps: for each UID the newest thing it heard (2.1.5: SEQUENCE, then DTSTAMP)."""

    owner: str
    newest: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    entries: dict[str, Shown] = field(default_factory=dict)

    def receive(self, letter: EmailMessage) -> None:
        """Act on every calendar object of a letter."""
        for text, method in objects_of(letter):
            self._take(Calendar.from_ical(text), method)

    def _take(self, calendar: Any, method: str) -> None:
        assert calendar["METHOD"] == method, "the part's parameter and the object say the same (RFC 6047, 2.4)"
        events = calendar.walk("VEVENT")
        assert len({str(event["UID"]) for event in events}) == 1, "one UID an object (RFC 5546, 3.2.2)"
        for event in events:
            assert str(event["ATTENDEE"]) == f"mailto:{self.owner}"
            self._hear(event, method)

    def _hear(self, event: Any, method: str) -> None:
        uid, heard = str(event["UID"]), (int(event["SEQUENCE"]), event.decoded("DTSTAMP"))
        if uid in self.newest and heard < self.newest[uid]:
            return
        self.newest[uid] = heard
        self.entries.pop(uid, None)
        if method == "REQUEST":
            self.entries[uid] = shown(event)


def objects_of(letter: EmailMessage) -> list[tuple[str, str]]:
    """Return the calendar objects of a letter, each with the method that its part names."""
    return [
        (part.get_content(), dict(part.get_params() or [])["method"])
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    ]


def shown(event: Any) -> Shown:
    """Return an entry of a calendar as its owner sees it."""
    begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    if isinstance(begins, datetime):
        begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    return Shown(begins, ends, str(event["SUMMARY"]), str(event.get("LOCATION", "")))
