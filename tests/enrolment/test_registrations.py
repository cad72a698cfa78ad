"""Registering in one step: places held, confirmed, lapsed; the same answer for every address. On both databases."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import errors, queries, rules, service
from ilpes_lms.enrolment.models import Enrolment, PlaceHold
from ilpes_lms.enrolment.rules import Places
from ilpes_lms.notifications.models import Message
from ilpes_lms.people import queries as people
from ilpes_lms.people import service as people_service
from ilpes_lms.people.errors import LinkNotValid, PasswordTooShort
from ilpes_lms.people.models import Account, OneTimeToken, Person
from tests.conftest import counted_statements
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone, states
from tests.factories.people import person
from tests.factories.registrations import CALLER, confirm, newest_token, register

pytestmark = pytest.mark.usefixtures("context")
A_DAY = timedelta(hours=24, seconds=1)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def later(by: timedelta) -> time_machine.travel:
    return time_machine.travel(clock.now() + by)


def letters() -> list[str]:
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


# rules


@given(st.integers(min_value=1, max_value=1_000_000))
def test_at_least_half_of_the_places_stay_with_those_who_confirm(capacity: int) -> None:
    most = rules.most_holds(capacity)
    assert 1 <= most <= (capacity + 1) // 2
    assert most >= min(20, capacity // 2)
    assert most >= min(capacity // 5, capacity // 2)


@pytest.mark.parametrize(
    ("places", "prospect"),
    [
        (Places(capacity=10), "held"),
        (Places(capacity=10, held=9), "held"),
        (Places(capacity=10, held=9, kept=1), "waiting"),
        (Places(capacity=10, held=10), "waiting"),
        (Places(capacity=10, held=8, waiting=1), "waiting"),
        (Places(capacity=10, kept=5), "left"),
        (Places(capacity=10, ruled=True), "left"),
        (Places(capacity=None), "left"),
    ],
)
def test_what_somebody_can_expect_who_comes_now(places: Places, prospect: str) -> None:
    assert rules.prospect(places) == prospect


@pytest.mark.parametrize(
    ("places", "state"),
    [
        (Places(capacity=2, held=1, waiting=3, free_number=2), "confirmed"),
        (Places(capacity=2, held=2, waiting=3), "waitlisted"),
        (Places(capacity=2, held=1, waiting=3, ruled=True), "waitlisted"),
    ],
)
def test_only_fewer_places_or_new_rules_undo_what_was_promised(places: Places, state: str) -> None:
    assert rules.held_first(rules.arrival(places), places).state == state


def test_a_place_is_held_for_a_day_but_never_beyond_the_end() -> None:
    now, hour = clock.now(), timedelta(hours=1)
    assert rules.hold_until(now, now + 48 * hour) == now + 24 * hour
    assert rules.hold_until(now, now + hour) == now + hour


# a place held


def test_nobody_is_added_and_a_place_is_held_for_a_day() -> None:
    activity = make_activity(capacity=1)
    said = register(activity.public_id)
    assert said.place == "held"
    assert said.held_until is not None
    assert timedelta(hours=23) < said.held_until - clock.now() <= timedelta(hours=24)
    assert (count(Person), count(Account), count(Enrolment), count(PlaceHold)) == (0, 0, 0, 1)
    assert letters() == ["enrolment.registration"]


def test_only_a_digest_of_the_address_is_kept_with_a_held_place() -> None:
    register(make_activity(capacity=1).public_id, "Canary@example.org")
    row = db.session.scalars(select(PlaceHold)).one()
    assert "canary" not in " ".join(str(value) for value in vars(row).values()).casefold()


def test_nobody_else_gets_a_held_place() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    other = service.apply(activity_ref=activity.public_id, person_id=make_someone().id)
    assert other.state == "waitlisted"
    assert register(activity.public_id, "second@example.org").place == "waiting"
    assert service.promote_waiting() == 0


def test_one_click_makes_the_account_and_gives_the_place_although_somebody_waits_by_then() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    enrol(activity, state="waitlisted")
    confirmed = confirm()
    assert confirmed.signs_in
    assert confirmed.outcome is not None
    assert confirmed.outcome.values["state"] == "confirmed"
    assert states(activity) == {"confirmed": 1, "waitlisted": 1}
    mine = queries.enrolment_of(confirmed.person_id, activity.id)
    assert mine is not None
    assert (mine.sex, mine.country, mine.organization_name) == ("female", "BOL", "Municipalidad")
    assert people.address_of(confirmed.person_id) == "rosa@example.org"
    assert count(PlaceHold) == 0
    assert letters()[-1] == "enrolment.confirmed"


def test_the_same_address_renews_its_own_hold_and_never_takes_two() -> None:
    activity = make_activity(capacity=10)
    first = register(activity.public_id, "Rosa@Example.org")
    with later(timedelta(hours=3)):
        second = register(activity.public_id, "rosa@example.org")
        assert queries.places(activity).kept == 1
    assert first.held_until is not None
    assert second.held_until is not None
    assert second.held_until - first.held_until >= timedelta(hours=3)


def test_where_all_places_are_taken_none_is_held_and_the_confirmation_leads_to_the_waiting_list() -> None:
    activity = make_activity(capacity=1)
    enrol(activity)
    enrol(activity, state="waitlisted")
    assert register(activity.public_id).place == "waiting"
    assert count(PlaceHold) == 0
    outcome = confirm().outcome
    assert outcome is not None
    assert (outcome.values["state"], outcome.values["position"]) == ("waitlisted", 2)


def test_without_a_limit_no_place_needs_to_be_held() -> None:
    activity = make_activity()
    assert register(activity.public_id) == service.Registered("left", None)
    assert count(PlaceHold) == 0
    confirm()
    assert states(activity) == {"confirmed": 1}


def test_holds_leave_half_of_the_places_to_those_who_confirm() -> None:
    activity = make_activity(capacity=4)
    said = [register(activity.public_id, f"r{n}@example.org", caller=f"198.51.100.{n}").place for n in range(4)]
    assert said == ["held", "held", "left", "left"]
    confirm()
    assert states(activity) == {"confirmed": 1}


def test_one_caller_holds_ten_places_at_most_and_registers_others_all_the_same(monkeypatch) -> None:
    activity = make_activity(capacity=100)
    said = [register(activity.public_id, f"r{n}@example.org").place for n in range(12)]
    assert said == ["held"] * 10 + ["left"] * 2
    assert register(activity.public_id, "r0@example.org").place == "held", "one's own is renewed"
    assert register(activity.public_id, "other@example.org", caller="203.0.113.9").place == "held"


def test_where_place_rules_stand_none_is_held_and_they_decide_with_the_confirmation() -> None:
    activity = make_activity(capacity=10)
    service.add_place_rule(
        activity_ref=activity.public_id, version=activity.version, kind=rules.AT_MOST_PER_COUNTRY, number=1
    )
    assert register(activity.public_id, "one@example.org").place == "left"
    confirm()
    register(activity.public_id, "two@example.org")
    outcome = confirm().outcome
    assert outcome is not None
    assert outcome.values["state"] == "waitlisted"
    assert states(activity) == {"confirmed": 1, "waitlisted": 1}


def test_the_log_of_places_names_the_hold_that_lapsed() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    enrol(activity, state="waitlisted")
    with later(A_DAY):
        service.lapse_holds()
    assert queries.place_decisions(activity.id)[0].occasion == "hold_ended"


# the link


def test_a_link_is_useless_twice_and_still_says_how_one_stands() -> None:
    activity = make_activity(capacity=3)
    register(activity.public_id)
    token = newest_token()
    confirm(token)
    with pytest.raises(LinkNotValid):
        confirm(token)
    again = people_service.confirmation_behind(token=token)
    assert again.used
    assert again.outcome is not None
    assert again.outcome.values["state"] == "confirmed"
    assert states(activity) == {"confirmed": 1}


def test_looking_at_a_link_changes_nothing() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    for _ in range(3):
        found = people_service.confirmation_behind(token=newest_token())
        assert (found.makes_account, found.used, found.address) == (True, False, "rosa@example.org")
    assert (count(Person), count(PlaceHold)) == (0, 1)


def test_two_webinars_registered_for_before_confirming_are_confirmed_one_by_one() -> None:
    one, other = make_activity(capacity=2), make_activity(capacity=2)
    register(one.public_id)
    first = newest_token()
    register(other.public_id, password="quite another password")
    second = newest_token()
    made = confirm(first)
    done = confirm(second)
    assert (made.signs_in, done.signs_in) == (True, False)
    assert made.person_id == done.person_id
    assert states(one) == states(other) == {"confirmed": 1}
    assert people_service.sign_in(email="rosa@example.org", password="seven quiet rivers", caller=None)


def test_a_second_form_for_the_same_webinar_makes_the_first_link_useless_once_one_is_confirmed() -> None:
    activity = make_activity(capacity=2)
    register(activity.public_id)
    first = newest_token()
    register(activity.public_id, given_names="Rosita")
    confirm(newest_token())
    with pytest.raises(LinkNotValid):
        confirm(first)
    assert db.session.scalars(select(Person.given_names)).all() == ["Rosita"]


# known addresses


def test_a_known_address_gets_another_letter_and_the_same_answer() -> None:
    activity = make_activity(capacity=10)
    owner = person("ana@example.org", password="seven quiet rivers", given_names="Ana", country="CHL")
    gone = person("gone@example.org", password="seven quiet rivers")
    people_service.disable_account(person_id=gone.id)
    said = [register(activity.public_id, f"{name}@example.org").place for name in ("new", "ana", "gone")]
    assert said == ["held"] * 3
    assert letters() == ["enrolment.registration", "enrolment.registration_known"]
    assert queries.places(activity).kept == 3, "nobody can tell from the places left who is known"
    confirmed = confirm(newest_token("enrolment.registration_known"))
    assert (confirmed.person_id, confirmed.signs_in) == (owner.id, False)
    assert people.person(owner.id).given_names == "Ana", "what a stranger typed changes nothing"
    assert people_service.sign_in(email="ana@example.org", password="seven quiet rivers", caller=None)
    mine = queries.enrolment_of(owner.id, activity.id)
    assert mine is not None
    assert (mine.state, mine.country) == ("confirmed", "CHL")


def test_a_disabled_account_s_link_does_nothing() -> None:
    activity = make_activity(capacity=10)
    owner = person("ana@example.org", password="seven quiet rivers")
    register(activity.public_id, "ana@example.org")
    people_service.disable_account(person_id=owner.id)
    with pytest.raises(LinkNotValid):
        confirm()
    assert states(activity) == {}


def test_who_has_a_place_already_is_told_so_and_the_held_one_is_let_go() -> None:
    activity = make_activity(capacity=2)
    owner = person("ana@example.org", password="seven quiet rivers")
    service.apply(activity_ref=activity.public_id, person_id=owner.id)
    assert register(activity.public_id, "ana@example.org").place == "held"
    waiting = enrol(activity, state="waitlisted")
    outcome = confirm().outcome
    assert outcome is not None
    assert isinstance(outcome.refused, errors.AlreadyEnrolled)
    assert outcome.values["state"] == "confirmed"
    assert queries.enrolment(waiting.public_id).state == "confirmed"
    assert states(activity) == {"confirmed": 2}


def test_a_known_and_an_unknown_address_cost_the_same_work(context) -> None:
    activity = make_activity(capacity=10)
    person("ana@example.org", password="seven quiet rivers")
    work = {}
    for name in ("new", "ana"):
        with counted_statements(context) as statements:
            register(activity.public_id, f"{name}@example.org")
        work[name] = len(statements)
    assert work["new"] == work["ana"]


# too late


def test_a_hold_that_lapsed_goes_to_who_waits_once_however_often_the_sweep_runs() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    waiting = enrol(activity, state="waitlisted")
    with later(A_DAY):
        assert [service.lapse_holds(), service.lapse_holds()] == [1, 0]
        assert queries.enrolment(waiting.public_id).state == "confirmed"
        assert count(PlaceHold) == 0


def test_a_hold_that_is_not_over_is_left_alone_by_the_sweep() -> None:
    activity = make_activity(capacity=1)
    register(activity.public_id)
    with later(timedelta(hours=23, minutes=59)):
        assert service.lapse_holds() == 0
    assert count(PlaceHold) == 1


@pytest.mark.parametrize("swept", [True, False])
def test_a_confirmation_after_the_lapse_gets_a_place_if_one_is_left_and_else_waits(swept: bool) -> None:
    full, free = make_activity(capacity=1), make_activity(capacity=2)
    register(full.public_id, "late@example.org")
    late = newest_token()
    register(free.public_id, "lucky@example.org")
    lucky = newest_token()
    with later(A_DAY):
        if swept:
            service.lapse_holds()
        for activity in (full, free):
            service.apply(activity_ref=activity.public_id, person_id=make_someone().id)
        outcomes = [confirm(token).outcome for token in (late, lucky)]
    assert [outcome.values["state"] for outcome in outcomes if outcome] == ["waitlisted", "confirmed"]
    assert (states(full), states(free)) == ({"confirmed": 1, "waitlisted": 1}, {"confirmed": 2})
    assert count(PlaceHold) == 0


def test_a_held_place_is_given_although_registration_closed_meanwhile() -> None:
    activity = make_activity(capacity=2, closes_in=1)
    register(activity.public_id)
    with writing():
        catalogue.lock(activity.id).applications_close_at = clock.now() - timedelta(minutes=1)
    outcome = confirm().outcome
    assert outcome is not None
    assert outcome.values["state"] == "confirmed"


def test_without_a_held_place_who_confirms_too_late_has_an_account_and_is_told_why_no_more() -> None:
    activity = make_activity(closes_in=1)
    register(activity.public_id)
    with writing():
        catalogue.lock(activity.id).applications_close_at = clock.now() - timedelta(minutes=1)
    confirmed = confirm()
    assert confirmed.signs_in
    assert confirmed.outcome is not None
    assert isinstance(confirmed.outcome.refused, errors.ApplicationsClosed)
    assert states(activity) == {}


def test_fewer_places_than_were_promised_are_never_exceeded() -> None:
    activity = make_activity(capacity=2)
    register(activity.public_id)
    enrol(activity)
    with writing():
        catalogue.lock(activity.id).capacity = 1
    outcome = confirm().outcome
    assert outcome is not None
    assert outcome.values["state"] == "waitlisted"


# what is refused at once


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "international_open"}, errors.NotByRegistration),
        ({"kind": "national_restricted"}, errors.ByNominationOnly),
        ({"status": "closed"}, errors.ActivityNotOpen),
        ({"closes_in": -1}, errors.ApplicationsClosed),
        ({"eligible_countries": ["CHL"]}, errors.NotEligible),
    ],
)
def test_what_cannot_be_registered_for_is_refused_before_anything_is_written(fields, refusal) -> None:
    activity = make_activity(**fields)
    with pytest.raises(refusal):
        register(activity.public_id)
    assert (count(OneTimeToken), count(Message), count(PlaceHold)) == (0, 0, 0)


def test_what_is_wrong_with_the_answers_holds_no_place() -> None:
    activity = make_activity(capacity=1)
    with pytest.raises(PasswordTooShort):
        register(activity.public_id, password="short", caller=CALLER)
    assert (count(OneTimeToken), count(PlaceHold)) == (0, 0)
