"""The platforms' reports: whatever the variant, the minutes are those that a count second by second gives."""

import csv
import random
import resource
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilpes_lms.attendance import errors
from ilpes_lms.attendance.reports import Report, Span, people_of, read
from ilpes_lms.attendance.reports.headers import header_of
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
    guests = [to_the_minute(guest) for guest in guests] if variant.to_the_minute else guests
    # Comings and goings without a device can't tell two stays that overlap.
    return guests if variant.with_addresses else [apart(guest) for guest in guests]


def to_the_minute(guest: Guest) -> Guest:
    def whole(moment: datetime) -> datetime:
        return moment.replace(second=0)

    stays = (Span(whole(stay.start), whole(stay.end) + timedelta(minutes=1)) for stay in guest.stays)
    return Guest(guest.name, guest.email, tuple(stays))


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
    first = max(place for place, row in enumerate(rows) if header_of(row)) + 1
    told = rows[first:]
    random.Random(seed).shuffle(told)
    again = read(text_of([*rows[:first], *told], variant.delimiter).encode(encoding), AFTERNOON)
    assert minutes(again, AFTERNOON.session) == as_written


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), variant=st.sampled_from([v for v in VARIANTS if v.with_addresses]))
def test_a_stay_cut_in_two_counts_as_before(seed: int, variant: Variant) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    cut = [Guest(g.name, g.email, tuple(part for stay in g.stays for part in halves(stay))) for g in guests]
    before = minutes(read(written_report(guests, variant, SANTIAGO), AFTERNOON), AFTERNOON.session)
    assert minutes(read(written_report(cut, variant, SANTIAGO), AFTERNOON), AFTERNOON.session) == before


def halves(stay: Span) -> list[Span]:
    # At a whole minute, for those who write no seconds.
    middle = stay.start + timedelta(minutes=stay.seconds // 120)
    return [Span(stay.start, middle), Span(middle, stay.end)] if stay.start < middle < stay.end else [stay]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), variant=st.sampled_from(VARIANTS), empties=st.integers(1, 4))
def test_empty_cells_empty_rows_and_line_ends_change_nothing(seed: int, variant: Variant, empties: int) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    before = minutes(read(written_report(guests, variant, SANTIAGO), AFTERNOON), AFTERNOON.session)
    rows = [[*row, *[""] * empties] for row in variant.rows(guests, Writer(SANTIAGO, variant.written))]
    text = text_of([*rows, *[[""] * 7] * empties], variant.delimiter).replace("\r\n", "\n")
    assert minutes(read(text.encode(variant.encoding), AFTERNOON), AFTERNOON.session) == before


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), variant=st.sampled_from([v for v in VARIANTS if v.with_addresses]))
def test_a_row_told_twice_counts_once(seed: int, variant: Variant) -> None:
    guests = guests_for(variant, seed, AFTERNOON.session)
    twice = [Guest(g.name, g.email, (*g.stays, g.stays[0])) for g in guests]
    before = minutes(read(written_report(guests, variant, SANTIAGO), AFTERNOON), AFTERNOON.session)
    assert minutes(read(written_report(twice, variant, SANTIAGO), AFTERNOON), AFTERNOON.session) == before


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_an_hour_that_clocks_leave_out_is_not_counted(variant: Variant) -> None:
    # In New York the clocks went from two to three on 8 March 2026.
    night = place(at(2026, 3, 8, 6, 0), minutes=120, zone="America/New_York", day=date(2026, 3, 8))
    guests = [Guest("Ana Rojas", "guest0@example.org", (Span(at(2026, 3, 8, 6, 30), at(2026, 3, 8, 7, 30)),))]
    report = read(written_report(guests, variant, "America/New_York"), night)
    assert minutes(report, night.session) == {"ana rojas": 60}


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


@pytest.mark.parametrize(
    "head",
    [
        "Name (Original Name),User Email,Total Duration (Minutes),Guest",
        "Name (original name),Email,Total duration (minutes),Guest",
        "Nombre (nombre original),Correo electrónico,Duración total (minutos),Invitado",
        "Nome (nome original),E-mail do usuário,Duração total (minutos),Convidado",
    ],
)
def test_a_report_without_times_is_refused(head: str) -> None:
    content = f"{head}\nAna,a@example.org,63,Yes\n".encode()
    with pytest.raises(errors.ReportWithoutTimes):
        read(content, AFTERNOON)


def test_a_hundred_thousand_rows_with_zeros_are_read_within_bounds() -> None:
    row = "Ana\x00 {0} (Ana Rojas),ANA{0}@example.org,04/17/2026 02:00:00 PM,04/17/2026 02:30:00 PM,30\n"
    head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    content = (head + "".join(row.format(number) for number in range(100_000))).encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = read(content, AFTERNOON)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (len(report.stays), report.faults) == (100_000, [])
    assert report.stays[0].name == "Ana 0"
    assert kilobytes < 300_000


def test_what_is_larger_than_any_report_is_refused_at_once() -> None:
    with pytest.raises(errors.ReportTooLarge):
        read(b"Name," * 5_000_000, AFTERNOON)


def test_addresses_that_look_alike_are_two_people_and_those_that_differ_by_case_are_one() -> None:
    stays = (Span(at(2026, 4, 17, 18, 0), at(2026, 4, 17, 18, 30)),)
    guests = [Guest("Ana", "a@example.org", stays), Guest("Ana", "A@EXAMPLE.org", stays)]
    guests.append(Guest("Ana", "a@ex\u0430mple.org", stays))
    report = read(text_of(zoom_a(guests, Writer(SANTIAGO, us)), ",").encode(), AFTERNOON)
    assert sorted(len(one.rows) for one in people_of(report.stays)) == [1, 2]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.FileWithoutContent),
        (b"\xef\xbb\xbf \r\n,,,\r\n", errors.FileWithoutContent),
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


def test_a_report_with_an_endless_cell_is_refused_and_other_tables_are_read_as_before() -> None:
    before = csv.field_size_limit()
    with pytest.raises(errors.ReportNotText):
        read(b"Name,Join Time,Leave Time\n" + b"a" * 10_001 + b",x,y\n", AFTERNOON)
    assert csv.field_size_limit() == before
