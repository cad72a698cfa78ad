"""In which months an activity's people count, and which months answer a question."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from ilpes_lms.statistics.dashboard.rules import Question, months_for
from ilpes_lms.statistics.rollups import rules
from ilpes_lms.statistics.rollups.rules import Change, Standing
from ilpes_lms.statistics.rules import Period

YEAR = Question(Period(date(2021, 6, 1), date(2022, 5, 31)))


def line(women: int) -> dict[str, object]:
    return {**rules.KEYS, "country": "CHL", **dict.fromkeys(rules.COUNTS, 0), "women_participations": women}


def standing(first: date, last: date) -> Standing:
    return Standing(first, last, "webinar", 800)


def months(gained: dict[rules.Place, Counter[str]]) -> dict[tuple[date, bool], tuple[int, int]]:
    return {(place[1], place[2]): (sums["activities"], sums["women_participations"]) for place, sums in gained.items()}


def test_who_takes_part_counts_where_the_activity_began_and_is_carried_into_each_later_month() -> None:
    found = rules.gained(
        [Change(1, 7, "country", line(3))], {}, {7: standing(date(2021, 11, 1), date(2022, 1, 1))}
    )  # fmt: skip
    assert months(found) == {
        (date(2021, 11, 1), False): (1, 3), (date(2021, 12, 1), True): (1, 3), (date(2022, 1, 1), True): (1, 3),
    }  # fmt: skip


def test_an_activity_that_ends_sooner_is_no_longer_carried_and_stays_where_it_began() -> None:
    before, after = standing(date(2021, 11, 1), date(2021, 12, 1)), standing(date(2021, 11, 1), date(2021, 11, 1))
    changes = [Change(sign, 7, "country", line(3)) for sign in (-1, 1)]
    assert months(rules.gained(changes, {7: before}, {7: after})) == {(date(2021, 12, 1), True): (-1, -3)}


@pytest.mark.parametrize(
    ("asked", "key", "dimension"),
    [
        ({}, "country", "country"),
        ({"sectors": ("academia",)}, "country", "country_sector"),
        ({"countries": ("CHL",), "kinds": ("webinar",)}, "sector", "country_sector"),
        ({"sectors": ("academia", "private")}, "country", None),
        ({"sectors": ("academia", "private")}, "sector", "sector"),
        ({"institutions": ("o1",)}, "country", None),
        ({"kinds": ("webinar",)}, "organization_id", None),
        ({"topics": ("gender",)}, "country", None),
    ],
)
def test_months_answer_what_no_activity_would_count_in_twice(asked, key, dimension) -> None:
    assert months_for(replace(YEAR, **asked), key) == dimension
