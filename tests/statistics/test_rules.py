"""What counts and how it adds up, without a database."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilpes_lms.statistics import rules
from ilpes_lms.statistics.errors import PeriodReversed
from ilpes_lms.statistics.rules import KINDS, SEXES, Counts, Line, Period

PERIOD = Period(date(2021, 6, 1), date(2022, 5, 31))
LONG_AFTER = date(2023, 1, 1)
ADDED = ("participations", *SEXES)

numbers = st.integers(0, 5000)
counts = st.builds(Counts, numbers, numbers, numbers, numbers)


def line(kind: str = "webinar", counts: Counts | None = None, **values: Any) -> Line:
    plain: dict[str, Any] = {
        "title": "Un webinar", "starts_on": date(2021, 8, 19), "ends_on": date(2021, 8, 19), "start_precision": "day",
        "end_precision": "day", "dates_as_published": None, "location": None, "country": None, "hours": None,
        "by_people": False,
    }  # fmt: skip
    return Line(kind=kind, counts=counts, **{**plain, **values})


lines_of_all_kinds = st.lists(
    st.builds(line, st.sampled_from(KINDS), st.none() | counts, by_people=st.booleans()), max_size=12
)
# The first examples pay for imports, which a busy machine may draw out.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patiently
@given(lines_of_all_kinds)
def test_the_totals_are_the_sum_of_the_kinds_and_of_the_activities(lines: list[Line]) -> None:
    result = rules.compilation(PERIOD, lines, {})
    kinds = result["by_kind"].values()
    for name in ADDED:
        assert sum(kind[name] or 0 for kind in kinds) == (result["totals"][name] or 0)
        of_activity = "total" if name == "participations" else name
        assert sum(activity[of_activity] or 0 for activity in result["activities"]) == (result["totals"][name] or 0)
    for name in ("activities", "without_record", "activities_without_persons"):
        assert sum(kind[name] for kind in kinds) == result["totals"][name]


@patiently
@given(lines_of_all_kinds)
def test_the_four_sexes_make_the_total_of_every_line_and_every_kind(lines: list[Line]) -> None:
    result = rules.compilation(PERIOD, lines, {})
    for kind in (result["totals"], *result["by_kind"].values()):
        if kind["participations"] is not None:
            assert sum(kind[sex] for sex in SEXES) == kind["participations"]
    for activity in result["activities"]:
        if activity["total"] is not None:
            assert sum(activity[sex] for sex in SEXES) == activity["total"]


@patiently
@given(lines_of_all_kinds)
def test_no_record_stays_null_and_is_counted_apart(lines: list[Line]) -> None:
    result = rules.compilation(PERIOD, lines, {})
    unknown = [activity for activity in result["activities"] if activity["total"] is None]
    assert len(unknown) == len([one for one in lines if one.counts is None]) == result["totals"]["without_record"]
    assert all(activity[sex] is None for activity in unknown for sex in SEXES)


@patiently
@given(lines_of_all_kinds)
def test_a_result_survives_being_kept_as_json(lines: list[Line]) -> None:
    result = rules.compilation(PERIOD, lines, {None: 3})
    assert json.loads(json.dumps(result)) == result


def test_a_kind_of_which_nothing_is_recorded_has_no_total_and_an_absent_kind_has_zero() -> None:
    result = rules.compilation(PERIOD, [line("webinar")], {})
    assert result["by_kind"]["webinar"]["participations"] is None
    assert result["by_kind"]["webinar"]["women"] is None
    assert result["by_kind"]["other_division"]["participations"] == 0
    assert result["totals"]["participations"] is None


def test_nobody_came_is_zero_and_not_no_record() -> None:
    result = rules.compilation(PERIOD, [line(counts=Counts(), by_people=True)], {})
    assert result["totals"]["without_record"] == 0
    assert result["activities"][0]["total"] == 0


def test_persons_are_known_only_where_an_activity_is_on_record_by_people() -> None:
    by_people = line("webinar", Counts(women=2), by_people=True)
    by_headcount = line("other_division", Counts(women=5))
    result = rules.compilation(PERIOD, [by_people, by_headcount], {None: 2, "webinar": 2})
    assert result["by_kind"]["webinar"]["persons"] == 2
    assert result["by_kind"]["other_division"]["persons"] is None
    assert (result["totals"]["persons"], result["totals"]["activities_without_persons"]) == (2, 1)


def test_unknown_sex_is_not_stated_and_not_other() -> None:
    found = rules.counts_of([("female", 3), ("male", 2), ("other", 1), ("not_stated", 4), (None, 5)])
    assert found == Counts(women=3, men=2, other=1, not_stated=9)


def test_kinds_come_in_the_annex_s_order() -> None:
    result = rules.compilation(PERIOD, [line(kind) for kind in sorted(KINDS)], {})
    assert [a["kind"] for a in result["activities"]] == [
        "national_restricted", "webinar", "international_open", "other_division",
    ]  # fmt: skip
    assert list(result["by_kind"]) == list(KINDS)


@pytest.mark.parametrize(
    ("starts", "ends", "inside"),
    [
        (date(2021, 5, 31), date(2021, 7, 19), True),
        (date(2021, 5, 1), date(2021, 5, 31), False),
        (date(2021, 5, 1), date(2021, 6, 1), True),
        (date(2022, 5, 31), date(2022, 6, 5), True),
        (date(2022, 6, 1), date(2022, 6, 5), False),
        (date(2021, 1, 1), date(2022, 12, 31), True),
    ],
)
def test_an_activity_belongs_to_a_period_when_they_share_a_day(starts: date, ends: date, inside: bool) -> None:
    assert rules.belongs(starts, ends, PERIOD, LONG_AFTER) is inside


@patiently
@given(st.dates(date(2020, 1, 1), date(2024, 1, 1)), st.integers(0, 400), st.integers(0, 900))
def test_sharing_a_day_is_what_counting_the_days_says(start: date, days: int, since: int) -> None:
    end, as_of = start + timedelta(days=days), date(2021, 6, 1) + timedelta(days=since)
    shared = any(PERIOD.start <= start + timedelta(days=n) <= PERIOD.end for n in range(days + 1))
    assert rules.belongs(start, end, PERIOD, as_of) == (shared and start <= as_of)


def test_what_has_not_begun_does_not_count_yet() -> None:
    assert not rules.belongs(date(2022, 5, 2), date(2022, 5, 9), PERIOD, date(2022, 5, 1))
    assert rules.belongs(date(2022, 5, 1), date(2022, 5, 9), PERIOD, date(2022, 5, 1))


def test_a_period_does_not_end_before_it_begins() -> None:
    assert Period(date(2022, 5, 31), date(2022, 5, 31))
    with pytest.raises(PeriodReversed):
        Period(date(2022, 5, 31), date(2022, 5, 30))


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(2313, 4328, 53), (2340, 4328, 54), (889, 4328, 21), (477, 4328, 11), (1, 200, 1), (1, 201, 0), (5, 1000, 1),
     (25, 1000, 3), (0, 7, 0), (None, 7, None), (0, 0, None), (3, None, None)],
)  # fmt: skip
def test_shares_are_rounded_half_up(part: int | None, whole: int | None, percent: int | None) -> None:
    assert rules.share(part, whole) == percent


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"dates_as_published": "7 June–August 2021"}, "7 June–August 2021"),
        ({}, "2021-08-19"),
        ({"ends_on": date(2021, 9, 30)}, "2021-08-19/2021-09-30"),
        ({"ends_on": date(2021, 9, 30), "end_precision": "month"}, "2021-08-19/2021-09"),
    ],
)
def test_dates_are_as_printed_or_without_a_language(values: dict[str, Any], text: str) -> None:
    dates = rules.compilation(PERIOD, [line(**values)], {})["activities"][0]["dates"]
    assert dates["text"] == text


@pytest.mark.parametrize(("hours", "printed"), [(None, None), (Decimal("80.00"), 80), (Decimal("1.50"), 1.5)])
def test_hours_are_numbers_or_unknown(hours: Decimal | None, printed: float | None) -> None:
    assert rules.compilation(PERIOD, [line(hours=hours)], {})["activities"][0]["hours"] == printed
