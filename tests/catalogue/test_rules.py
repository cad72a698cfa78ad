"""Decisions of the catalogue: no application, no database."""

from datetime import UTC, date, datetime

import pytest

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.errors import StepNotPossible

NOON = datetime(2027, 4, 6, 12, tzinfo=UTC)
REACHABLE = {
    ("draft", "publish"): "published",
    ("draft", "cancel"): "cancelled",
    ("published", "close"): "closed",
    ("published", "cancel"): "cancelled",
    ("closed", "reopen"): "published",
    ("closed", "archive"): "archived",
    ("closed", "cancel"): "cancelled",
}


@pytest.mark.parametrize("status", rules.STATUSES)
@pytest.mark.parametrize("step", rules.STEPS)
def test_an_activity_takes_the_steps_of_the_table_and_no_others(status, step):
    if (status, step) in REACHABLE:
        assert rules.next_status(status, step) == REACHABLE[status, step]
        assert step in rules.possible_steps(status)
    else:
        with pytest.raises(StepNotPossible):
            rules.next_status(status, step)
        assert step not in rules.possible_steps(status)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_each_kind_has_ways_in_and_a_usual_one(kind):
    assert rules.default_admission(kind) in rules.ADMISSIONS_OF_KIND[kind]
    assert set(rules.ADMISSIONS_OF_KIND[kind]) <= set(rules.ADMISSIONS)


def window(**changes):
    values = {
        "status": "published", "kind": "webinar", "opens_at": None, "closes_at": None, "starts_on": date(2027, 4, 6),
        "ends_on": date(2027, 4, 7), "sessions_end_at": None, "zone": "America/Santiago", "now": NOON,
    }  # fmt: skip
    return rules.application_window(**(values | changes))


def test_one_applies_from_the_opening_until_just_before_the_close():
    opens, closes = datetime(2027, 4, 1, tzinfo=UTC), datetime(2027, 4, 6, 12, tzinfo=UTC)
    assert window(opens_at=opens, closes_at=closes, now=datetime(2027, 3, 31, tzinfo=UTC)).state == "not_yet"
    assert window(opens_at=opens, closes_at=closes, now=opens).state == "open"
    assert window(opens_at=opens, closes_at=closes, now=closes).state == "closed"


def test_without_a_close_a_webinar_is_open_until_its_last_day_ends_at_its_place():
    assert window().closes_at == datetime(2027, 4, 8, 4, tzinfo=UTC)
    assert window(now=datetime(2027, 4, 8, 3, 59, tzinfo=UTC)).state == "open"
    assert window(now=datetime(2027, 4, 8, 4, tzinfo=UTC)).state == "closed"


def test_without_a_close_a_webinar_is_open_until_its_last_class_session_ends():
    ends = datetime(2027, 4, 6, 16, tzinfo=UTC)
    assert window(sessions_end_at=ends).closes_at == ends
    assert window(sessions_end_at=ends, now=datetime(2027, 4, 6, 15, 59, tzinfo=UTC)).state == "open"
    assert window(sessions_end_at=ends, now=ends).state == "closed"


def test_class_sessions_do_not_move_a_close_that_was_set_nor_that_of_a_course():
    ends, closes = datetime(2027, 4, 6, 16, tzinfo=UTC), datetime(2027, 4, 5, 12, tzinfo=UTC)
    assert window(sessions_end_at=ends, closes_at=closes).closes_at == closes
    assert window(sessions_end_at=ends, kind="international_open").closes_at == datetime(2027, 4, 7, 4, tzinfo=UTC)


def test_without_a_close_a_course_is_open_until_its_first_day_ends():
    assert window(kind="international_open").closes_at == datetime(2027, 4, 7, 4, tzinfo=UTC)


@pytest.mark.parametrize("status", ["draft", "closed", "archived", "cancelled"])
def test_only_a_published_activity_takes_people(status):
    assert window(status=status).state == "closed"


