"""When reminders are due: wall times at a place, clock changes included."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from ilpes_lms.core import clock
from ilpes_lms.reminders import rules


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "starts_on", "due"),
    [
        # The clocks change between the reminder and the start: the reminder is at nine by the clocks of its own day.
        ("America/Santiago", "2027-04-05", "2027-04-02 12:00"),  # summer time until 4 April: UTC-3
        ("America/Santiago", "2027-04-08", "2027-04-05 13:00"),  # winter time after it: UTC-4
        ("America/New_York", "2027-03-16", "2027-03-13 14:00"),  # clocks go forward on 14 March
        ("America/New_York", "2027-03-17", "2027-03-14 13:00"),  # on that very day, after the change
        ("Europe/Madrid", "2027-10-31", "2027-10-28 07:00"),  # clocks go back on 31 October
        ("Europe/Madrid", "2027-11-03", "2027-10-31 08:00"),
        ("America/Havana", "2027-03-14", "2027-03-11 14:00"),  # clocks go forward at midnight on 14 March
        ("America/Havana", "2027-03-17", "2027-03-14 13:00"),
        ("America/Bogota", "2027-04-05", "2027-04-02 14:00"),  # no clock changes
    ],
)
def test_the_start_is_reminded_of_at_nine_three_days_before_where_it_takes_place(
    zone: str, starts_on: str, due: str
) -> None:
    day = date.fromisoformat(starts_on)
    window = rules.activity_window(day, zone, rules.begins(day, zone, None), None)
    assert window.due == utc(due)
    assert clock.wall_time(window.due, zone) == datetime.combine(day - timedelta(days=3), time(9))


@pytest.mark.parametrize(
    ("zone", "starts_on", "begin"),
    [
        ("America/Santiago", "2027-09-05", "2027-09-05 04:00"),  # 00:00 does not exist: clocks go to 01:00
        ("America/Havana", "2027-03-14", "2027-03-14 05:00"),  # the same at midnight in Havana
        ("America/Havana", "2027-11-07", "2027-11-07 04:00"),  # 00:00 comes twice: the first is meant
        ("Europe/Lisbon", "2027-03-28", "2027-03-28 00:00"),
    ],
)
def test_a_day_begins_even_where_its_midnight_is_missing_or_comes_twice(zone: str, starts_on: str, begin: str) -> None:
    assert rules.begins(date.fromisoformat(starts_on), zone, None) == utc(begin)


def test_an_activity_begins_with_a_class_session_of_its_first_day_only() -> None:
    day = date(2027, 4, 6)
    assert rules.begins(day, "America/Bogota", utc("2027-04-06 15:00")) == utc("2027-04-06 15:00")
    assert rules.begins(day, "America/Bogota", utc("2027-04-13 15:00")) == utc("2027-04-06 05:00")
    # 02:00 UTC on the 7th is still the 6th in Bogota.
    assert rules.begins(day, "America/Bogota", utc("2027-04-07 02:00")) == utc("2027-04-07 02:00")


@pytest.mark.parametrize(
    ("person_zone", "due"),
    [
        ("America/Santiago", "2027-04-05 13:00"),  # Tuesday evening there: Monday at nine
        ("Europe/Madrid", "2027-04-06 07:00"),  # already Wednesday in Madrid: Tuesday at nine
        ("America/Mexico_City", "2027-04-05 15:00"),
        ("Asia/Tokyo", "2027-04-06 00:00"),
    ],
)
def test_a_class_session_is_reminded_of_when_it_is_tomorrow_for_the_person(person_zone: str, due: str) -> None:
    starts_at = clock.at_place(datetime.combine(date(2027, 4, 6), time(22)), "America/Santiago")
    window = rules.session_window(starts_at, person_zone)
    assert (window.due, window.until) == (utc(due), starts_at)
    assert clock.wall_time(window.due, person_zone).hour == 9


@pytest.mark.parametrize("zone", ["America/Santiago", "America/Havana", "Europe/Madrid", "America/New_York"])
def test_every_day_of_a_year_has_its_reminder_at_nine_the_day_before(zone: str) -> None:
    for number in range(365):
        day = date(2027, 1, 2) + timedelta(days=number)
        starts_at = clock.at_place(datetime.combine(day, time(0, 30)), zone)
        window = rules.session_window(starts_at, zone)
        assert clock.wall_time(window.due, zone).hour == 9
        assert clock.wall_time(window.due, zone).date() == day - timedelta(days=1)
        assert timedelta(0) < window.until - window.due < rules.LONGEST_LEAD


def test_the_first_class_session_s_reminder_speaks_for_the_start_once_it_is_due() -> None:
    day, begin, first_due = date(2027, 4, 6), utc("2027-04-06 15:00"), utc("2027-04-05 14:00")
    window = rules.activity_window(day, "America/Bogota", begin, first_due)
    assert window.holds(utc("2027-04-05 13:59"))
    assert not window.holds(first_due)
    alone = rules.activity_window(day, "America/Bogota", begin, None)
    assert alone.holds(utc("2027-04-06 14:59"))
    assert not alone.holds(begin)


def test_a_switch_counts_before_the_default_of_the_kind() -> None:
    for kind in rules.KINDS:
        assert rules.enabled(kind, rules.ACTIVITY_STARTS, {})
        assert not rules.enabled(kind, rules.ACTIVITY_STARTS, {rules.ACTIVITY_STARTS: False})


def test_a_reminder_says_that_it_is_late_after_an_hour() -> None:
    window = rules.Window(utc("2027-04-05 12:00"), utc("2027-04-06 12:00"))
    assert not window.late(utc("2027-04-05 13:00"))
    assert window.late(utc("2027-04-05 13:01"))
