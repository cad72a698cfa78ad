"""When reminders are due: wall times at a place or where the person is, quiet hours, clock changes included."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilpes_lms.core import clock
from ilpes_lms.reminders import errors, rules
from ilpes_lms.reminders.rules import Quiet, Rule

COURSE = rules.DEFAULTS["international_open"]
STARTS, TOMORROW = COURSE["activity_starts"], COURSE["class_session_tomorrow"]
NEVER = Quiet(0, 0)
# Clocks that change at midnight, at two, never, did until a law ended it, by half an hour, by a whole day's offset.
ZONES = (
    "America/Santiago", "America/Sao_Paulo", "America/Havana", "America/New_York", "America/Asuncion", "Europe/Madrid",
    "Africa/Casablanca", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "America/St_Johns", "Asia/Kathmandu", "Pacific/Easter", "America/Mexico_City",
)  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(day: str, zone: str, **changes: Any) -> rules.Window:
    begin = rules.begins(date.fromisoformat(day), zone, None)
    return rules.window(replace(STARTS, **changes), begin, zone, zone)


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
        ("America/Sao_Paulo", "2027-11-10", "2027-11-07 12:00"),  # none any more since 2019
        ("America/Asuncion", "2027-07-05", "2027-07-02 12:00"),  # summer time all year since October 2024
    ],
)
def test_the_start_is_reminded_of_at_nine_three_days_before_where_it_takes_place(
    zone: str, starts_on: str, due: str
) -> None:
    window = starts(starts_on, zone)
    assert window.due == utc(due)
    assert clock.wall_time(window.due, zone) == datetime.combine(
        date.fromisoformat(starts_on) - timedelta(days=3), time(9)
    )


@pytest.mark.parametrize("zone", ["America/Asuncion", "America/Sao_Paulo"])
def test_the_machine_knows_the_laws_that_ended_clock_changes(zone: str) -> None:
    offsets = {datetime(2027, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for month in range(1, 13)}
    assert offsets == {timedelta(hours=-3)}, "the time zone database is older than the law"


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


def test_an_activity_ends_with_a_class_session_of_its_last_day_or_with_the_day() -> None:
    day = date(2027, 4, 6)
    assert rules.ends(day, "America/Bogota", utc("2027-04-06 17:00")) == utc("2027-04-06 17:00")
    assert rules.ends(day, "America/Bogota", utc("2027-04-01 17:00")) == utc("2027-04-07 05:00")
    # A class session until midnight ends the day it is on.
    assert rules.ends(day, "America/Bogota", utc("2027-04-07 05:00")) == utc("2027-04-07 05:00")


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
    window = rules.window(TOMORROW, starts_at, "America/Santiago", person_zone)
    assert (window.due, window.until) == (utc(due), starts_at)
    assert clock.wall_time(window.due, person_zone).hour == 9


def test_a_deadline_at_the_end_of_a_day_belongs_to_that_day() -> None:
    closes = clock.end_of_day(date(2027, 4, 6), "America/Bogota")
    window = rules.window(COURSE["application_closes"], closes, "America/Bogota", "America/Bogota")
    assert window.due == utc("2027-04-03 14:00")


def test_what_would_fall_into_quiet_hours_comes_in_the_morning_or_else_the_evening_before() -> None:
    hours = replace(STARTS, anchor=rules.OFFER_DEADLINE, unit="hours", amount=24, quiet=Quiet(21, 8))
    zone = "America/Bogota"

    def due(about: str) -> datetime:
        return clock.wall_time(rules.window(hours, utc(about), zone, zone).due, zone)

    assert due("2027-04-06 15:00") == datetime(2027, 4, 5, 10)  # noqa: DTZ001 - wall time
    assert due("2027-04-06 03:00") == datetime(2027, 4, 5, 8)  # noqa: DTZ001 - 22:00 becomes the next morning
    short = replace(hours, amount=2)
    # Two hours before 08:30 is 06:30; at eight there is half an hour left, so it comes the evening before.
    window = rules.window(short, utc("2027-04-06 13:30"), zone, zone)
    assert clock.wall_time(window.due, zone) == datetime(2027, 4, 5, 20)  # noqa: DTZ001 - wall time


def test_a_reminder_at_nine_of_what_is_at_eight_the_same_day_comes_while_it_is_of_use() -> None:
    rule = replace(TOMORROW, amount=0)
    window = rules.window(rule, utc("2027-04-06 13:00"), "America/Bogota", "America/Bogota")  # 08:00 there
    assert clock.wall_time(window.due, "America/Bogota") == datetime(2027, 4, 5, 20)  # noqa: DTZ001 - wall time


def test_a_sweep_in_quiet_hours_waits_for_the_morning_if_that_is_of_use() -> None:
    zone = "America/Bogota"
    window = rules.Window(utc("2027-04-05 14:00"), utc("2027-04-06 15:00"))
    late = utc("2027-04-06 04:00")  # 23:00 there
    assert rules.moment(window, Quiet(21, 8), zone, late) == utc("2027-04-06 13:00")
    assert rules.moment(replace(window, until=utc("2027-04-06 13:00")), Quiet(21, 8), zone, late) is None
    assert rules.moment(window, Quiet(21, 8), zone, utc("2027-04-01 00:00")) == window.due


def test_the_next_reminder_of_the_same_thing_speaks_for_the_one_before() -> None:
    window = rules.Window(utc("2027-04-03 14:00"), utc("2027-04-06 15:00"))
    found = rules.superseded(window, [window.due, utc("2027-04-01 14:00"), utc("2027-04-05 14:00")])
    assert found.holds(utc("2027-04-05 13:59"))
    assert not found.holds(utc("2027-04-05 14:00"))
    assert rules.superseded(window, [window.due]) == window


def test_whom_a_letter_just_told_is_not_told_again_of_start_and_offer_only() -> None:
    due = utc("2027-04-05 14:00")
    assert rules.told_already(STARTS, utc("2027-04-04 15:00"), due)
    assert not rules.told_already(STARTS, utc("2027-04-04 13:00"), due)
    assert not rules.told_already(STARTS, None, due)
    assert not rules.told_already(TOMORROW, due, due)
    assert rules.told_already(COURSE["offer_lapses"], utc("2027-04-05 09:00"), due)


def test_a_reminder_says_that_it_is_late_after_an_hour() -> None:
    window = rules.Window(utc("2027-04-05 12:00"), utc("2027-04-06 12:00"))
    assert not window.late(utc("2027-04-05 13:00"))
    assert window.late(utc("2027-04-05 13:01"))


def test_participants_are_reached_once_whatever_their_outcome() -> None:
    ended = COURSE["activity_ended"]
    assert replace(ended, recipients=("confirmed", "completed")).reached == [("confirmed", "")]
    assert replace(ended, recipients=("completed",)).reached == [("confirmed", "completed")]
    assert replace(ended, recipients=("completed",)).reaches("confirmed", "completed")
    assert not replace(ended, recipients=("completed",)).reaches("confirmed", "not_completed")


def test_the_defaults_of_every_kind_make_sense() -> None:
    for kind in rules.KINDS:
        for rule in rules.DEFAULTS[kind].values():
            rules.check(rule)
            assert rule.quiet.hours == 11
    assert not rules.DEFAULTS["webinar"]["profile_incomplete"].enabled


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"anchor": "nonsense"}, errors.NoSuchAnchor, "anchor"),
        ({"anchor": rules.CLASS_SESSION, "side": "after"}, errors.NoSuchAnchor, "anchor"),
        ({"amount": 61}, errors.LeadNotPlausible, "amount"),
        ({"amount": -1}, errors.LeadNotPlausible, "amount"),
        ({"amount": 0, "unit": "hours"}, errors.LeadNotPlausible, "amount"),
        ({"amount": 73, "unit": "hours"}, errors.LeadNotPlausible, "amount"),
        ({"hour": 24}, errors.HourNotPlausible, "hour"),
        ({"quiet": Quiet(24, 8)}, errors.HourNotPlausible, "quiet_start"),
        ({"quiet": Quiet(8, 7)}, errors.TooQuiet, "quiet_end"),
        ({"recipients": ()}, errors.NobodyReminded, "recipients"),
        ({"recipients": (rules.FOCAL_POINTS,)}, errors.RecipientsOutOfReach, "recipients"),
    ],
)
def test_terms_that_make_no_sense_are_refused_at_their_field(
    changes: dict[str, Any], refusal: type[errors.Invalid], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        rules.check(replace(STARTS, **changes))
    assert refused.value.field == field


SIDES = [(anchor, side) for anchor, found in rules.ANCHORS.items() for side in found.sides]
terms = st.builds(
    lambda about, unit, amount, hour, by, quiet, length: Rule(
        "code", *about, amount % (61 if unit == "days" else 72) + (unit == "hours"), unit, hour, by,
        Quiet(quiet, (quiet + length) % 24), ("confirmed",),
    ),
    st.sampled_from(SIDES), st.sampled_from(("days", "hours")), st.integers(0, 100), st.integers(0, 23),
    st.sampled_from(("place", "person")), st.integers(0, 23), st.integers(0, 16),
)  # fmt: skip
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
zones = st.sampled_from(ZONES)


@settings(max_examples=1500)
@given(rule=terms, about=moments, place=zones, person=zones)
def test_no_reminder_is_due_on_the_wrong_side_of_the_thing_or_in_quiet_hours(
    rule: Rule, about: datetime, place: str, person: str
) -> None:
    window = rules.window(rule, about, place, person)
    assert window.due < window.until
    assert not rule.quiet.holds(window.due, person)
    if rule.side == "before":
        assert window.until == about
    else:
        assert window.due >= about


@settings(max_examples=1500)
@given(rule=terms, about=moments, place=zones, person=zones, late=st.timedeltas(timedelta(), timedelta(days=20)))
def test_a_late_sweep_finds_a_moment_within_the_window_outside_quiet_hours_or_none(
    rule: Rule, about: datetime, place: str, person: str, late: timedelta
) -> None:
    window = rules.window(rule, about, place, person)
    now = window.due + late
    at = rules.moment(window, rule.quiet, person, now)
    if at is not None:
        assert max(now, window.due) <= at < window.until
        assert not rule.quiet.holds(at, person)
        # Whoever looks again then finds the same moment: the calendar and the collector agree.
        assert rules.moment(window, rule.quiet, person, at) == at
    else:
        assert now >= window.until or rule.quiet.holds(now, person)


@settings(max_examples=1500)
@given(rule=terms, about=moments, place=zones, person=zones)
def test_whatever_a_rule_may_remind_of_lies_within_its_bounds(
    rule: Rule, about: datetime, place: str, person: str
) -> None:
    window = rules.window(rule, about, place, person)
    low, high = rules.bounds(rule, window.due, window.due)
    assert low < about < high
    low, high = rules.bounds(rule, window.until - timedelta(seconds=1), window.until)
    assert low < about < high


@pytest.mark.parametrize("zone", ["America/Santiago", "America/Sao_Paulo", "America/New_York", "America/Asuncion"])
def test_every_day_of_two_years_has_its_reminder_at_nine_the_day_before(zone: str) -> None:
    for number in range(730):
        day = date(2026, 1, 2) + timedelta(days=number)
        starts_at = clock.at_place(datetime.combine(day, time(0, 30)), zone)
        window = rules.window(TOMORROW, starts_at, zone, zone)
        assert clock.wall_time(window.due, zone) == datetime.combine(day - timedelta(days=1), time(9))


def test_every_reminder_of_a_thing_has_a_key_of_its_own() -> None:
    assert rules.key("a", "b", "c") == "reminder:a:b:c"
