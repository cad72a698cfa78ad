"""Who gets in, without a database."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from ilpes_lms.enrolment import errors, rules
from ilpes_lms.enrolment.rules import COORDINATOR, PERSON, SYSTEM, Places, Standing, Wish

OPEN = Wish(admission="open")
NOW = datetime(2027, 4, 6, tzinfo=UTC)


def test_a_free_place_is_given_at_once_and_a_full_activity_makes_one_wait() -> None:
    assert rules.decide(OPEN, Places(2, held=1, free_number=2)) == Standing("confirmed", place_number=2)
    assert rules.decide(OPEN, Places(2, held=2, next_position=5)) == Standing("waitlisted", waiting_position=5)
    assert rules.decide(OPEN, Places(None, held=999, free_number=1000)).state == "confirmed"


def test_who_comes_while_others_wait_joins_them() -> None:
    assert rules.decide(OPEN, Places(5, held=2, waiting=1, next_position=2)).state == "waitlisted"


def test_selection_leaves_the_word_to_the_committee_and_needs_a_motivation() -> None:
    selection = Wish(admission="selection")
    assert rules.decide(selection, Places(1), motivation="Planning") == Standing("applied")
    with pytest.raises(errors.MotivationRequired) as refused:
        rules.decide(selection, Places(1), motivation=" \n")
    assert refused.value.field == "motivation"


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish("open", record="headcount"), errors.ActivityNotOnRecordByPeople),
        (Wish("open", status="draft"), errors.ActivityNotOpen),
        (Wish("open", window="not_yet"), errors.ApplicationsNotYetOpen),
        (Wish("open", window="closed"), errors.ApplicationsClosed),
        (Wish("open", eligible=False), errors.NotEligible),
        (Wish("nomination"), errors.ByNominationOnly),
        (Wish("invitation"), errors.ByInvitationOnly),
        (Wish("open", standing="declined"), errors.ApplicationWasDeclined),
        *[(Wish("open", standing=state), errors.AlreadyEnrolled) for state in sorted(rules.LIVE)],
    ],
)
def test_each_obstacle_has_its_own_refusal(wish: Wish, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.decide(wish, Places(5))


@pytest.mark.parametrize("standing", [None, "withdrawn", "expired"])
def test_one_may_ask_again_after_leaving(standing: str | None) -> None:
    assert rules.decide(Wish("open", standing=standing), Places(5)).state == "confirmed"


def test_every_step_leads_between_known_states_and_every_state_can_be_reached() -> None:
    known = {None, *rules.STATES}
    assert all({start, end} <= known for start, end in rules.MOVES)
    assert {end for _start, end in rules.MOVES} == set(rules.STATES)
    assert set(rules.STATE_LABELS) == set(rules.STATE_TONES) == set(rules.STATES)


def test_only_the_table_s_steps_are_taken_by_only_those_it_names() -> None:
    for start, end, by in itertools.product([None, *rules.STATES], rules.STATES, (PERSON, COORDINATOR, SYSTEM)):
        if by in rules.MOVES.get((start, end), ()):
            rules.check_step(start, end, by)
        else:
            with pytest.raises((errors.IllegalStep, errors.HasWithdrawn, errors.LetOfferLapse)):
                rules.check_step(start, end, by)


def test_no_person_may_confirm_themselves_out_of_the_committee_s_hands() -> None:
    for start in ("applied", "waitlisted", "declined"):
        assert not rules.may_step(start, "confirmed", PERSON)


def test_nobody_brings_back_who_has_left_but_they_themselves() -> None:
    for start, end in itertools.product(("withdrawn", "expired"), rules.STATES):
        assert not rules.may_step(start, end, COORDINATOR)
        assert not rules.may_step(start, end, SYSTEM)
    assert rules.decisions_on("withdrawn") == rules.decisions_on("expired") == []
    assert rules.decisions_on("declined") == ["accept", "waitlist"]


def test_the_committee_s_decisions_respect_places_and_the_table() -> None:
    assert rules.decided("accept", "applied", Places(1, free_number=1)).place_number == 1
    assert rules.decided("waitlist", "applied", Places(1, next_position=3)).waiting_position == 3
    assert rules.decided("decline", "offered", Places(1, held=1)).state == "declined"
    assert rules.decided("accept", "offered", Places(1, held=1)).state == "confirmed"
    with pytest.raises(errors.ActivityFull):
        rules.decided("accept", "waitlisted", Places(1, held=1))
    assert rules.decided("decline", "confirmed", Places(1, held=1)).state == "declined"
    with pytest.raises(errors.IllegalStep):
        rules.decided("accept", "confirmed", Places(1, held=1))


@pytest.mark.parametrize(
    ("admission", "places", "freed", "number"),
    [
        ("open", Places(3, held=1, waiting=5), 0, 2),
        ("open", Places(3, held=4, waiting=5), 0, 0),
        ("open", Places(None, held=4, waiting=5), 0, 5),
        ("selection", Places(9, held=1, waiting=5, undecided=3), 0, 0),
        ("selection", Places(9, held=1, waiting=5, undecided=3), 1, 1),
        ("selection", Places(9, held=1, waiting=5), 0, 5),
    ],
)
def test_free_places_are_passed_on(admission: str, places: Places, freed: int, number: int) -> None:
    assert rules.to_promote(admission, places, freed=freed) == number


def test_an_offer_lasts_its_hours_but_never_beyond_the_beginning() -> None:
    assert rules.offer_until(NOW, NOW + timedelta(days=30), 72) == NOW + timedelta(days=3)
    assert rules.offer_until(NOW, NOW + timedelta(days=1), 72) == NOW + timedelta(days=1)
    with pytest.raises(errors.OfferLapsed):
        rules.check_offer(NOW, NOW)


def test_institutions_get_no_more_than_there_is() -> None:
    rules.check_quota(3, 2)
    rules.check_quotas(5, 100, None)
    with pytest.raises(errors.QuotaFull):
        rules.check_quota(3, 3)
    with pytest.raises(errors.QuotasExceedCapacity):
        rules.check_quotas(3, 3, 5)
