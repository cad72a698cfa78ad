"""Admission, waiting list, offers and decisions on both databases."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications.models import Message
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_offer, make_someone, states


def kinds_sent() -> list[str]:
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


def apply(activity, person=None, **values) -> Enrolment:
    person = person or make_someone()
    return service.apply(activity_ref=activity.public_id, person_id=person.id, **values)


def test_an_open_activity_gives_the_lowest_free_place(context: APIFlask) -> None:
    activity = make_activity(capacity=3)
    first, second = apply(activity), apply(activity)
    assert [first.place_number, second.place_number] == [1, 2]
    service.withdraw(enrolment_ref=first.public_id, person_id=first.person_id)
    assert apply(activity).place_number == 1
    assert apply(activity).place_number == 3


def test_who_comes_to_a_full_activity_waits_in_order(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    apply(activity)
    waiting = [apply(activity) for _ in range(3)]
    assert [queries.rank(person) for person in waiting] == [1, 2, 3]
    assert (activity.confirmed_count, activity.waiting_count) == (1, 3)


def test_a_withdrawal_gives_the_place_to_the_first_who_waits_in_the_same_transaction(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    confirmed, first, second = apply(activity), apply(activity), apply(activity)
    service.withdraw(enrolment_ref=confirmed.public_id, person_id=confirmed.person_id)
    assert (confirmed.state, first.state, second.state) == ("withdrawn", "confirmed", "waitlisted")
    assert queries.rank(second) == 1
    assert (activity.confirmed_count, activity.waiting_count) == (1, 1)
    assert kinds_sent()[-1] == "enrolment.promoted"


def test_nobody_is_promoted_once_the_activity_has_begun(context: APIFlask) -> None:
    activity = make_activity(capacity=1, starts_in=-1, days=3)
    confirmed, waiting = apply(activity), apply(activity)
    service.withdraw(enrolment_ref=confirmed.public_id, person_id=confirmed.person_id)
    assert waiting.state == "waitlisted"


def test_every_step_keeps_who_when_why_and_is_on_the_record(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    enrolment = apply(activity)
    service.withdraw(enrolment_ref=enrolment.public_id, person_id=enrolment.person_id, reason="no time")
    steps = [(c.from_state, c.to_state, c.actor, c.reason) for c in enrolment.changes]
    assert steps == [(None, "confirmed", "test", ""), ("confirmed", "withdrawn", "test", "no time")]
    verbs = list(
        db.session.scalars(
            select(AuditEntry.verb).where(AuditEntry.object_id == enrolment.public_id).order_by(AuditEntry.id)
        )
    )
    assert verbs == ["enrolment.confirmed", "enrolment.withdrawn"]


def test_a_person_may_come_back_after_withdrawing_but_not_twice_at_once(context: APIFlask) -> None:
    activity, person = make_activity(capacity=5), make_someone()
    first = apply(activity, person)
    with pytest.raises(errors.AlreadyEnrolled):
        apply(activity, person)
    service.withdraw(enrolment_ref=first.public_id, person_id=person.id)
    assert apply(activity, person).state == "confirmed"
    assert states(activity) == {"confirmed": 1}


def test_what_statistics_say_of_a_person_is_copied_at_confirmation_and_stays(context: APIFlask) -> None:
    person = make_someone(sex="female", residence_country="PER", sector="academia", organization_text="Universidad")
    enrolment = apply(make_activity(), person)
    with writing():
        person.sex, person.residence_country = "not_stated", "ARG"
    kept = queries.enrolment(enrolment.public_id)
    assert (kept.sex, kept.country, kept.sector, kept.organization_name) == (
        "female", "PER", "academia", "Universidad",
    )  # fmt: skip


def test_selection_asks_for_a_motivation_and_leaves_the_word_to_the_committee(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1)
    with pytest.raises(errors.MotivationRequired):
        apply(activity, motivation="  ")
    assert apply(activity, motivation="Planning").state == "applied"
    assert kinds_sent() == ["enrolment.applied"]


def test_a_bulk_decision_says_which_failed_and_why(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=2)
    people = [apply(activity, motivation="Planning") for _ in range(3)]
    refs = [*(person.public_id for person in people), "unknown"]
    done = service.decide(activity_ref=activity.public_id, enrolment_refs=refs, decision="accept")
    assert [one.state for one in done] == ["confirmed", "confirmed", "applied", None]
    assert [type(one.refused) for one in done[2:]] == [errors.ActivityFull, NotFound]
    assert activity.confirmed_count == 2


def test_someone_of_another_activity_can_not_be_decided_on(context: APIFlask) -> None:
    mine, other = make_activity(kind="international_open"), make_activity(kind="international_open")
    stranger = apply(other, motivation="Planning")
    done = service.decide(activity_ref=mine.public_id, enrolment_refs=[stranger.public_id], decision="decline")
    assert isinstance(done[0].refused, NotFound)
    assert queries.enrolment(stranger.public_id).state == "applied"


def test_a_coordinator_of_another_division_does_not_see_the_activity(context: APIFlask) -> None:
    activity = make_activity(kind="international_open")
    with pytest.raises(NotFound):
        service.decide(
            activity_ref=activity.public_id, enrolment_refs=[], decision="accept", divisions=frozenset({"none_such"})
        )


def test_under_selection_a_freed_place_is_offered_and_accepting_keeps_it(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1)
    chosen, waiting = apply(activity, motivation="Planning"), apply(activity, motivation="Planning")
    service.decide(activity_ref=activity.public_id, enrolment_refs=[chosen.public_id], decision="accept")
    service.decide(activity_ref=activity.public_id, enrolment_refs=[waiting.public_id], decision="waitlist")
    service.withdraw(enrolment_ref=chosen.public_id, person_id=chosen.person_id)
    assert (waiting.state, waiting.place_number) == ("offered", 1)
    assert waiting.offer_expires_at is not None
    assert waiting.offer_expires_at - clock.now() > timedelta(days=2, hours=23)
    service.accept_offer(enrolment_ref=waiting.public_id, person_id=waiting.person_id)
    assert (waiting.state, waiting.place_number, waiting.sex) == ("confirmed", 1, "female")


def test_places_the_committee_has_not_given_stay_with_it_while_it_decides(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=3)
    people = [apply(activity, motivation="Planning") for _ in range(2)]
    service.decide(activity_ref=activity.public_id, enrolment_refs=[people[0].public_id], decision="waitlist")
    assert people[0].state == "waitlisted"
    service.decide(activity_ref=activity.public_id, enrolment_refs=[people[1].public_id], decision="decline")
    assert people[0].state == "offered"


def test_a_declined_offer_goes_to_the_next(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1)
    offered = make_offer(activity)
    following = enrol(activity, state="waitlisted")
    service.decline_offer(enrolment_ref=offered.public_id, person_id=offered.person_id)
    assert (offered.state, following.state) == ("withdrawn", "offered")


def test_a_lapsed_offer_can_not_be_accepted_and_the_sweep_passes_it_on_once(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1)
    lapsed = make_offer(activity, lapsed=True)
    following = enrol(activity, state="waitlisted")
    with pytest.raises(errors.OfferLapsed):
        service.accept_offer(enrolment_ref=lapsed.public_id, person_id=lapsed.person_id)
    assert [service.expire_offers(), service.expire_offers()] == [1, 0]
    states_now = [queries.enrolment(e.public_id).state for e in (lapsed, following)]
    assert states_now == ["expired", "offered"]


def test_raising_the_capacity_promotes_and_lowering_it_throws_nobody_out(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    apply(activity)
    waiting = [apply(activity) for _ in range(3)]
    catalogue.edit_activity(activity_ref=activity.public_id, version=activity.version, capacity=3)
    assert [queries.enrolment(e.public_id).state for e in waiting] == ["confirmed", "confirmed", "waitlisted"]
    with writing():
        activity.capacity = 1
    assert service.promote_waiting() == 0
    assert states(activity) == {"confirmed": 3, "waitlisted": 1}


def test_who_comes_while_others_wait_does_not_overtake_them(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    apply(activity)
    first = apply(activity)
    with writing():
        activity.capacity = 2
    newcomer = apply(activity)
    assert (queries.enrolment(first.public_id).state, newcomer.state) == ("confirmed", "waitlisted")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"status": "closed"}, errors.ActivityNotOpen),
        ({"record": "no_record"}, errors.ActivityNotOnRecordByPeople),
        ({"opens_in": 1}, errors.ApplicationsNotYetOpen),
        ({"closes_in": -1}, errors.ApplicationsClosed),
        ({"kind": "national_restricted"}, errors.ByNominationOnly),
        ({"admission": "invitation"}, errors.ByInvitationOnly),
        ({"eligible_countries": ["BRA"]}, errors.NotEligible),
    ],
)
def test_what_an_activity_refuses_is_said_plainly(context: APIFlask, fields, refusal) -> None:
    activity = make_activity(**fields)
    with pytest.raises(refusal):
        apply(activity)
    assert states(activity) == {}


def test_a_draft_and_the_enrolment_of_another_do_not_exist(context: APIFlask) -> None:
    with pytest.raises(NotFound):
        apply(make_activity(status="draft"))
    enrolment = apply(make_activity())
    with pytest.raises(NotFound):
        service.withdraw(enrolment_ref=enrolment.public_id, person_id=make_someone().id)


def test_nobody_leaves_an_activity_that_is_over(context: APIFlask) -> None:
    activity = make_activity(starts_in=-3)
    enrolment = enrol(activity)
    with pytest.raises(errors.ActivityIsOver):
        service.withdraw(enrolment_ref=enrolment.public_id, person_id=enrolment.person_id)


def test_what_is_put_in_directly_keeps_its_date_tells_nobody_and_respects_places(context: APIFlask) -> None:
    activity = make_activity(capacity=1, starts_in=-20)
    then = clock.now() - timedelta(days=30)
    enrolment = enrol(activity, at=then)
    assert (enrolment.confirmed_at, enrolment.applied_at, kinds_sent()) == (then, then, [])
    with pytest.raises(errors.ActivityFull):
        enrol(activity)
