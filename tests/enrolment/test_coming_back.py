"""Who has withdrawn or let an offer lapse comes back only by themselves, on every way; who was declined, by a word."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import errors, queries, rules, service
from ilpes_lms.enrolment.models import Enrolment
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_offer, make_someone, states, token_of
from tests.factories.people import bearer, coordinator, form_post, sign_in

API = "/api/v1"
REFUSALS = {"withdrawn": errors.HasWithdrawn, "expired": errors.LetOfferLapse}
ENDS = pytest.mark.parametrize("end", ["withdrawn", "expired"])


def gone(activity: Activity, end: str) -> Enrolment:
    """Return somebody who had a place, or an offer of one, and has left."""
    if end == "expired":
        offered = make_offer(activity, lapsed=True)
        service.expire_offers()
        return offered
    one = enrol(activity)
    service.withdraw(enrolment_ref=one.public_id, person_id=one.person_id)
    return one


def invite(activity: Activity) -> str:
    service.invite(activity_ref=activity.public_id, email="luz@example.org", given_names="Luz", first_surname="Paz")
    return token_of("enrolment.invitation")


@ENDS
@pytest.mark.parametrize("decision", list(rules.DECISIONS))
def test_a_committee_brings_nobody_back_who_has_left(context: APIFlask, end: str, decision: str) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    left, other = gone(activity, end), enrol(activity, state="applied")
    refs = [left.public_id, other.public_id]
    asked = {"activity_ref": activity.public_id, "enrolment_refs": refs, "decision": decision}
    assert [type(one.refused) for one in service.foresee(**asked)] == [REFUSALS[end], type(None)]
    done = service.decide(**asked)
    assert [type(one.refused) for one in done] == [REFUSALS[end], type(None)]
    assert (left.state, other.changes[1].to_state) == (end, rules.DECISIONS[decision])


@ENDS
def test_nor_does_an_entry_by_hand_and_they_themselves_do(context: APIFlask, end: str) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    left = gone(activity, end)
    with pytest.raises(REFUSALS[end]):
        service.enrol_directly(activity_id=activity.id, person_id=left.person_id)
    back = service.apply(activity_ref=activity.public_id, person_id=left.person_id, motivation="After all")
    assert (back.id, back.state) == (left.id, "applied")


@ENDS
def test_an_invitation_that_they_accept_brings_them_back(context: APIFlask, end: str) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    left = gone(activity, end)
    back = service.accept_invitation(token=invite(activity), person_id=left.person_id)
    assert (back.id, back.state) == (left.id, "confirmed")


def test_who_was_declined_is_accepted_later_by_a_coordinator(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    ref = enrol(activity, state="applied").public_id
    for decision in ("decline", "accept"):
        (done,) = service.decide(activity_ref=activity.public_id, enrolment_refs=[ref], decision=decision)
        assert done.refused is None
    assert states(activity) == {"confirmed": 1}


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        coordinator(language="en")
    sign_in(client, "coordinator@example.org")
    return client


@ENDS
def test_the_pages_do_not_offer_it_and_say_why_to_who_asks_all_the_same(
    app: APIFlask, staff: FlaskClient, end: str
) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5)
        ref, left = activity.public_id, gone(activity, end).public_id
        other = enrol(activity, make_someone(), "applied").public_id
    board = staff.get(f"/coordinate/activities/{ref}/applications?lang=en")
    assert f'name="chosen" id="chosen-{other}"' in board.text
    assert f'name="chosen" id="chosen-{left}"' not in board.text
    one = staff.get(f"/coordinate/activities/{ref}/applications/{left}")
    assert 'name="decision"' not in one.text
    assert "comes back by applying again" in one.text
    values = {"decision": "accept", "chosen": [left, other]}
    board_page = f"/coordinate/activities/{ref}/applications"
    shown = form_post(staff, f"{board_page}/preview", values, page=board_page)
    assert "They come back by applying again" in shown.text
    decided = form_post(staff, f"/coordinate/activities/{ref}/decisions", values, page=board_page)
    assert "They come back by applying again" in decided.text
    with app.app_context():
        assert (queries.enrolment(left).state, queries.enrolment(other).state) == (end, "confirmed")


@ENDS
def test_json_and_a_changed_proposal_refuse_it_too(app: APIFlask, staff: FlaskClient, end: str) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5)
        ref, left = activity.public_id, gone(activity, end).public_id
    assert left not in staff.get(f"/coordinate/activities/{ref}/applications/proposal").text
    changed = form_post(staff, f"/coordinate/activities/{ref}/applications/proposal", {"chosen": [left]})
    assert left not in changed.text
    answer = staff.post(
        f"{API}/activities/{ref}/decisions", json={"decision": "accept", "enrolments": [left]},
        headers=bearer(app, "coordinator@example.org"),
    )  # fmt: skip
    (item,) = answer.get_json()["items"]
    assert (item["state"], item["refused"]["code"]) == (end, REFUSALS[end]().code)
