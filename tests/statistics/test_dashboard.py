"""What a dashboard is answered, on a real database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ilpes_lms.core.errors import Invalid
from ilpes_lms.demo.service import load_report
from ilpes_lms.statistics import service
from ilpes_lms.statistics.dashboard import queries
from ilpes_lms.statistics.dashboard.rules import Question
from ilpes_lms.statistics.rules import PUBLISHED, SEXES, Period
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.statistics import (
    certify,
    counted_activity,
    decide,
    past_activity,
    put_people_in_place_of_headcounts,
)

MARCH = Period(date(2023, 3, 1), date(2023, 3, 31))
ASKED = Question(MARCH)


def take_part(activity, *people: dict) -> list:
    """Let somebody new take part for each description."""
    return [enrol(activity, make_someone(**one)) for one in people]


def woman(country: str | None = "CHL", **fields) -> dict:
    return {"sex": "female", "residence_country": country, **fields}


def man(country: str | None = "CHL", **fields) -> dict:
    return {"sex": "male", "residence_country": country, **fields}


def test_the_report_s_figures_are_the_dashboard_s(context) -> None:
    load_report()
    question = Question(PUBLISHED)
    found = queries.totals(question)
    assert (found.activities, found.without_record, found.by_headcount, found.participations) == (52, 1, 51, 4328)
    assert (found.women, found.men, found.other, found.not_stated, found.headcounted) == (2313, 2015, 0, 0, 4328)
    assert {kind: one.participations for kind, one in queries.by_kind(question).items()} == {
        "national_restricted": 889, "webinar": 2340, "international_open": 477, "other_division": 622,
    }  # fmt: skip
    assert queries.persons(question)[None] is None


def test_people_in_place_of_headcounts_give_the_same_figures_and_persons(context) -> None:
    load_report()
    put_people_in_place_of_headcounts()
    found, tables = queries.totals(Question(PUBLISHED)), service.compute(PUBLISHED.start, PUBLISHED.end)
    assert {name: getattr(found, name) for name in ("activities", "without_record", "participations", *SEXES)} == {
        name: tables["totals"][name] for name in ("activities", "without_record", "participations", *SEXES)
    }
    assert queries.persons(Question(PUBLISHED)) == {
        **{kind: kept["persons"] for kind, kept in tables["by_kind"].items()}, None: tables["totals"]["persons"],
    }  # fmt: skip


def test_every_table_counts_people_by_what_they_were_when_their_place_was_confirmed(context) -> None:
    ministry = make_institution("Ministerio")
    activity = past_activity("webinar", hours=Decimal("1.5"), topics=["gender", "statistics"], division="ilpes")
    one, two, _three = take_part(
        activity, woman("CHL", sector="academia", organization_id=ministry.id), man("CHL"), man(None, sex="other")
    )
    decide(one)
    decide(two, "not_completed")
    certify(one)
    found = queries.totals(ASKED)
    assert (found.participations, found.women, found.men, found.other, found.not_stated) == (3, 1, 1, 1, 0)
    assert (found.completed, found.decided, found.certificates) == (1, 2, 1)
    assert (found.activity_hours, found.person_hours, found.without_hours) == (Decimal("1.5"), Decimal("4.5"), 0)
    assert {key: figures.participations for key, figures in queries.by_country(ASKED).items()} == {"CHL": 2, None: 1}
    assert {key: figures.completed for key, figures in queries.by_sector(ASKED).items()} == {"academia": 1, None: 0}
    assert {key: figures.participations for key, figures in queries.by_topic(ASKED).items()} == {
        "gender": 3, "statistics": 3,
    }  # fmt: skip
    assert queries.by_division(ASKED)["ilpes"].person_hours == Decimal("4.5")
    places = queries.by_institution(ASKED).items
    assert [(place.name, place.figures.women, place.figures.participations) for place in places] == [
        (None, 0, 2), ("Ministerio", 1, 1),
    ]  # fmt: skip


def test_a_filter_on_people_leaves_headcounts_out_and_says_how_many(context) -> None:
    counted_activity(women=3, men=2)
    past_activity(record="no_record")
    take_part(past_activity(), woman("CHL"), woman("PER"))
    take_part(past_activity(), woman("PER"))
    found = queries.totals(replace(ASKED, countries=("CHL",)))
    assert (found.activities, found.left_out, found.by_headcount, found.participations) == (1, 2, 0, 1)
    everything = queries.totals(ASKED)
    assert (everything.activities, everything.without_record, everything.by_headcount) == (4, 1, 1)
    assert (everything.participations, everything.headcounted, everything.left_out) == (8, 5, 0)


def test_a_filter_on_sex_counts_in_headcounts_too_and_leaves_the_activities(context) -> None:
    counted_activity(women=3, men=2)
    take_part(past_activity(), woman(), man())
    found = queries.totals(replace(ASKED, sexes=("women",)))
    assert (found.activities, found.participations, found.women, found.men, found.headcounted) == (2, 4, 4, 0, 3)
    assert queries.persons(replace(ASKED, sexes=("women",)))[None] == 1


def test_no_record_is_not_zero(context) -> None:
    past_activity(record="no_record")
    found = queries.totals(ASKED)
    assert (found.activities, found.without_record, found.participations, found.women) == (1, 1, None, None)
    assert queries.by_kind(ASKED)["national_restricted"].participations == 0
    assert queries.totals(replace(ASKED, countries=("CHL",))).participations is None


@pytest.mark.parametrize(
    ("filters", "participations"),
    [
        ({"kinds": ("webinar",)}, 2),
        ({"kinds": ("webinar", "other_division")}, 3),
        ({"divisions": ("ilpes",)}, 2),
        ({"divisions": ("",)}, 1),
        ({"topics": ("gender",)}, 2),
        ({"topics": ("gend",)}, 0),
        ({"modalities": ("blended",)}, 1),
        ({"countries": ("PER",)}, 1),
        ({"countries": ("CHL", "")}, 2),
        ({"sectors": ("academia",)}, 1),
        ({"sectors": ("academia", "private"), "countries": ("PER",), "sexes": ("men",)}, 1),
        ({"sectors": ("academia",), "countries": ("PER",), "sexes": ("women",)}, 0),
    ],
)
def test_a_filter_keeps_what_it_names(context, filters, participations) -> None:
    here = past_activity("webinar", topics=["gender"], division="ilpes", modality="live_online")
    there = past_activity("other_division", topics=[], division=None, modality="blended")
    take_part(here, woman("CHL"), woman(None))
    take_part(there, man("PER", sector="academia"))
    assert queries.totals(replace(ASKED, **filters)).participations == participations


def test_only_certificates_that_stand_count(context) -> None:
    one, two = take_part(past_activity(), woman(), man())
    first = certify(one, "superseded")
    certify(one, "issued", edition=2, replaces_id=first.id)
    certify(two, "revoked")
    assert queries.totals(ASKED).certificates == 1


def test_an_activity_counts_in_each_period_of_a_trend_that_it_touches(context) -> None:
    take_part(past_activity(starts_on=date(2022, 12, 1), ends_on=date(2023, 3, 2)), woman())
    take_part(past_activity(), man())
    winter = Period(date(2022, 12, 1), date(2023, 2, 28))
    found = queries.trend(ASKED, [winter, MARCH])
    assert [(found[period].activities, found[period].participations) for period in (winter, MARCH)] == [(1, 1), (2, 2)]
    assert queries.trend(ASKED, []) == {}


def test_the_activities_behind_a_figure_come_by_pages_with_their_part_of_it(context) -> None:
    days = [date(2023, 3, day) for day in (3, 1, 2)]
    made = [past_activity(starts_on=day, ends_on=day) for day in days]
    for activity in made[:2]:
        take_part(activity, woman("PER"), man())
    first = queries.activities(ASKED, size=2)
    rest = queries.activities(ASKED, first.next_cursor, size=2)
    assert [one.starts_on.day for one in (*first.items, *rest.items)] == [3, 2, 1]
    assert (rest.items[0].figures.participations, rest.next_cursor) == (2, None)
    peruvians = queries.activities(replace(ASKED, countries=("PER",))).items
    assert [(one.ref, one.figures.women) for one in peruvians] == [(made[0].public_id, 1), (made[1].public_id, 1)]
    with pytest.raises(Invalid):
        queries.activities(ASKED, "nonsense")


def test_the_largest_institutions_come_first_page_by_page(context) -> None:
    places = [make_institution(name) for name in ("Uno", "Dos", "Tres")]
    for number, place in enumerate(places, start=1):
        take_part(past_activity(), *[woman(organization_id=place.id) for _ in range(number)])
    first = queries.by_institution(ASKED, size=2)
    rest = queries.by_institution(ASKED, first.next_cursor, size=2)
    assert [place.name for place in (*first.items, *rest.items)] == ["Tres", "Dos", "Uno"]
    only = queries.totals(replace(ASKED, institutions=(places[1].public_id,)))
    assert (only.activities, only.participations) == (1, 2)


def test_one_person_in_two_kinds_is_one_person_and_counts_in_both(context) -> None:
    ana = make_someone()
    for kind in ("webinar", "webinar", "international_open"):
        enrol(past_activity(kind), ana)
    found = queries.persons(ASKED)
    assert (found[None], found["webinar"], found["international_open"], found["other_division"]) == (1, 1, 1, None)


def test_the_choices_are_what_occurs_in_the_period(context) -> None:
    take_part(past_activity(topics=["gender"], division="ilpes", modality="blended"), woman("PER"), man("PER"), man())
    take_part(past_activity(starts_on=date(2022, 1, 1), ends_on=date(2022, 1, 1)), man("BRA"))
    found = queries.choices(replace(ASKED, countries=("CHL",)))
    assert (found.countries, found.topics, found.divisions, found.modalities) == (
        ["PER", "CHL"], ["gender"], ["ilpes"], ["blended"],
    )  # fmt: skip
