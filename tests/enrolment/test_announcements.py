"""When an activity is called off or moved, everyone it concerns is told, and every page says so."""

from collections import Counter
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import errors, service
from ilpes_lms.enrolment.models import Enrolment
from tests.factories import people
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_offer, make_someone
from tests.factories.notifications import deliver_all, deliver_later, mailbox, messages, text_of

CANCELLED = "enrolment.activity_cancelled"


def told(app: APIFlask, kind: str) -> Counter[str]:
    """Return how many messages of a kind stand in each state."""
    return Counter(message.state for message in messages(app) if message.kind == kind)


def test_everyone_on_the_list_of_a_cancelled_activity_gets_one_letter(app: APIFlask) -> None:
    with app.app_context():
        course = make_activity("international_open", title="Planificación", capacity=2, contact="cursos@example.org")
        offered = make_offer(course)
        enrol(course, make_someone(email="ana@example.org", given_names="Ana", zone="America/Lima"))
        waiting, applied = enrol(course, state="waitlisted"), enrol(course, state="applied")
        gone = enrol(course, state="applied")
        service.withdraw(enrolment_ref=gone.public_id, person_id=gone.person_id)
        elsewhere = enrol(make_activity()).person_id
        catalogue.cancel(activity_ref=course.public_id)
        assert {offered.state, waiting.state, applied.state} == {"offered", "waitlisted", "applied"}
    deliver_all(app)
    assert told(app, CANCELLED) == {"sent": 4}
    letter = mailbox(app, to="ana@example.org")[-1]
    assert letter["Subject"] == "Cancelada: Planificación"
    assert "cursos@example.org" in text_of(letter)
    assert elsewhere not in {message.person_id for message in messages(app) if message.kind == CANCELLED}


def test_those_who_teach_a_cancelled_activity_get_a_letter_of_their_own_for_each(app: APIFlask) -> None:
    with app.app_context():
        teacher = make_someone(email="profesora@example.org", given_names="Elena")
        courses = [make_activity(title=title, contact="cursos@example.org") for title in ("Presupuesto", "Datos")]
        for course in courses:
            catalogue.assign(activity_id=course.id, person_id=teacher.id, role="instructor")
        helped = make_activity()
        catalogue.assign(activity_id=helped.id, person_id=teacher.id, role="co_coordinator")
        refs = [course.public_id for course in courses]
        for ref in (*refs, helped.public_id):
            catalogue.cancel(activity_ref=ref)
    deliver_all(app)
    assert told(app, "enrolment.taught_cancelled") == {"sent": 2}
    letters = mailbox(app, to="profesora@example.org")
    assert {letter["Subject"] for letter in letters} == {"Cancelada: Presupuesto", "Cancelada: Datos"}
    assert {ref for ref in refs for letter in letters if f"/teach/activities/{ref}" in text_of(letter)} == set(refs)


def test_whoever_teaches_no_more_is_not_told_that_it_is_cancelled(app: APIFlask) -> None:
    with app.app_context():
        teacher, course = make_someone(), make_activity()
        catalogue.assign(activity_id=course.id, person_id=teacher.id, role="instructor")
        catalogue.cancel(activity_ref=course.public_id)
        catalogue.unassign(activity_ref=course.public_id, person_ref=teacher.public_id, role="instructor")
    deliver_all(app)
    assert told(app, "enrolment.taught_cancelled")["sent"] == 0


def test_what_was_to_be_said_of_a_place_is_not_said_once_the_activity_is_cancelled(app: APIFlask) -> None:
    with app.app_context():
        webinar = make_activity()
        enrol(webinar)
        service.apply(activity_ref=webinar.public_id, person_id=make_someone().id)
        catalogue.cancel(activity_ref=webinar.public_id)
    deliver_all(app)
    assert told(app, "enrolment.confirmed")["sent"] == 0
    assert told(app, CANCELLED) == {"sent": 2}


def test_nobody_is_told_when_the_cancellation_is_rolled_back(context: APIFlask) -> None:
    webinar = make_activity()
    enrol(webinar)

    def regret() -> None:
        with writing():
            catalogue.cancel(activity_ref=webinar.public_id)
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        regret()
    assert not told(context, CANCELLED)


def test_of_what_is_over_nobody_is_told(context: APIFlask) -> None:
    past = make_activity(starts_in=-5)
    enrol(past)
    catalogue.cancel(activity_ref=past.public_id)
    assert not told(context, CANCELLED)


def test_who_withdraws_before_the_letter_leaves_gets_none(app: APIFlask) -> None:
    with app.app_context():
        webinar = make_activity()
        enrol(webinar)
        catalogue.cancel(activity_ref=webinar.public_id)
        with writing() as session:
            session.execute(update(Enrolment).values(state="withdrawn", place_number=None))
    deliver_all(app)
    assert told(app, CANCELLED) == {"skipped": 1}


def test_a_cancelled_activity_takes_its_coming_class_sessions_with_it(context: APIFlask) -> None:
    running = make_activity(starts_in=-3, days=10)
    held = make_class_session(running, starts_in=-2)
    coming = make_class_session(running, starts_in=2)
    before = coming.sequence
    catalogue.cancel(activity_ref=running.public_id)
    assert (held.status, coming.status) == ("scheduled", "cancelled")
    assert coming.sequence == before + 1


