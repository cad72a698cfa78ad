"""Figures when activities and people change kind, period or zone, and over several years."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.core.database import writing
from ilpes_lms.statistics import service
from ilpes_lms.statistics.rules import Counts, Line, Period, belongs, compilation, reaching_out
from tests.factories.enrolment import enrol
from tests.factories.statistics import peopled_activity
from tests.statistics.test_rules import line

MARCH, APRIL = (date(2023, 3, 1), date(2023, 3, 31)), (date(2023, 4, 1), date(2023, 4, 30))
YEARS = [Period(date(year, 6, 1), date(year + 1, 5, 31)) for year in (2020, 2021, 2022)]
LATER = date(2030, 1, 1)

spans = st.lists(st.tuples(st.integers(-100, 1200), st.integers(0, 700), st.integers(0, 50)), max_size=12)


def lines_of(found: list[tuple[int, int, int]]) -> list[Line]:
    first = YEARS[0].start
    made = []
    for after, days, women in found:
        start = first + timedelta(days=after)
        dates = {"starts_on": start, "ends_on": start + timedelta(days=days), "dates_as_published": None}
        made.append(replace(line("webinar", Counts(women=women)), **dates))
    return made


def compiled(period: Period, lines: list[Line]):
    return compilation(period, [one for one in lines if belongs(one.starts_on, one.ends_on, period, LATER)], {})


@given(spans)
def test_a_range_of_several_years_counts_an_activity_once_and_its_years_each(found) -> None:
    lines = lines_of(found)
    whole = compiled(Period(YEARS[0].start, YEARS[-1].end), lines)
    years = [compiled(year, lines) for year in YEARS]
    touched = [sum(belongs(one.starts_on, one.ends_on, year, LATER) for year in YEARS) for one in lines]
    assert whole["totals"]["activities"] == sum(number > 0 for number in touched)
    again = sum((number - 1) * one.counts.total for number, one in zip(touched, lines, strict=True) if number > 1)
    assert sum(year["totals"]["participations"] for year in years) - whole["totals"]["participations"] == again


@given(spans)
def test_what_counts_in_two_years_is_named_in_both(found) -> None:
    lines = [replace(one, title=f"Activity {place}") for place, one in enumerate(lines_of(found))]
    years = [compiled(year, lines) for year in YEARS]
    named = [{one["title"] for one in reaching_out(year)} for year in years]
    for earlier, later, both in zip(years, years[1:], pairwise(named), strict=False):
        shared = {one["title"] for one in earlier["activities"]} & {one["title"] for one in later["activities"]}
        assert shared <= both[0] & both[1]


def test_a_person_who_moves_to_another_kind_takes_the_participation_along(context) -> None:
    course, webinar = peopled_activity("international_open", "female", "male"), peopled_activity("webinar")
    before = service.compute(*MARCH)["totals"]
    moved = enrol(course)
    with writing():
        moved.state, moved.place_number = "withdrawn", None
    enrol(webinar, moved.person)
    now = service.compute(*MARCH)
    assert now["totals"]["participations"] == before["participations"] + 1
    assert now["by_kind"]["international_open"]["participations"] == 2
    assert now["by_kind"]["webinar"]["participations"] == 1
    assert now["totals"]["persons"] == 3


def test_an_activity_that_moves_takes_its_figures_from_one_period_to_the_other(context) -> None:
    activity = peopled_activity("webinar", "female", "male")
    with writing():
        activity.starts_on, activity.ends_on = date(2023, 3, 31), date(2023, 4, 1)
    assert [service.compute(*each)["totals"]["participations"] for each in (MARCH, APRIL)] == [2, 2]
    assert service.compute(MARCH[0], APRIL[1])["totals"]["participations"] == 2
    with writing():
        activity.starts_on = date(2023, 4, 1)
    assert [service.compute(*each)["totals"]["participations"] for each in (MARCH, APRIL)] == [0, 2]


def test_a_day_is_that_of_the_activity_s_place_whatever_its_zone(context) -> None:
    activity = peopled_activity("webinar", "female", starts_on=date(2023, 3, 31), ends_on=date(2023, 3, 31))
    for zone in ("Pacific/Kiritimati", "America/Santiago", "Pacific/Pago_Pago"):
        with writing():
            activity.zone = zone
        assert [service.compute(*each)["totals"]["participations"] for each in (MARCH, APRIL)] == [1, 0]
