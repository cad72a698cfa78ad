"""Calendar entries as iCalendar text (RFC 5545): what a letter tells (RFC 5546, 6047), a feed, and files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration

from ilpes_lms.calendars.rules import Slot, days_of
from ilpes_lms.calendars.service import Telling
from ilpes_lms.calendars.wording import summary
from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.core.text import visible
from ilpes_lms.notifications import links
from ilpes_lms.notifications.enclosures import CalendarPart

_PRODUCT = "-//ECLAC//ILPES LMS//ES"
_REFRESH = timedelta(hours=4)
FILE_TYPE = "text/calendar"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom a letter tells it."""

    name: str
    address: str
    language: str


def letter_part(telling: Telling, reader: Reader, page: str) -> CalendarPart:
    """Return what a letter tells of one entry; `page` is where its reader finds everything about it."""
    method = REQUEST if telling.standing else CANCEL
    calendar = _calendar(method, [telling.slot])
    event = _event(telling.slot, telling.at, telling.sequence, reader.language, page)
    event.add("status", "CONFIRMED" if telling.standing else "CANCELLED")
    event.add("ATTENDEE", _participant(reader))
    calendar.add_component(event)
    day = clock.wall_time(telling.slot.starts_at, telling.slot.zone)
    return CalendarPart(_text(calendar), method, f"{day:%Y-%m-%d-%H%M}.ics")


def whole(slots: Iterable[tuple[Slot, str]], *, language: str, name: str = "", refreshed: bool = False) -> str:
    """Return entries, each with the page about it, as a file, or as a feed that is `refreshed` now and then."""
    shown = sorted(slots, key=lambda pair: (pair[0].starts_at, pair[0].uid))
    calendar, now = _calendar(PUBLISH, [slot for slot, _page in shown]), clock.now()
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    if refreshed:
        calendar.add("refresh-interval", vDuration(_REFRESH, {"VALUE": "DURATION"}))
        calendar.add("x-published-ttl", vDuration(_REFRESH))
    for slot, page in shown:
        event = _event(slot, now, slot.sequence, language, page)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return _text(calendar)


def _calendar(method: str, slots: Sequence[Slot]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    timed = [slot for slot in slots if not slot.whole_days]
    for zone in sorted({slot.zone for slot in timed} - {"UTC"}):
        years = [slot.starts_at.year for slot in timed if slot.zone == zone]
        calendar.add_component(_zone(zone, min(years) - 1, max(years) + 1))
    return calendar


@lru_cache(maxsize=256)
def _zone(name: str, first: int, last: int) -> Timezone:
    """Return the rules of a zone for the years around entries: clocks may change the day before one, or after."""
    zone = Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last, 12, 31))
    # The library remarks for which years it is good, which says nothing to whoever reads the entry.
    zone.pop("COMMENT", None)
    return zone


def _event(slot: Slot, at: datetime, sequence: int, language: str, page: str) -> Event:
    event = Event()
    event.add("uid", slot.uid)
    event.add("dtstamp", at)
    event.add("sequence", sequence)
    _add_times(event, slot)
    event.add("summary", _plain(summary(slot, language)))
    event.add("description", "\n".join(_described(slot, page)))
    event.add("url", page)
    event.add("organizer", _organizer())
    if where := _plain(slot.location or slot.link):
        event.add("location", where)
    event.add("transp", "TRANSPARENT" if slot.whole_days else "OPAQUE")
    return event


def _described(slot: Slot, page: str) -> list[str]:
    joins = [_("To join: %(link)s", link=slot.link)] if slot.link else []
    return [*joins, " ".join((_("Everything about it:"), page))]


def _add_times(event: Event, slot: Slot) -> None:
    if slot.whole_days:
        first, last = days_of(slot)
        event.add("dtstart", first)
        event.add("dtend", last + timedelta(days=1))
        return
    event.add("dtstart", _told(slot.starts_at, slot.zone))
    event.add("dtend", _told(slot.ends_at, slot.zone))


def _told(moment: datetime, zone: str) -> datetime:
    """Return a moment by the clocks of a place; as the moment itself where they show that time twice.

    By RFC 5545 the first time would be meant then, but not every program reads it so (libical takes the second).
    """
    twice = clock.at_place_again(clock.wall_time(moment, zone), zone) is not None
    return moment if zone == "UTC" or twice else moment.astimezone(ZoneInfo(zone))


def _organizer() -> vCalAddress:
    name, address = parseaddr(settings().mail_from)
    return _person(name, address)


def _participant(reader: Reader) -> vCalAddress:
    person = _person(reader.name, reader.address)
    person.params["CUTYPE"] = "INDIVIDUAL"
    person.params["ROLE"] = "REQ-PARTICIPANT"
    # Whoever has a place has said so: nobody is asked for an answer, which nobody would read.
    person.params["PARTSTAT"] = "ACCEPTED"
    person.params["RSVP"] = "FALSE"
    return person


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{quote(address, safe='@!#$&*+-./=?^_`{|}~')}")
    # Not every program knows how to write a quotation mark within a name.
    if shown := _plain(name).replace('"', "'"):
        person.params["CN"] = shown
    return person


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in visible(text)).split())


def _text(calendar: Calendar) -> str:
    return str(calendar.to_ical().decode())


def page_of(enrolment_ref: str) -> str:
    """Return the address of the page about one's own enrolment."""
    return links.absolute(f"/my/enrolments/{enrolment_ref}")
