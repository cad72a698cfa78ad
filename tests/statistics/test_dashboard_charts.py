"""The dashboard's charts and addresses as plain values: no application, no database."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.people.vocabularies.countries import COUNTRIES, LATIN_AMERICA_CARIBBEAN
from ilpes_lms.statistics.dashboard import asking, charts
from ilpes_lms.statistics.dashboard.answers import periods_before
from ilpes_lms.statistics.dashboard.rules import Question
from ilpes_lms.statistics.rules import SEXES, Period, reporting_year

YEAR = Period(date(2021, 6, 1), date(2022, 5, 31))
ASSOCIATE_MEMBERS = {
    "AIA", "ABW", "BMU", "VGB", "CYM", "CUW", "GUF", "GLP", "MTQ", "MSR", "PRI", "SXM", "TCA", "VIR",
}  # fmt: skip


def test_the_map_has_a_tile_for_each_country_of_the_region_and_each_associate_member() -> None:
    assert set(charts.PLACES) == LATIN_AMERICA_CARIBBEAN | ASSOCIATE_MEMBERS
    assert set(charts.PLACES) <= set(COUNTRIES)
    assert len(set(charts.PLACES.values())) == len(charts.PLACES), "no two stand in one place"


@pytest.mark.parametrize(
    ("one", "other"),
    [("ARG", "CHL"), ("ARG", "URY"), ("BOL", "PER"), ("BRA", "PRY"), ("COL", "VEN"), ("COL", "ECU"), ("GTM", "SLV"),
     ("HND", "NIC"), ("HTI", "DOM"), ("PER", "BRA"), ("GUY", "SUR"), ("ATG", "KNA")],
)  # fmt: skip
def test_neighbours_are_neighbours_on_the_map(one: str, other: str) -> None:
    (column, row), (next_column, next_row) = charts.PLACES[one], charts.PLACES[other]
    assert max(abs(column - next_column), abs(row - next_row)) == 1


def test_the_legend_stands_where_no_country_is() -> None:
    taken = {row for column, row in charts.PLACES.values() if column < 3}
    assert max(taken) < charts.LEGEND_ROW


@pytest.mark.parametrize(
    ("most", "bounds"),
    [(0, []), (1, [1]), (9, [1, 2, 5]), (33, [1, 2, 5, 10, 20]), (120, [1, 5, 10, 50, 100]),
     (5_000, [1, 10, 100, 1_000]), (99_999, [1, 10, 100, 1_000, 10_000]), (250_000, [1, 100, 1_000, 10_000, 100_000])],
)  # fmt: skip
def test_classes_begin_at_round_numbers_and_are_no_more_than_five(most: int, bounds: list[int]) -> None:
    assert charts.classes([0, most]) == bounds


@given(st.lists(st.integers(0, 10_000_000), max_size=40))
def test_every_number_is_in_the_class_whose_range_holds_it(numbers: list[int]) -> None:
    bounds = charts.classes(numbers)
    ranges = [(0, 0), *charts.ranges(bounds)]
    assert len(bounds) <= charts.DEEPEST
    for number in numbers:
        first, last = ranges[charts.shade(number, bounds)]
        assert first <= number
        assert last is None or number <= last


def _some(codes):
    return st.lists(st.sampled_from(sorted(codes)), max_size=3, unique=True).map(tuple)


@given(
    st.fixed_dictionaries({
        "kinds": _some(asking.FILTERS["kind"]), "sexes": _some(SEXES), "topics": _some(asking.FILTERS["topic"]),
        "countries": _some({"", "CHL", "PER", "DOM"}), "sectors": _some({"", "academia", "private"}),
        "institutions": _some({"", "a" * 26, "b" * 26}), "divisions": _some({"", "ilpes", "celade"}),
        "modalities": _some(asking.FILTERS["modality"]),
    })
)  # fmt: skip
def test_a_question_comes_back_from_its_address_as_it_was(lists: dict) -> None:
    question = Question(YEAR, **lists)
    values = asking.values_of(question)
    assert asking.question_of(YEAR, values) == question
    assert all(values[name] in asking.Lists(codes) for name, codes in asking.FILTERS.items() if name in values)


@pytest.mark.parametrize("text", ["XXX", "CHL,XXX", "CHL,", ",", "chl", "CHL, PER"])
def test_a_list_with_a_code_that_is_not_known_is_none(text: str) -> None:
    assert text not in asking.Lists(asking.FILTERS["country"])
    assert asking.question_of(YEAR, {"country": text}) == Question(YEAR)


@pytest.mark.parametrize(
    ("day", "year"), [("2021-06-01", 2021), ("2022-05-31", 2021), ("2022-06-01", 2022), ("2022-12-31", 2022)]
)
def test_a_reporting_year_runs_from_june_to_may(day: str, year: int) -> None:
    assert reporting_year(date.fromisoformat(day)) == Period(date(year, 6, 1), date(year + 1, 5, 31))


def test_a_trend_is_of_periods_that_follow_each_other_up_to_the_one_asked_for() -> None:
    years = periods_before(YEAR)
    assert [year.start.year for year in years] == [2016, 2017, 2018, 2019, 2020, 2021]
    assert all(year == reporting_year(year.start) for year in years)
    weeks = periods_before(Period(date(2023, 3, 6), date(2023, 3, 12)))
    assert all((later.start - earlier.end).days == 1 for earlier, later in pairwise(weeks))