def test_nothing_can_be_decided_or_accepted_any_more(context: APIFlask) -> None:
    course = make_activity("international_open", capacity=1)
    offered, applied = make_offer(course), enrol(course, state="applied")
    catalogue.cancel(activity_ref=course.public_id)
    with pytest.raises(errors.ActivityWasCancelled):
        service.accept_offer(enrolment_ref=offered.public_id, person_id=offered.person_id)
    with pytest.raises(errors.ActivityWasCancelled):
        service.withdraw(enrolment_ref=applied.public_id, person_id=applied.person_id)
    with pytest.raises(errors.ActivityWasCancelled):
        service.decide(activity_ref=course.public_id, enrolment_refs=[applied.public_id], decision="accept")


def test_a_participants_pages_all_say_that_it_is_cancelled(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        webinar = make_activity(title="Gobierno abierto", joining_link="https://meet.example.org/abc")
        make_class_session(webinar)
        mine, activity_ref = enrol(webinar, ana).public_id, webinar.public_id
        catalogue.cancel(activity_ref=activity_ref)
    people.sign_in(client, "ana@example.org")
    desk = client.get("/my?lang=en").text
    assert "Cancelled activities" in desk
    assert "class session to come" not in desk
    assert "Activities you take part in" not in desk
    for path in ("/my/enrolments", f"/my/enrolments/{mine}", f"/activities/{activity_ref}"):
        page = client.get(path, follow_redirects=True).text
        assert "Activity cancelled" in page, path
        assert "Withdraw<" not in page, path
        assert "meet.example.org" not in page, path
    answer = client.get("/api/v1/my", headers=people.bearer(app, "ana@example.org")).get_json()
    assert [each["id"] for each in answer["cancelled"]] == [mine]
    assert answer["running"] == answer["class_sessions"] == []


def test_a_coordinator_is_asked_with_the_number_of_those_who_will_be_told(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        webinar = make_activity()
        enrol(webinar)
        enrol(webinar)
        activity_ref, nobody = webinar.public_id, make_activity().public_id
        people.coordinator("carla@example.org")
    people.sign_in(client, "carla@example.org")
    asked = client.get(f"/coordinate/activities/{activity_ref}?lang=en").text
    assert "2 people have a place, wait for one or have applied" in asked
    assert "no message goes out" in client.get(f"/coordinate/activities/{nobody}").text
    with app.app_context():
        catalogue.cancel(activity_ref=activity_ref)
    after = client.get(f"/coordinate/activities/{activity_ref}").text
    assert "The activity is cancelled: nobody takes part." in after
    assert "places taken" not in after
    assert told(app, CANCELLED) == {"queued": 2}


def test_the_public_page_strikes_the_class_sessions_of_a_cancelled_activity(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        webinar = make_activity()
        make_class_session(webinar)
        activity_ref = webinar.public_id
        catalogue.cancel(activity_ref=activity_ref)
    page = client.get(f"/activities/{activity_ref}", follow_redirects=True).text
    assert page.count("<s>") == 1


MOVED = "enrolment.dates_changed"


def move(app: APIFlask, ref: str, days: int, **more: bool) -> None:
    """Give an activity dates so many days later."""
    with app.app_context():
        activity = queries.managed_activity(ref, frozenset())
        shift = timedelta(days=days)
        catalogue.edit_activity(
            activity_ref=ref, version=activity.version, starts_on=activity.starts_on + shift,
            ends_on=activity.ends_on + shift, **more,
        )  # fmt: skip


def test_who_has_a_place_or_is_offered_one_hears_of_new_dates_with_the_old_ones(app: APIFlask) -> None:
    with app.app_context():
        course = make_activity("international_open", title="Prospectiva", capacity=2, starts_on=date(2032, 4, 6))
        make_offer(course)
        enrol(course, make_someone(email="ana@example.org", language="en"))
        enrol(course, state="waitlisted")
        ref = course.public_id
    move(app, ref, 7)
    deliver_later(app)
    assert told(app, MOVED) == {"sent": 2}
    letter = mailbox(app, to="ana@example.org")[-1]
    assert letter["Subject"] == "New dates: Prospectiva"
    text = text_of(letter)
    assert {"When: 13 Apr 2032", "Dates before: 6 Apr 2032"} <= set(text.splitlines())


def test_dates_that_changed_twice_before_the_letter_leaves_are_told_once(app: APIFlask) -> None:
    with app.app_context():
        course = make_activity(starts_in=10)
        enrol(course)
        ref = course.public_id
    move(app, ref, 7)
    move(app, ref, 7)
    deliver_later(app)
    assert told(app, MOVED) == {"skipped": 1, "sent": 1}


@pytest.mark.parametrize("status", ["draft", "published"])
def test_nobody_hears_of_what_did_not_change_or_is_not_public(app: APIFlask, status: str) -> None:
    with app.app_context():
        activity = make_activity(status=status, starts_in=10)
        enrol(activity)
        ref, version = activity.public_id, activity.version
        catalogue.edit_activity(activity_ref=ref, version=version, titles={"es": "Otro"}, starts_on=activity.starts_on)
    if status == "draft":
        move(app, ref, 7)
    assert not told(app, MOVED)