def may(kind="webinar", eligible=("CHL", "PER"), residence=None, organization=None, **traits):
    wanted = {name: traits.pop(name) for name in ("sectors", "languages", "organizations") if name in traits}
    conditions = rules.Conditions(kind, tuple(eligible), **wanted)
    own = {name.removeprefix("own_"): value for name, value in traits.items()}
    return rules.eligibility(
        conditions, rules.Traits(residence_country=residence, organization_country=organization, **own)
    )


@pytest.mark.parametrize(
    ("condition", "unmet", "met"),
    [
        ("sectors", {"own_sector": "private"}, {"own_sector": "academia"}),
        ("languages", {"own_languages": ("en",)}, {"own_languages": ("en", "academia")}),
        ("organizations", {"own_organization": "other"}, {"own_organization": "academia"}),
    ],
)
def test_each_condition_has_its_own_reason_and_silence_is_told_from_a_no(condition, unmet, met):
    wanted = {condition: ("academia",)}
    assert may(eligible=(), **wanted, **met).ok
    (refused,) = may(eligible=(), **wanted, **unmet).reasons
    (silent,) = may(eligible=(), **wanted).reasons
    assert (refused.silent, silent.silent) == (False, True)
    assert refused.message != silent.message
    assert may(eligible=(), **wanted).can_be_mended
    assert not may(eligible=("CHL",), residence="ARG", **wanted).can_be_mended


def test_every_unmet_condition_is_named():
    answer = may(eligible=("CHL",), sectors=("academia",), languages=("pt",), organizations=("one",))
    assert [reason.condition for reason in answer.reasons] == ["country", "organization", "sector", "languages"]


def test_an_institution_outside_the_list_is_told_from_none():
    outside = may(eligible=(), organizations=("one",), own_names_organization=True).reasons[0]
    assert "choose it from there" in outside.message


def test_without_a_restriction_everyone_may_take_part_even_from_nowhere_known():
    assert may(eligible=()).ok


def test_the_country_of_residence_or_of_work_opens_an_activity():
    assert may(residence="PER").ok
    assert may(residence="ARG", organization="CHL").ok
    assert not may(residence="ARG", organization="BRA").ok


def test_a_national_course_asks_where_one_works():
    assert may("national_restricted", residence="ARG", organization="CHL").ok
    assert not may("national_restricted", residence="CHL", organization="ARG").ok


def test_an_unknown_country_does_not_pass_and_the_reason_says_what_is_missing():
    answer = may()
    assert not answer.ok
    assert "does not name your country" in answer.reasons[0].message
    assert "does not name an institution of the list" in may("national_restricted", residence="CHL").reasons[0].message


def test_a_reason_carries_the_countries_as_codes_for_whoever_shows_it():
    (reason,) = may(residence="ARG").reasons
    assert reason.params == {"countries": ("CHL", "PER")}


@pytest.mark.parametrize(
    ("capacity", "confirmed", "left"), [(None, 500, None), (10, 3, 7), (10, 10, 0), (10, 12, 0)]
)  # fmt: skip
def test_places_left_are_never_fewer_than_none(capacity, confirmed, left):
    assert rules.places_left(capacity, confirmed) == left


def test_joining_links_are_for_people_with_a_place_in_something_that_takes_place():
    assert rules.joins_shown(confirmed=True, status="published")
    assert not rules.joins_shown(confirmed=False, status="published")
    assert not rules.joins_shown(confirmed=True, status="cancelled")


@pytest.mark.parametrize(
    ("today", "state"),
    [(5, "upcoming"), (6, "running"), (7, "running"), (8, "past")],
)
def test_first_and_last_day_belong_to_an_activity(today, state):
    assert rules.time_state(date(2027, 4, 6), date(2027, 4, 7), date(2027, 4, today)) == state


def test_the_search_key_says_everything_once_without_accents():
    key = rules.search_key({"es": "Gestión", "pt": "Gestão"}, {"es": "Gestión"}, ["CEPAL"], [None, "Perú"])
    assert key == "gestion | gestao | cepal | peru"
