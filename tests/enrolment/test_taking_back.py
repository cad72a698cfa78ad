"""A mistaken acceptance is taken back, whichever way the person came: told why, the place freed and passed on."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.rules import Reviewer
from ilpes_lms.notifications import kinds
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import render
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states, token_of
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

API = "/api/v1"
WHY = "Two applications of one person were mixed up."


def decide(activity: Activity, *people: Enrolment, decision: str = "decline", **options) -> list[service.Decided]:
    refs = [one.public_id for one in people]
    values = {"reason": WHY, "take_back": refs, **options}
    return service.decide(activity_ref=activity.public_id, enrolment_refs=refs, decision=decision, **values)


def letter(enrolment: Enrolment) -> Message:
    own = select(Message).where(Message.person_id == enrolment.person_id).order_by(Message.id.desc())
    return db.session.scalars(own.limit(1)).one()


def came_by(activity: Activity) -> Enrolment:
    """Let somebody come to an activity in the way that it admits people."""
    someone = make_someone()
    if activity.admission == "open":
        return service.apply(activity_ref=activity.public_id, person_id=someone.id)
    if activity.admission == "selection":
        applied = service.apply(activity_ref=activity.public_id, person_id=someone.id, motivation="Planning")
        service.decide(activity_ref=activity.public_id, enrolment_refs=[applied.public_id], decision="accept")
        return applied
    asked = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz"}
    if activity.admission == "nomination":
        _quota, token = make_quota(activity, places=1)
        service.nominate(token=token, **asked)
    else:
        service.invite(activity_ref=activity.public_id, **asked)
    return service.accept_invitation(token=token_of("enrolment.invitation"), person_id=someone.id)


WAYS = [
    ("webinar", "open"), ("international_open", "selection"), ("national_restricted", "nomination"),
    ("national_restricted", "invitation"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "admission"), WAYS)
def test_a_place_is_taken_back_whichever_way_the_person_came(context: APIFlask, kind: str, admission: str) -> None:
    activity = make_activity(kind=kind, admission=admission, capacity=1)
    one = came_by(activity)
    assert one.state == "confirmed"
    (done,) = decide(activity, one)
    assert (done.refused, one.state, activity.confirmed_count) == (None, "declined", 0)
    change = one.changes[-1]
    assert (change.from_state, change.to_state, change.reason) == ("confirmed", "declined", WHY)
    message = letter(one)
    kind_of_letter = kinds.kind_named(message.kind)
    assert message.kind == "enrolment.place_taken_back"
    assert kind_of_letter.is_due(message.values, one.person_id)
    assert WHY in render(kind_of_letter, message.values, language="en", person_name="Luz").text
    assert all(found.state == "withdrawn" for found in db.session.scalars(select(Invitation)))
    (again,) = service.decide(activity_ref=activity.public_id, enrolment_refs=[one.public_id], decision="accept")
    # A place that belongs to an institution is kept for whom it names next.
    assert (again.refused is None) == (admission != "nomination")


def test_the_place_goes_to_the_next_who_waits(context: APIFlask) -> None:
    activity = make_activity(capacity=1, promotes_by="place")
    one, following = enrol(activity), enrol(activity, state="waitlisted")
    decide(activity, one)
    assert (one.state, following.state) == ("declined", "confirmed")


def test_a_nominee_s_place_goes_back_to_the_institution(context: APIFlask) -> None:
    activity = make_activity(kind="national_restricted", capacity=1)
    quota, token = make_quota(activity, places=1)
    asked = {"given_names": "Luz", "first_surname": "Paz"}
    service.nominate(token=token, email="luz@example.org", **asked)
    one = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=make_someone().id)
    with pytest.raises(errors.QuotaFull):
        service.nominate(token=token, email="ana@example.org", **asked)
    for named in ([one.public_id], []):
        (waits,) = decide(activity, one, decision="waitlist", take_back=named)
        assert isinstance(waits.refused, errors.NomineeCannotWait)
    decide(activity, one)
    assert queries.filled(quota.id) == 0
    service.nominate(token=token, email="ana@example.org", **asked)
    again = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=make_someone().id)
    assert again.state == "confirmed"


def test_an_invited_person_can_be_invited_anew(context: APIFlask) -> None:
    activity = make_activity(kind="national_restricted", admission="invitation", capacity=1)
    one = came_by(activity)
    decide(activity, one)
    service.invite(activity_ref=activity.public_id, email="luz@example.org", given_names="Luz", first_surname="Paz")
    back = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=one.person_id)
    assert (back.id, back.state) == (one.id, "confirmed")


def test_who_has_a_place_keeps_it_unless_named_expressly(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    one, other = enrol(activity), enrol(activity, state="applied")
    for decision in ("decline", "waitlist"):
        (kept, _done) = decide(activity, one, other, decision=decision, take_back=[])
        assert isinstance(kept.refused, errors.HasAPlace)
    assert one.state == "confirmed"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_nobody_loses_a_place_without_a_reason_and_nothing_else_is_done_then(context: APIFlask, reason: str) -> None:
    activity = make_activity(kind="international_open", capacity=5)
    one, other = enrol(activity), enrol(activity, state="applied")
    with pytest.raises(errors.ReasonToPersonMissing) as refused:
        decide(activity, other, one, reason=reason)
    assert refused.value.field == "reason"
    assert states(activity) == {"confirmed": 1, "applied": 1}


def test_to_the_waiting_list_goes_only_whom_it_keeps_waiting(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1, promotes_by="place")
    one = enrol(activity)
    with pytest.raises(errors.PlaceComesBack):
        decide(activity, one, decision="waitlist")
    assert states(activity) == {"confirmed": 1}
    first = enrol(activity, state="waitlisted")
    decide(activity, one, decision="waitlist")
    assert (one.state, first.state) == ("waitlisted", "confirmed")
    assert (
        "Your position: 1"
        in render(
            kinds.kind_named("enrolment.place_taken_back"), letter(one).values, language="en", person_name="Luz"
        ).text
    )


def test_what_is_over_stays_as_it_was(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    one = enrol(activity)
    with writing():
        activity.starts_on = activity.ends_on = clock.today("America/Santiago") - timedelta(days=2)
    (done,) = decide(activity, one)
    assert isinstance(done.refused, errors.ActivityIsOver)


def test_who_declared_a_conflict_of_interest_takes_no_place_back(context: APIFlask) -> None:
    activity, judge = make_activity(kind="international_open", capacity=1), coordinator()
    one = enrol(activity)
    service.declare_conflict(
        activity_ref=activity.public_id, enrolment_ref=one.public_id, reviewer=Reviewer(judge.id, frozenset())
    )
    (done,) = decide(activity, one, decider=judge.id)
    assert (type(done.refused), one.state) == (errors.ConflictDeclared, "confirmed")


@pytest.fixture
def staff(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        coordinator(language="en")
    sign_in(client, "coordinator@example.org")
    return client


def test_the_page_asks_expressly_shows_the_letter_and_needs_the_reason(app: APIFlask, staff: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5)
        ref, one = activity.public_id, enrol(activity, make_someone(language="en")).public_id
        other = enrol(activity, state="applied").public_id
    board = f"/coordinate/activities/{ref}/applications"
    shown = form_post(staff, f"{board}/preview", {"decision": "decline", "chosen": [one, other]}, page=board)
    assert "They have a place" in shown.text
    assert f'name="taken" id="taken-{one}"' in shown.text
    assert f'name="chosen" value="{one}"' not in shown.text
    values = {"decision": "decline", "chosen": [other], "taken": [one]}
    refused = form_post(staff, f"/coordinate/activities/{ref}/decisions", values, page=board)
    assert refused.status_code == 422
    assert "Write the reason: the person reads it." in refused.text
    assert f'id="taken-{one}" value="{one}" checked' in refused.text
    seen = form_post(staff, f"{board}/preview", {**values, "reason": WHY}, page=board)
    assert "was taken back." in seen.text
    done = form_post(staff, f"/coordinate/activities/{ref}/decisions", {**values, "reason": WHY}, page=board)
    assert done.status_code == 303
    with app.app_context():
        assert [queries.enrolment(found).state for found in (one, other)] == ["declined", "declined"]


def test_about_one_person_with_a_place_the_page_speaks_of_the_place(app: APIFlask, staff: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=5)
        ref, one = activity.public_id, enrol(activity).public_id
    page = f"/coordinate/activities/{ref}/applications/{one}"
    assert "Deciding otherwise takes it back" in staff.get(page).text
    board = f"/coordinate/activities/{ref}/applications"
    shown = form_post(staff, f"{board}/preview", {"decision": "decline", "chosen": one}, page=page).text
    assert "<h1>Take places back</h1>" in shown
    assert f'id="taken-{one}" value="{one}" checked' in shown
    assert "A sentence to the people</label>" in shown
    assert "Take the place of those ticked back" in shown


def test_json_takes_a_place_back_only_of_those_named(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        coordinator()
        activity = make_activity(capacity=5)
        ref, one = activity.public_id, enrol(activity).public_id
    headers = bearer(app, "coordinator@example.org")
    body = {"decision": "decline", "enrolments": [one], "reason": WHY}
    kept = client.post(f"{API}/activities/{ref}/decisions", json=body, headers=headers).get_json()["items"][0]
    assert (kept["state"], kept["refused"]["code"]) == ("confirmed", "has_a_place")
    named = {**body, "take_back": [one]}
    wordless = client.post(f"{API}/activities/{ref}/decisions", json={**named, "reason": ""}, headers=headers)
    assert wordless.status_code == 422
    done = client.post(f"{API}/activities/{ref}/decisions", json=named, headers=headers).get_json()["items"][0]
    assert (done["state"], done["refused"]) == ("declined", None)


def test_one_s_own_page_says_what_became_of_the_place_and_why(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        ana = person("ana@example.org", language="en")
        activity = make_activity(capacity=5)
        one = enrol(activity, ana)
        decide(activity, one)
        ref = one.public_id
    sign_in(client, "ana@example.org")
    shown = client.get(f"/my/enrolments/{ref}").text
    assert "Your place was taken back." in shown
    assert WHY in shown
