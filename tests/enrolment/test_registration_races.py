"""The last place, wanted by somebody who has to confirm an address and by others at the same moment."""

import threading
from collections import Counter
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import queries, service
from ilpes_lms.enrolment.models import Enrolment, PlaceHold
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.models import Person
from ilpes_lms.people.service import Confirmed
from tests.enrolment.test_races import at_once, check_places, in_context, on_postgresql, people_and_activity
from tests.factories.catalogue import make_activity
from tests.factories.registrations import confirm, newest_token, register

RACERS = 10


def kept(app: APIFlask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(PlaceHold)) or 0


def for_one_place(app: APIFlask, activity_ref: str, people: list[int]) -> list[Any]:
    """Let one address register and people with accounts, all at once; return what became of each."""
    applying = [in_context(app, service.apply, activity_ref=activity_ref, person_id=one) for one in people]
    registering = in_context(app, register, activity_ref=activity_ref)
    return at_once([registering, *applying])


@pytest.mark.parametrize("_round", range(5))
def test_the_last_place_is_held_or_given_and_never_both(app: APIFlask, _round: int) -> None:
    activity_ref, people = people_and_activity(app, RACERS, capacity=1)
    done = for_one_place(app, activity_ref, people)
    assert [result for result in done if isinstance(result, Exception)] == []
    stand = check_places(app, activity_ref)
    assert stand.get("confirmed", 0) + kept(app) == 1
    assert done[0].place == ("held" if kept(app) else "waiting")


@on_postgresql
def test_without_the_lock_the_last_place_is_held_and_given(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: everyone has read before anyone writes, which is what the lock makes impossible."""
    activity_ref, people = people_and_activity(app, RACERS, capacity=1)
    everyone_has_read, seen, places = threading.Barrier(RACERS + 1), threading.local(), queries.places

    def read_together(activity: Activity) -> Any:
        found = places(activity)
        if not getattr(seen, "already", False):
            seen.already = True
            everyone_has_read.wait(30)
        return found

    monkeypatch.setattr(catalogue, "lock_public", catalogue_queries.published_activity)
    monkeypatch.setattr(queries, "places", read_together)
    for_one_place(app, activity_ref, people)
    with app.app_context():
        confirmed = select(func.count()).select_from(Enrolment).where(Enrolment.state == "confirmed")
        assert db.session.scalar(confirmed) == 1
    assert kept(app) == 1, "with one place, one is confirmed and one is held"


def test_ten_forms_with_one_address_hold_one_place(app: APIFlask) -> None:
    activity_ref, _nobody = people_and_activity(app, 0, capacity=RACERS)
    done = at_once([in_context(app, register, activity_ref=activity_ref, caller=f"198.51.100.{n}") for n in range(5)])
    assert [result.place for result in done] == ["held"] * 5
    assert kept(app) == 1


def test_a_link_pressed_ten_times_at_once_does_its_work_once(app: APIFlask) -> None:
    activity_ref, _nobody = people_and_activity(app, 0, capacity=1)
    with app.app_context():
        register(activity_ref)
        token = newest_token()
    done = at_once([in_context(app, confirm, token=token)] * RACERS)
    assert Counter(type(result) for result in done) == {Confirmed: 1, LinkNotValid: RACERS - 1}
    assert check_places(app, activity_ref) == {"confirmed": 1}


def test_whoever_confirms_gets_the_held_place_while_ten_others_ask_for_it_and_the_sweep_runs(app: APIFlask) -> None:
    activity_ref, people = people_and_activity(app, RACERS, capacity=1)
    with app.app_context():
        register(activity_ref)
        token = newest_token()
    applying = [in_context(app, service.apply, activity_ref=activity_ref, person_id=one) for one in people]
    sweeping = [in_context(app, service.lapse_holds), in_context(app, service.promote_waiting)]
    done = at_once([in_context(app, confirm, token=token), *applying, *sweeping])
    assert [result for result in done if isinstance(result, Exception)] == []
    assert done[0].outcome.values["state"] == "confirmed"
    assert check_places(app, activity_ref) == {"confirmed": 1, "waitlisted": RACERS}


def test_links_for_two_webinars_pressed_at_once_make_one_person_with_two_places(app: APIFlask) -> None:
    with app.app_context():
        refs = [make_activity(capacity=1).public_id for _ in range(2)]
        tokens = []
        for ref in refs:
            register(ref)
            tokens.append(newest_token())
    done = at_once([in_context(app, confirm, token=token) for token in tokens])
    assert sorted(result.signs_in for result in done) == [False, True]
    assert [check_places(app, ref) for ref in refs] == [{"confirmed": 1}] * 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 1
