"""The desks as JSON: the same facts as on the pages, and no more than the caller may know."""

from datetime import timedelta

import pytest
import time_machine

from ilpes_lms import config
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.desks.settings import shown_settings
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Invitation
from tests.factories import people
from tests.factories.attendance import complete, make_taught, mark
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol

MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _afternoon():
    with time_machine.travel("2027-04-06 15:00+00:00", tick=True):
        yield


def test_home_offers_courses_webinars_and_the_figures_of_the_report(app, client) -> None:
    with app.app_context():
        load_report()
        publish_report()
        course = make_activity("international_open", closes_in=3, starts_in=30).public_id
        webinar = make_activity("webinar", starts_in=2).public_id
    answer = client.get("/api/v1/home").get_json()
    assert [card["ref"] for card in answer["courses"]] == [course]
    assert [card["ref"] for card in answer["webinars"]] == [webinar]
    assert answer["figures"]["totals"]["participations"] == 4328
    kinds = {kind: totals["participations"] for kind, totals in answer["figures"]["by_kind"].items()}
    assert kinds == {"international_open": 477, "national_restricted": 889, "other_division": 622, "webinar": 2340}


def test_the_first_page_asks_little_with_the_whole_report_and_many_offers(app, client, statements) -> None:
    with app.app_context():
        load_report()
        publish_report()
        for number in range(15):
            make_activity("international_open", closes_in=3 + number, starts_in=30)
            make_activity("webinar", starts_in=2 + number)
    client.get("/")
    del statements[:]
    assert client.get("/").status_code == 200
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


def test_a_participant_gets_class_sessions_attendance_and_outcome(app, client) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        past = make_taught(sessions=2, participants=0)
        enrol(past.activity, ana)
        complete(past)
        coming = make_activity("webinar", starts_in=1, joining_link="https://meet.example.org/abc")
        session = make_class_session(coming).public_id
        enrol(coming, ana)
    answer = client.get("/api/v1/my", headers=people.bearer(app, "ana@example.org")).get_json()
    (meeting,) = answer["class_sessions"]
    assert (meeting["ref"], meeting["joining_link"]) == (session, "https://meet.example.org/abc")
    (finished,) = answer["finished"]
    assert (finished["attended"], finished["class_sessions_held"], finished["outcome"]) == (2, 2, "completed")
    assert [standing["activity"]["ref"] for standing in answer["running"]] == [meeting["activity"]["ref"]]


def test_an_unanswered_invitation_is_shown_without_its_link(app, client) -> None:
    with app.app_context():
        people.person("ana@example.org")
        activity = make_activity("webinar", admission="invitation", starts_in=5)
        service.invite(
            activity_ref=activity.public_id, email="Ana@example.org", given_names="Ana", first_surname="Soto",
            language="es",
        )  # fmt: skip
        ref = activity.public_id
    headers = people.bearer(app, "ana@example.org")
    (invitation,) = client.get("/api/v1/my", headers=headers).get_json()["invitations"]
    assert invitation["activity"]["ref"] == ref
    assert set(invitation) == {"activity", "sent_at"}
    for change in ({"expires_at": clock.now() - timedelta(seconds=1)}, {"state": "withdrawn", "expires_at": None}):
        with app.app_context(), writing() as session:
            session.query(Invitation).update(change)
        assert client.get("/api/v1/my", headers=headers).get_json()["invitations"] == []


def test_an_instructor_gets_what_is_taught_and_what_lacks_marks(app, client) -> None:
    with app.app_context():
        taught = make_taught(sessions=2, participants=3, instructor="docente@example.org")
        make_class_session(taught.activity, starts_in=1)
    answer = client.get("/api/v1/teach", headers=people.bearer(app, "docente@example.org")).get_json()
    assert [(each["participants"], each["marked"]) for each in answer["unmarked"]] == [(3, 0), (3, 0)]
    (activity,) = answer["activities"]
    assert (activity["class_sessions"], activity["class_sessions_held"]) == (3, 2)
    assert activity["next_class_session_at"] is not None


def test_those_who_can_no_longer_complete_are_counted(app, client) -> None:
    with app.app_context():
        taught = make_taught(sessions=2, participants=2, instructor="docente@example.org")
        mark(taught.sessions[0], taught.enrolments[0], "absent")
        mark(taught.sessions[0], taught.enrolments[1], "present")
    answer = client.get("/api/v1/teach", headers=people.bearer(app, "docente@example.org")).get_json()
    assert answer["activities"][0]["out_of_reach"] == 1


def test_a_coordinator_gets_numbers_of_what_waits(app, client) -> None:
    with app.app_context():
        people.coordinator()
        selected = make_activity("international_open", starts_in=20)
        enrol(selected, state="applied")
        enrol(selected, state="applied")
        enrol(selected, state="confirmed")
        taught = make_taught(sessions=2, participants=1)
        selected_ref, taught_ref = selected.public_id, taught.activity.public_id
    answer = client.get("/api/v1/coordinate", headers=people.bearer(app, "coordinator@example.org")).get_json()
    needs = {each["activity"]["ref"]: each for each in answer["needs"]}
    assert needs[selected_ref]["to_review"] == 2
    assert needs[taught_ref]["class_sessions_without_marks"] == 2
    assert needs[taught_ref]["to_close"] is True
    (line,) = answer["activities"]
    assert (line["confirmed"], line["women"]) == (1, 1)
    assert answer["more"] is False


def test_an_administrator_gets_jobs_and_settings_without_secrets(app, client) -> None:
    with app.app_context():
        people.administrator()
    answer = client.get("/api/v1/admin", headers=people.bearer(app, "admin@example.org"))
    body = answer.get_json()
    assert body["health"]["database"] is True
    assert {"notifications.deliver", "reminders.collect"} <= {job["name"] for job in body["jobs"]}
    assert {job["last_run"] for job in body["jobs"]} == {None}
    assert body["settings"]["secret_key"] == "own"
    assert app.config["SECRET_KEY"] not in answer.text


def test_an_address_with_a_password_is_shown_as_kind_and_host_only() -> None:
    settings = config.load(
        {}, environment="test", database_url="postgresql+psycopg://ilpes:geheim@db.example.org:5432/ilpes",
        redis_url="redis://:geheim@broker.example.org/0", mail_url="smtp://u:geheim@mail.example.org:587?starttls=1",
    )  # fmt: skip
    shown = shown_settings(settings)
    assert "geheim" not in str(shown)
    assert shown["database"] == "postgresql+psycopg://db.example.org"
    assert shown["mail"] == "smtp://mail.example.org"
