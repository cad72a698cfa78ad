"""The platforms' reports: whatever the variant, the minutes are those that a count second by second gives."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilpes_lms.attendance import errors
from ilpes_lms.attendance.reports import Report, Span, people_of, read
from ilpes_lms.attendance.reports.names import shown_name
from ilpes_lms.attendance.reports.reading import BAD_DURATION, NO_LEAVING, NO_TIME, REVERSED, Place, placed
from ilpes_lms.attendance.reports.times import seconds_of
from ilpes_lms.core.text import fold
from tests.factories.reports import (
    VARIANTS,
    Guest,
    Variant,
    Writer,
    apart,
    day_first,
    some_guests,
    teams_2022,
    text_of,
    us,
    written_report,
    zoom_a,
)

SANTIAGO = "America/Santiago"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]  # year, month and day are always given


def place(start: datetime, minutes: int = 90, zone: str = SANTIAGO, day: date | None = None) -> Place:
    from zoneinfo import ZoneInfo

    return Place(zone, Span(start, start + timedelta(minutes=minutes)), day or start.astimezone(ZoneInfo(zone)).date())


AFTERNOON = place(at(2026, 4, 17, 18, 0))


def counted(guest: Guest, session: Span) -> int:
    """The oracle: one second after the other."""
    seconds = {
        second
        for stay in guest.stays
        for second in range(int(stay.start.timestamp()), int(stay.end.timestamp()))
        if session.start.timestamp() <= second < session.end.timestamp()
    }
    return (len(seconds) + 30) // 60


def minutes(report: Report, session: Span) -> dict[str, int]:
    return {fold(one.name): one.minutes(session) for one in people_of(report.stays)}


def oracle(guests: list[Guest], session: Span) -> dict[str, int]:
    return {fold(guest.name): counted(guest, session) for guest in guests}


def guests_for(variant: Variant, seed: int, session: Span) -> list[Guest]:
    guests = some_guests(random.Random(seed), session, 6)
    # Comings and goings without a device can't tell two stays that overlap.
    return guests if variant.with_addresses else [apart(guest) for guest in guests]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
@pytest.mark.parametrize("seed", range(6))
def test_every_variant_gives_the_minutes_of_a_count_by_seconds(variant: Variant, seed: int) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    report = read(written_report(guests, variant, SANTIAGO), AFTERNOON)
    assert report.faults == []
    assert minutes(report, AFTERNOON.session) == oracle(guests, AFTERNOON.session)
    assert not variant.with_addresses or {stay.email for stay in report.stays} == {guest.email for guest in guests}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_class_session_over_midnight_is_counted_through(variant: Variant) -> None:
    late = place(at(2026, 4, 18, 2, 30), zone=SANTIAGO)  # half past ten in the evening there
    guests = [apart(guest) if not variant.with_addresses else guest for guest in (
        Guest("Ana Rojas", "guest0@example.org", (Span(at(2026, 4, 18, 2, 40), at(2026, 4, 18, 4, 20)),)),
    )]  # fmt: skip
    report = read(written_report(guests, variant, SANTIAGO), late)
    assert minutes(report, late.session) == {"ana rojas": 80}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), variant=st.sampled_from([v for v in VARIANTS if v.encoding != "cp1252"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)  # fmt: skip
def test_neither_the_order_of_rows_nor_the_encoding_changes_a_minute(
    seed: int, variant: Variant, encoding: str
) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    as_written = minutes(read(written_report(guests, variant, SANTIAGO), AFTERNOON), AFTERNOON.session)
    rows = variant.rows(guests, Writer(SANTIAGO, variant.written))
    head = next(
        place
        for place, row in enumerate(rows)
        if len(row) > 2 and any("oin" in c or "ora" in c or "Action" in c for c in row)
    )
    if variant.rows is not teams_2022:
        tail = rows[head + 1 :]
        random.Random(seed).shuffle(tail)
        rows = [*rows[: head + 1], *tail]
    again = read(text_of(rows, variant.delimiter).encode(encoding), AFTERNOON)
    assert minutes(again, AFTERNOON.session) == as_written


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), variant=st.sampled_from([v for v in VARIANTS if v.with_addresses]))
def test_a_stay_cut_in_two_counts_as_before(seed: int, variant: Variant) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    cut = [Guest(g.name, g.email, tuple(part for stay in g.stays for part in halves(stay))) for g in guests]
    before = minutes(read(written_report(guests, variant, SANTIAGO), AFTERNOON), AFTERNOON.session)
    assert minutes(read(written_report(cut, variant, SANTIAGO), AFTERNOON), AFTERNOON.session) == before


def halves(stay: Span) -> list[Span]:
    middle = stay.start + timedelta(seconds=stay.seconds // 2)
    return [Span(stay.start, middle), Span(middle, stay.end)] if stay.start < middle < stay.end else [stay]


def test_dates_that_only_one_order_allows_decide_for_the_whole_file() -> None:
    guests = [
        Guest("Ana", "a@example.org", (Span(at(2026, 4, 17, 18, 0), at(2026, 4, 17, 18, 30)),)),
        Guest("Eva", "e@example.org", (Span(at(2026, 5, 6, 18, 0), at(2026, 5, 6, 18, 30)),)),
    ]
    for written in (us, day_first):
        content = text_of(zoom_a(guests, Writer(SANTIAGO, written)), ",").encode()
        assert minutes(read(content, AFTERNOON), AFTERNOON.session) == {"ana": 30, "eva": 0}


def test_dates_that_fit_in_two_ways_are_decided_by_the_class_session_or_refused() -> None:
    session = place(at(2026, 5, 4, 18, 0))
    guests = [Guest("Ana", "a@example.org", (Span(at(2026, 5, 4, 18, 0), at(2026, 5, 4, 18, 30)),))]
    for written in (us, day_first):
        content = text_of(zoom_a(guests, Writer(SANTIAGO, written)), ",").encode()
        assert minutes(read(content, session), session.session) == {"ana": 30}
        with pytest.raises(errors.ReportDatesAmbiguous):
            read(content, place(at(2026, 9, 20, 18, 0)))


def test_an_hour_that_clocks_show_twice_is_read_by_the_length_the_report_gives() -> None:
    # In Santiago the clocks went back from midnight to eleven on 4 April 2026.
    first, second = at(2026, 4, 5, 2, 50), at(2026, 4, 5, 3, 10)
    session = place(at(2026, 4, 5, 2, 0), minutes=180, day=date(2026, 4, 4))
    guests = [Guest("Ana", "a@example.org", (Span(first, second),))]
    content = text_of(zoom_a(guests, Writer(SANTIAGO, us)), ",").encode()
    assert minutes(read(content, session), session.session) == {"ana": 20}
    ten_to, ten_past = (datetime(2026, 4, 4, 23, minute) for minute in (50, 10))  # noqa: DTZ001 - wall time
    assert placed(ten_to, ten_past, SANTIAGO, None) == Span(first, second)


def test_a_report_of_another_place_is_read_by_that_places_clocks() -> None:
    guests = [Guest("Ana", "a@example.org", (Span(at(2026, 4, 17, 18, 10), at(2026, 4, 17, 18, 50)),))]
    content = text_of(zoom_a(guests, Writer("America/Bogota", us)), ",").encode()
    bogota = Place("America/Bogota", AFTERNOON.session, AFTERNOON.day)
    assert minutes(read(content, bogota), AFTERNOON.session) == {"ana": 40}
    assert minutes(read(content, AFTERNOON), AFTERNOON.session) == {"ana": 0}


def test_a_report_without_times_is_refused() -> None:
    content = b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nAna,a@example.org,63,Yes\n"
    with pytest.raises(errors.ReportWithoutTimes):
        read(content, AFTERNOON)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.ReportNotRecognized),
        (b"a,b\n1,2\n", errors.ReportNotRecognized),
        (b"%PDF-1.7\n\x00\xff", errors.ReportNotRecognized),
        (b"PK\x03\x04" + bytes(range(256)) * 40, errors.ReportNotText),
        (b'"' + b"x" * 1_000_000, errors.ReportNotText),
        (b"\xff\xfe\x00", errors.ReportNotText),
    ],
)
def test_what_is_no_report_is_refused_with_a_reason(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(content, AFTERNOON)


def test_a_row_that_cannot_be_read_is_an_error_and_not_zero() -> None:
    content = (
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
        "Ana,a@example.org,04/17/2026 02:00:00 PM,04/17/2026 02:30:00 PM,half an hour\n"
        "Eva,e@example.org,04/17/2026 02:00:00 PM,,30\n"
        "Luz,l@example.org,04/17/2026 02:40:00 PM,04/17/2026 02:30:00 PM,10\n"
        "Inés,i@example.org,04/17/2026 25:00:00,04/17/2026 02:30:00 PM,10\n"
        "Raúl,r@example.org,04/17/2026 02:00:00 PM,04/17/2026 02:30:00 PM,30\n"
    )
    report = read(content.encode(), AFTERNOON)
    assert [(fault.row, fault.message) for fault in report.faults] == [
        (2, BAD_DURATION), (3, NO_TIME), (4, REVERSED), (5, NO_TIME),
    ]  # fmt: skip
    assert minutes(report, AFTERNOON.session) == {"raul": 30}


def test_who_came_and_is_not_seen_to_leave_is_an_error() -> None:
    content = "Full Name\tUser Action\tTimestamp\nAna\tJoined\t4/17/2026, 2:00:00 PM\n".encode("utf-16")
    assert [fault.message for fault in read(content, AFTERNOON).faults] == [NO_LEAVING]


def test_waiting_rooms_and_absent_people_do_not_count() -> None:
    guests = [Guest("Ana", "a@example.org", (Span(at(2026, 4, 17, 18, 0), at(2026, 4, 17, 18, 30)),))]
    by_name = {variant.name: variant for variant in VARIANTS}
    waiting = read(written_report(guests, by_name["zoom-d"], SANTIAGO), AFTERNOON)
    absent = read(written_report(guests, by_name["zoom-webinar"], SANTIAGO), AFTERNOON)
    assert (waiting.waited, len(waiting.stays), absent.absent, len(absent.stays)) == (1, 1, 1, 1)


def test_a_summary_alone_is_trusted_for_no_more_than_it_says() -> None:
    content = (
        "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole\n"
        "Ana\t4/17/26, 2:00:00 PM\t4/17/26, 3:20:00 PM\t40m 10s\ta@example.org\tAttendee\n"
    )
    report = read(content.encode("utf-16"), AFTERNOON)
    assert minutes(report, AFTERNOON.session) == {"ana": 40}
    portuguese = content.replace("First Join", "Primeiro ingresso").replace("Last Leave", "Última saída")
    portuguese = portuguese.replace("In-Meeting Duration", "Duração na reunião").replace("Name", "Nome")
    assert minutes(read(portuguese.encode("utf-16"), AFTERNOON), AFTERNOON.session) == {"ana": 40}


@pytest.mark.parametrize("number", ["+56 9 8765 4321", "+1 (202) 555-0100", "56987654321", "+56 9 **** 4321"])
def test_a_telephone_in_place_of_a_name_is_never_kept(number: str) -> None:
    guests = [Guest(number, "", (Span(at(2026, 4, 17, 18, 0), at(2026, 4, 17, 18, 30)),))]
    report = read(text_of(zoom_a(guests, Writer(SANTIAGO, us)), ",").encode(), AFTERNOON)
    assert [(stay.name, stay.telephone) for stay in report.stays] == [("", True)]
    assert number not in repr(people_of(report.stays))


@pytest.mark.parametrize(
    ("text", "current", "original"),
    [
        ("Ana (Ana Rojas Pérez)", "Ana", "Ana Rojas Pérez"),
        ("Ana Rojas (External)", "Ana Rojas", ""),
        ("iPhone de Ana (Ana Rojas) (Unverified)", "iPhone de Ana", "Ana Rojas"),
        ("Ana (No comprobado)", "Ana", ""),
        ("(Ana)", "(Ana)", ""),
    ],
)
def test_names_are_told_from_what_platforms_add(text: str, current: str, original: str) -> None:
    found = shown_name(text)
    assert (found.current, found.original) == (current, original)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("63", 3780), ("45 mins", 2700), ("1 hr 20 min", 4800), ("1h 2m 3s", 3723), ("00:45:10", 2710), ("soon", None),
     ("", None), ("12 apples", None)],
)  # fmt: skip
def test_durations_are_read_or_not(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds
