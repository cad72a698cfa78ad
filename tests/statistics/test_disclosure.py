"""What is hidden of public tables stays hidden from whoever computes with all that was ever published."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ilpes_lms.statistics.disclosure import protecting, rules
from ilpes_lms.statistics.disclosure.rules import (
    COUNTRY,
    INSTITUTION,
    SECTOR,
    SEX_COLUMNS,
    SMALL,
    TOTAL,
    Activity,
    Edition,
)
from ilpes_lms.statistics.rules import KINDS
from tests.statistics.attacker import Attacker

ROWS = {COUNTRY: ("ARG", "BOL", "CHL", "PER", "URY"), SECTOR: ("academia", "private", "unknown"),
        INSTITUTION: ("a", "b", "c", "d", "others", "unknown")}  # fmt: skip
numbers = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 30, 60])


def activity(kind: str, attribute: str, counts: dict) -> Activity:
    empty = {name: Counter() for name in rules.ATTRIBUTES}
    return Activity(kind, empty | {attribute: Counter({cell: number for cell, number in counts.items() if number})})


def one_activity(attribute: str):
    cells = [(row, sex) for row in ROWS[attribute] for sex in SEX_COLUMNS[:2]]
    counts = st.tuples(*[numbers] * len(cells)).map(lambda drawn: dict(zip(cells, drawn, strict=True)))
    return st.builds(lambda kind, counts: activity(kind, attribute, counts), st.sampled_from(KINDS[:2]), counts)


@st.composite
def histories(draw, attribute: str):
    """Draw what each of some releases counts: of other periods, and again after people came, left or were corrected."""
    known = {f"r{n}": draw(one_activity(attribute)) for n in range(draw(st.integers(2, 5)))}
    counted = []
    for _release in range(draw(st.integers(1, 4))):
        for _edit in range(draw(st.integers(0, 2)) if counted else 0):
            ref, row = draw(st.sampled_from(sorted(known))), draw(st.sampled_from(ROWS[attribute]))
            counts = known[ref].counts[attribute] + Counter()
            counts[row, draw(st.sampled_from(SEX_COLUMNS))] = draw(numbers)
            known[ref] = activity(known[ref].kind, attribute, counts)
        some = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, unique=True))
        counted.append({ref: known[ref] for ref in some})
    return counted


def published(attribute: str, history) -> list[Edition]:
    releases: list[Edition] = []
    for counted in history:
        releases.append(protecting.protected(attribute, counted, releases))
    return releases


@pytest.mark.parametrize("attribute", rules.ATTRIBUTES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_trust_39_whatever_was_published_nothing_hidden_can_be_computed(attribute, data) -> None:
    releases = published(attribute, data.draw(histories(attribute)))
    assert Attacker(attribute, releases).found() == []


def drawn_year(year: int, number: int = 6) -> dict[str, Activity]:
    """Return a year's activities with people of many countries, most of them of few."""
    random, made = Random(year), {}
    countries = [f"C{place:02}" for place in range(9)]
    for place in range(number):
        people = Counter(
            (random.choices(countries, [1 / (1 + n) for n in range(9)])[0], random.choice(SEX_COLUMNS[:2]))
            for _person in range(random.randint(20, 90))
        )
        made[f"{year}-{place}"] = activity(random.choice(KINDS), COUNTRY, people)
    return made


def only_small(made: Edition) -> Edition:
    return replace(made, hidden=frozenset(cell for cell, number in made.cells.items() if number in SMALL))


def test_a_year_of_many_countries_is_published_by_sex_and_kind_with_its_small_cells_hidden() -> None:
    (made,) = published(COUNTRY, [drawn_year(1)])
    small = {cell for cell, number in made.cells.items() if number in SMALL}
    assert made.columns == (*SEX_COLUMNS, *KINDS, TOTAL)
    assert small < made.hidden
    assert len(made.hidden) < len(made.cells) / 2
    assert Attacker(COUNTRY, [made]).found() == []


def test_trust_39_without_other_hidden_cells_the_small_ones_are_computed() -> None:
    (made,) = published(COUNTRY, [drawn_year(1)])
    found = Attacker(COUNTRY, [only_small(made)]).found()
    assert any(low == high == number for _place, _cell, number, (low, high) in found)


def test_trust_39_years_that_share_activities_protect_each_other_over_any_number_of_releases() -> None:
    years = [drawn_year(year) for year in range(8)]
    shared = [years[year] | dict(list(years[year + 1].items())[:1]) for year in range(7)]
    releases = published(COUNTRY, shared)
    assert all(one.columns for one in releases)
    assert Attacker(COUNTRY, releases).found() == []


def test_a_period_longer_by_one_activity_does_not_tell_who_took_part_in_it() -> None:
    year = drawn_year(2)
    longer = year | {"one more": activity("webinar", COUNTRY, {("C01", "women"): 2, ("C02", "women"): 30})}
    first, second = published(COUNTRY, [year, longer])
    for row in ("C01", "C02"):
        cell = row, "women"
        both = cell not in first.hidden and cell in second.cells and cell not in second.hidden
        assert not both or second.cells[cell] - first.cells[cell] not in SMALL
    assert Attacker(COUNTRY, [first, second]).found() == []


def test_trust_39_the_difference_of_two_releases_would_tell_it_if_each_were_protected_by_itself() -> None:
    year = drawn_year(2)
    longer = year | {"one more": activity("webinar", COUNTRY, {("C01", "women"): 2, ("C02", "women"): 30})}
    alone = [*published(COUNTRY, [year]), *published(COUNTRY, [longer])]
    cell = ("C01", "women")
    assert all(cell not in one.hidden for one in alone)
    assert alone[1].cells[cell] - alone[0].cells[cell] == 2


def test_a_revision_by_one_person_publishes_no_table_again() -> None:
    year = drawn_year(3)
    ref = next(iter(year))
    more = year[ref].counts[COUNTRY] + Counter({("C00", "women"): 1})
    first, second = published(COUNTRY, [year, year | {ref: activity(year[ref].kind, COUNTRY, more)}])
    assert first.columns
    assert second.columns == ()


def test_the_same_people_published_again_are_hidden_alike() -> None:
    first, second = published(COUNTRY, [drawn_year(4), drawn_year(4)])
    assert first.hidden == second.hidden


def test_zeros_are_published_and_rows_of_nobody_are_not_listed() -> None:
    counts = {("ARG", "women"): 40, ("ARG", "men"): 20, ("CHL", "women"): 30, ("CHL", "men"): 0, ("PER", "men"): 0}
    (made,) = published(COUNTRY, [{"a": activity("webinar", COUNTRY, counts)}])
    assert made.rows == ("ARG", "CHL")
    assert made.cells["CHL", "men"] == 0
    assert made.hidden == frozenset()


def test_where_too_few_took_part_nothing_is_published_across() -> None:
    few = activity("webinar", COUNTRY, {("ARG", "women"): 2, ("CHL", "men"): 1})
    (made,) = published(COUNTRY, [{"a": few}])
    assert made.columns == ()


def test_a_table_by_sex_that_cannot_be_protected_is_published_by_its_totals() -> None:
    # Two men in all: nobody who knows that can think of four from one country.
    counts = {("ARG", "women"): 40, ("ARG", "men"): 1, ("CHL", "women"): 30, ("CHL", "men"): 1}
    (made,) = published(COUNTRY, [{"a": activity("webinar", COUNTRY, counts)}])
    assert made.columns == (TOTAL,)
    assert made.hidden == frozenset()


def test_only_large_institutions_have_a_row_and_their_order_tells_nothing() -> None:
    counts = {("z", "women"): 40, ("m", "women"): 10, ("b", "women"): 9, (rules.UNKNOWN, "men"): 30}
    rows = rules.listed(INSTITUTION, {"a": activity("webinar", INSTITUTION, counts)})
    assert rows == ("m", "z", rules.OTHERS, rules.UNKNOWN)


def test_counts_come_back_as_they_were_kept() -> None:
    year = drawn_year(5)
    assert rules.from_kept(rules.as_kept(year)) == year
