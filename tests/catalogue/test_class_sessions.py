"""Class sessions: inside their activity's days, once at a time, counted by time, changed and taken out again."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from ilpes_lms.catalogue import errors, queries, service
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors as enrolment_errors
from ilpes_lms.enrolment import service as enrolment
from tests.factories import people
from tests.factories.attendance import make_taught, mark
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_someone

THE_DAY = date(2032, 4, 6)


def a_course(**fields: object) -> Activity:
    return make_activity("international_open", starts_on=THE_DAY, ends_on=THE_DAY + timedelta(days=20), **fields)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def add(activity: Activity, wall: str, **fields: str) -> ClassSession:
    return service.add_class_session(activity_id=activity.id, starts_wall=at(wall), minutes=60, **fields)


def listed(activity: Activity) -> list[tuple[int, str, str]]:
    db.session.expire_all()
    return [(each.number, each.wall_start, each.status) for each in queries.class_sessions(activity.id)]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("wall", "inside"),
    [
        ("2032-04-05T23:59", False),
        ("2032-04-06T00:00", True),
        ("2032-04-26T23:59", True),
        ("2032-04-27T00:00", False),
    ],
)
def test_a_class_session_lies_within_its_activitys_days(wall: str, inside: bool) -> None:
    activity = a_course()
    if inside:
        assert add(activity, wall).wall_start == wall
    else:
        with pytest.raises(errors.ClassSessionOutside) as refused:
            add(activity, wall)
        assert refused.value.field == "starts_wall"


@pytest.mark.usefixtures("context")
def test_the_days_are_the_activitys_own_wherever_the_class_session_is_given() -> None:
    activity = a_course(zone="America/Santiago")
    add(activity, "2032-04-27T08:00", zone="Asia/Tokyo")
    with pytest.raises(errors.ClassSessionOutside):
        add(activity, "2032-04-06T08:00", zone="Asia/Tokyo")


@pytest.mark.usefixtures("context")
def test_a_double_click_makes_no_second_class_session() -> None:
    activity = a_course()
    first = make_class_session(activity)
    with pytest.raises(errors.ClassSessionTwice):
        make_class_session(activity, minutes=30)
    assert len(listed(activity)) == 1
    with time_machine.travel("2032-04-01 12:00+00:00"):
        service.cancel_class_session(class_session_ref=first.public_id)
    make_class_session(activity)
    assert [status for _number, _wall, status in listed(activity)] == ["cancelled", "scheduled"]


@pytest.mark.usefixtures("context")
def test_the_database_itself_refuses_a_second_one_at_the_same_time() -> None:
    first = make_class_session(a_course())
    copied = {name: getattr(first, name) for name in ("activity_id", "starts_at", "ends_at", "zone", "wall_start")}

    def sneak() -> None:
        with writing() as session:
            session.add(ClassSession(**copied, number=9, title="", status="scheduled"))

    with pytest.raises(IntegrityError):
        sneak()


@pytest.mark.usefixtures("context")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True), moved=st.integers(0, 20))
def test_numbers_follow_time_in_whatever_order_class_sessions_are_entered_and_moved(
    days: list[int], moved: int
) -> None:
    activity = a_course()
    entered = [make_class_session(activity, starts_wall=at("2032-04-06T10:00") + timedelta(days=day)) for day in days]
    service.edit_class_session(
        class_session_ref=entered[-1].public_id, starts_wall=at("2032-04-06T11:00") + timedelta(days=moved)
    )
    if len(entered) > 1:
        service.remove_class_session(class_session_ref=entered[0].public_id)
    found = listed(activity)
    assert [number for number, _wall, _status in found] == list(range(1, len(found) + 1))
    assert [wall for _number, wall, _status in found] == sorted(wall for _number, wall, _status in found)


@pytest.mark.usefixtures("context")
def test_moving_one_counts_as_a_move_and_renaming_does_not() -> None:
    session = make_class_session(a_course(), title="Uno")
    ref, before = session.public_id, session.sequence
    renamed = service.edit_class_session(
        class_session_ref=ref,
        title="Otro",
        joining_link="https://meet.example.org/x",
        starts_wall=at("2032-04-06T10:00"),
    )
    assert (renamed.title, renamed.joining_link, renamed.sequence) == ("Otro", "https://meet.example.org/x", before)
    moved = service.edit_class_session(class_session_ref=ref, starts_wall=at("2032-04-07T16:30"), minutes=45)
    assert (moved.wall_start, moved.minutes, moved.sequence) == ("2032-04-07T16:30", 45, before + 1)
    assert (moved.title, moved.zone) == ("Otro", session.zone)
    with pytest.raises(errors.ClassSessionOutside):
        service.edit_class_session(class_session_ref=ref, starts_wall=at("2033-04-07T16:30"))


@pytest.mark.usefixtures("context")
def test_one_is_not_moved_onto_another_nor_moved_once_it_is_cancelled() -> None:
    activity = make_activity(starts_in=3, days=5)
    first, second = make_class_session(activity), make_class_session(activity, starts_in=5)
    with pytest.raises(errors.ClassSessionTwice):
        service.edit_class_session(class_session_ref=second.public_id, starts_wall=at(first.wall_start))
    service.cancel_class_session(class_session_ref=first.public_id)
    with pytest.raises(errors.ClassSessionCancelled):
        service.edit_class_session(class_session_ref=first.public_id, title="Nuevo")


@pytest.mark.usefixtures("context")
def test_a_mistake_is_taken_out_also_of_a_day_that_is_past() -> None:
    draft = make_activity(status="draft", starts_on=date(2020, 1, 1))
    wrong = make_class_session(draft)
    service.remove_class_session(class_session_ref=wrong.public_id)
    assert listed(draft) == []
    with pytest.raises(NotFound):
        service.remove_class_session(class_session_ref=wrong.public_id)


@pytest.mark.usefixtures("context")
def test_what_has_marks_is_not_taken_out() -> None:
    taught = make_taught()
    session, enrolment = taught.sessions[0], taught.enrolments[0]
    mark(session, enrolment)
    with pytest.raises(errors.ClassSessionInUse):
        service.remove_class_session(class_session_ref=session.public_id)
    assert len(listed(session.activity)) >= 1


@pytest.mark.usefixtures("context")
def test_a_coordinator_of_another_division_neither_changes_nor_removes() -> None:
    session = make_class_session(make_activity(division="statistics"))
    other = frozenset({"ilpes"})
    with pytest.raises(NotFound):
        service.edit_class_session(class_session_ref=session.public_id, title="x", divisions=other)
    with pytest.raises(NotFound):
        service.remove_class_session(class_session_ref=session.public_id, divisions=other)


@pytest.mark.usefixtures("context")
def test_nobody_enrols_once_the_only_class_session_is_over() -> None:
    with time_machine.travel("2032-04-06 12:00+00:00", tick=False) as now:
        webinar = make_activity(starts_on=THE_DAY, zone="UTC")
        make_class_session(webinar, starts_wall=at("2032-04-06T13:00"), minutes=60)
        enrolment.apply(activity_ref=webinar.public_id, person_id=make_someone().id)
        now.move_to(clock.now() + timedelta(hours=2))
        with pytest.raises(enrolment_errors.ApplicationsClosed):
            enrolment.apply(activity_ref=webinar.public_id, person_id=make_someone().id)


@pytest.mark.usefixtures("context")
def test_without_class_sessions_the_last_day_is_open_to_its_end() -> None:
    with time_machine.travel("2032-04-06 23:00+00:00", tick=False):
        webinar = make_activity(starts_on=THE_DAY, zone="UTC")
        assert enrolment.apply(activity_ref=webinar.public_id, person_id=make_someone().id).state == "confirmed"


def coordinate(app: APIFlask, client: FlaskClient) -> tuple[str, str]:
    """Sign a coordinator in and return an activity with a class session, by their refs."""
    with app.app_context():
        people.coordinator("carla@example.org")
        activity = make_activity(starts_in=5, days=3)
        session = make_class_session(activity, title="Taller")
        refs = activity.public_id, session.public_id
    people.sign_in(client, "carla@example.org")
    return refs


def test_a_coordinator_changes_and_removes_a_class_session_on_the_pages(app: APIFlask, client: FlaskClient) -> None:
    activity_ref, ref = coordinate(app, client)
    page = f"/coordinate/class-sessions/{ref}/edit"
    assert 'value="Taller"' in client.get(page).text
    with app.app_context():
        day = queries.class_session(ref).activity.starts_on
    data = {"starts_wall": f"{day}T18:00", "minutes": "30", "zone": "America/Lima", "title": "Taller 2"}
    saved = people.form_post(client, page, data=data, page=page)
    assert saved.location == f"/coordinate/activities/{activity_ref}/class-sessions"
    outside = people.form_post(client, page, data={**data, "starts_wall": "2001-01-01T10:00"}, page=page)
    assert outside.status_code == 422
    assert "field-error" in outside.text
    assert "Taller 2" in client.get(saved.location).text
    people.form_post(client, f"/coordinate/class-sessions/{ref}/remove", page=saved.location)
    assert "Taller 2" not in client.get(saved.location).text
    assert client.get(page).status_code == 404


def test_a_program_changes_and_removes_a_class_session(app: APIFlask, client: FlaskClient) -> None:
    _activity, ref = coordinate(app, client)
    headers = people.bearer(app, "carla@example.org")
    address = f"/api/v1/class-sessions/{ref}"
    assert client.patch(address, json={"title": "Otro"}, headers=headers).get_json()["title"] == "Otro"
    outside = client.patch(address, json={"starts_wall": "2001-01-01T10:00:00"}, headers=headers)
    assert (outside.status_code, outside.mimetype) == (422, "application/problem+json")
    assert client.patch(address, json={"minutes": None}, headers=headers).status_code == 422
    assert client.delete(address, headers=headers).status_code == 204
    assert client.delete(address, headers=headers).status_code == 404


def taught_by(name: str) -> tuple[str, str, date]:
    """Return an activity to come that somebody teaches, and its class session, by their refs, and its first day."""
    activity = make_activity(starts_in=5, days=3)
    session = make_class_session(activity)
    with writing():
        service.assign(activity_id=activity.id, person_id=people.person(f"{name}@example.org").id, role="instructor")
    return activity.public_id, session.public_id, activity.starts_on


def test_an_instructor_plans_moves_and_cancels_in_their_own_activity_alone(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        (mine, my_session, day), (theirs, their_session, _day) = taught_by("profe"), taught_by("otra")
    people.sign_in(client, "profe@example.org")
    page, other = (f"/coordinate/activities/{ref}/class-sessions" for ref in (mine, theirs))
    assert page in client.get(f"/teach/activities/{mine}").text
    listed_there = client.get(page).text
    assert f"{page}/pattern" in listed_there
    assert f"/coordinate/activities/{mine}/edit" not in listed_there
    data = {"starts_wall": f"{day}T18:00", "minutes": "30", "zone": "America/Lima", "title": "Taller"}
    assert people.form_post(client, page, data=data, page=page).status_code == 303
    people.form_post(client, f"/coordinate/class-sessions/{my_session}/cancel", page=page)
    after = client.get(page).text
    assert "Taller" in after
    assert "Cancelada" in after
    headers = people.bearer(app, "profe@example.org")
    for address in (other, f"/coordinate/class-sessions/{their_session}/edit"):
        assert client.get(address).status_code == 404
    changed = {"title": "Otro"}
    for ref, status in ((their_session, 404), (my_session, 409)):
        assert client.patch(f"/api/v1/class-sessions/{ref}", json=changed, headers=headers).status_code == status


def test_enrolled_people_are_no_hindrance_to_correcting_the_time(context: APIFlask) -> None:
    activity = make_activity(starts_in=5)
    session = make_class_session(activity)
    enrol(activity)
    moved = service.edit_class_session(class_session_ref=session.public_id, minutes=15)
    assert moved.minutes == 15


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("days", [1, 7, -1, 100])
def test_class_sessions_to_come_move_along_with_the_first_day_at_the_same_hour(days: int) -> None:
    activity = a_course(zone="America/Santiago")
    for day in (6, 7, 8, 26):
        make_class_session(activity, starts_wall=at(f"2032-04-{day:02}T10:00"))
    shift = timedelta(days=days)
    service.edit_activity(
        activity_ref=activity.public_id, version=activity.version, starts_on=activity.starts_on + shift,
        ends_on=activity.ends_on + shift, move_class_sessions=True,
    )  # fmt: skip
    expected = [at(f"2032-04-{day:02}T10:00") + shift for day in (6, 7, 8, 26)]
    assert [at(wall) for _number, wall, _status in listed(activity)] == expected
    assert {session.sequence for session in queries.class_sessions(activity.id)} == {1}


@pytest.mark.usefixtures("context")
def test_dates_that_leave_a_class_session_behind_are_refused() -> None:
    activity = a_course()
    make_class_session(activity)
    with pytest.raises(errors.ClassSessionsLeftBehind) as refused:
        service.edit_activity(
            activity_ref=activity.public_id, version=activity.version, starts_on=THE_DAY + timedelta(days=1)
        )
    assert refused.value.field == "starts_on"
    assert queries.managed_activity(activity.public_id, frozenset()).starts_on == THE_DAY


@pytest.mark.usefixtures("context")
def test_what_has_taken_place_does_not_move_along() -> None:
    # A day more than it seems to need: at some hours it is another day where the activity takes place.
    running = make_activity(starts_in=-4, days=10)
    held, coming = make_class_session(running, starts_in=-2), make_class_session(running, starts_in=2)
    before = [at(held.wall_start), at(coming.wall_start) + timedelta(days=1)]
    with pytest.raises(errors.ClassSessionsLeftBehind):
        service.edit_activity(
            activity_ref=running.public_id, version=running.version, starts_on=running.starts_on + timedelta(days=5),
            move_class_sessions=True,
        )  # fmt: skip
    service.edit_activity(
        activity_ref=running.public_id, version=running.version, starts_on=running.starts_on + timedelta(days=1),
        move_class_sessions=True,
    )  # fmt: skip
    assert [at(wall) for _number, wall, _status in listed(running)] == before


def test_the_settings_offer_to_move_class_sessions_along(app: APIFlask, client: FlaskClient) -> None:
    activity_ref, _ref = coordinate(app, client)
    page = f"/coordinate/activities/{activity_ref}/edit"
    assert 'name="move_class_sessions"' in client.get(page).text
    headers = people.bearer(app, "carla@example.org")
    address = f"/api/v1/activities/{activity_ref}"
    seen = client.get(f"/api/v1/coordinate/activities/{activity_ref}", headers=headers)
    sent = {"starts_on": "2035-03-01", "ends_on": "2035-03-03"}
    named = {**headers, "If-Match": seen.headers["ETag"]}
    left = client.patch(address, json=sent, headers=named)
    assert (left.status_code, left.get_json()["errors"][0]["field"]) == (422, "starts_on")
    moved = client.patch(address, json={**sent, "move_class_sessions": True}, headers=named)
    assert moved.get_json()["class_sessions"][0]["wall_start"] == "2035-03-01T10:00"
