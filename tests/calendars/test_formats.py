"""What is written is iCalendar: another program finds nothing wrong with it and reads the same moments from it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from ilpes_lms.calendars import formats
from ilpes_lms.calendars.formats import Reader
from ilpes_lms.calendars.rules import Slot
from ilpes_lms.calendars.service import Telling
from ilpes_lms.core import clock
from ilpes_lms.people.vocabularies import time_zones
from tests.calendars.libical import entries, faults, needs_libical

AT = datetime(2032, 1, 1, tzinfo=UTC)
ANA = Reader("Ana Rojas", "ana@example.org", "es")
PAGE = "http://localhost/my/enrolments/x"
# Clocks change there in spring and in autumn; at midnight; by half an hour; not at all; and on other days than here.
ZONES = ["America/Santiago", "America/Asuncion", "Australia/Lord_Howe", "America/Lima", "Europe/Madrid", "UTC"]


@pytest.fixture
def database_kind() -> str:
    """Nothing here asks the database."""
    return "sqlite"


@pytest.fixture(autouse=True)
def context(app: APIFlask) -> Iterator[None]:
    with app.test_request_context():
        yield


def slot(wall: str = "2032-04-06T10:00", zone: str = "America/Santiago", minutes: int = 90, **fields: object) -> Slot:
    begins = clock.at_place(datetime.fromisoformat(wall), zone)
    values = {"uid": "a@ilpes-lms", "titles": {"es": "Prospectiva"}, "activity_ref": "x"} | fields
    return Slot(starts_at=begins, ends_at=begins + timedelta(minutes=minutes), zone=zone, **values)  # type: ignore[arg-type]


def told(what: Slot, *, standing: bool = True, reader: Reader = ANA) -> str:
    return formats.letter_part(Telling(what, 3, standing, AT), reader, PAGE).text


@needs_libical
@pytest.mark.parametrize("standing", [True, False])
@pytest.mark.parametrize("zone", ZONES)
def test_another_program_finds_nothing_wrong(zone: str, standing: bool) -> None:
    assert faults(told(slot(zone=zone), standing=standing)) == []
    days = slot("2032-04-06T00:00", zone, 24 * 60, whole_days=True)
    assert faults(told(days, standing=standing)) == []
    assert faults(formats.whole([(slot(zone=zone), PAGE), (days, PAGE)], language="es", name="x", refreshed=True)) == []


@needs_libical
@pytest.mark.parametrize("line", ["DTSTAMP:20320101T000000Z", "ORGANIZER;CN=ILPES:mailto:capacitacion@example.org"])
def test_the_other_program_would_have_found_something(line: str) -> None:
    """The negative control."""
    text = told(slot())
    assert line in text
    assert faults(text.replace(f"{line}\r\n", "")) != []
    assert faults(text.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nDTSTART:never")) != []


@needs_libical
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minute=st.integers(0, 10 * 366 * 24 * 60),
    minutes=st.integers(1, 600),
    zone=st.sampled_from(sorted(time_zones.all_zones())),
)
def test_every_moment_is_read_as_it_was_meant_in_every_zone(minute: int, minutes: int, zone: str) -> None:
    """Any moment: those that clocks show twice among them, and ends after clocks have changed."""
    begins = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    what = replace(slot(), starts_at=begins, ends_at=begins + timedelta(minutes=minutes), zone=zone)
    (read,) = entries(told(what))
    assert (read.begins, read.ends, read.sequence) == (what.starts_at, what.ends_at, 3)


@needs_libical
@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("2032-04-03T23:30", "America/Santiago"),
        ("2032-09-04T23:30", "America/Santiago"),
        ("2032-03-28T02:30", "Europe/Madrid"),
        ("2032-10-31T02:30", "Europe/Madrid"),
        ("2032-03-14T02:15", "America/New_York"),
        ("2032-11-07T01:15", "America/New_York"),
        ("2032-04-04T01:45", "Australia/Lord_Howe"),
        ("2032-10-03T02:15", "Australia/Lord_Howe"),
    ],
)
def test_what_begins_or_ends_while_clocks_change_is_read_as_it_was_meant(wall: str, zone: str) -> None:
    what = slot(wall, zone, 60)
    (read,) = entries(told(what))
    assert (read.begins, read.ends) == (what.starts_at, what.ends_at)


def test_the_time_is_told_by_the_clocks_of_the_place() -> None:
    text = told(slot())
    assert "DTSTART;TZID=America/Santiago:20320406T100000" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:America/Santiago\r\n" in text


def test_days_are_told_as_days() -> None:
    begins, ends = (slot(f"2032-09-0{day}").starts_at for day in (4, 6))
    text = told(replace(slot(), starts_at=begins, ends_at=ends, whole_days=True))
    assert "DTSTART;VALUE=DATE:20320904" in text
    assert "DTEND;VALUE=DATE:20320906" in text
    assert "VTIMEZONE" not in text
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2032, 9, 4)


def test_what_people_wrote_stays_text() -> None:
    evil = 'X\r\nBEGIN:VALARM\r\nATTACH:http://evil.example" ; , \\n <script>'
    reader = Reader(f'Ana "N"\r\nATTENDEE:mailto:x@evil.example {evil}', "ana@example.org", "es")
    text = told(slot(titles={"es": evil}, title=evil, location=evil), reader=reader)
    unfolded = text.replace("\r\n ", "").splitlines()
    assert [line for line in unfolded if line.startswith(("BEGIN:VALARM", "ATTACH", "ATTENDEE:"))] == []
    assert len([line for line in unfolded if line.startswith("ATTENDEE;")]) == 1
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert "<script>" in str(event["SUMMARY"])


def test_an_address_that_no_link_can_hold_as_it_is_is_written_so_that_it_can() -> None:
    text = told(slot(), reader=Reader("Ana", 'año+"x%y"@example.org', "es")).replace("\r\n ", "")
    assert ":mailto:a%C3%B1o+%22x%25y%22@example.org" in text


def test_who_has_no_place_any_more_is_not_told_how_to_join() -> None:
    what = slot(link="https://meet.example.org/secret")
    assert "meet.example.org" in told(what)
    assert "meet.example.org" not in told(replace(what, link=""), standing=False)
