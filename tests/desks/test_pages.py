"""The desks in a browser: what stands there, and what stands there when there is nothing."""

import re
from datetime import timedelta

import pytest
import time_machine

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock, runs
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.models import BouncedAddress
from ilpes_lms.people.rules import PRIVACY_NOTICE_VERSION
from tests.factories import people
from tests.factories.attendance import complete, make_taught, mark
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_quota, make_someone

MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _afternoon():
    """Noon in Chile of a plain day, so that today is the same day here and there."""
    with time_machine.travel("2027-04-06 15:00+00:00", tick=True):
        yield


def address_bounces(address: str) -> None:
    with writing() as session:
        session.add(BouncedAddress(address_key=address, reason="550 no such mailbox", since=clock.now()))


def text_of(response) -> str:
    assert response.status_code == 200, response.text[:300]
    return response.text


def test_the_first_page_lists_what_can_be_applied_for_the_soonest_to_close_first(app, client) -> None:
    with app.app_context():
        make_activity("international_open", title="Cierra después", closes_in=9, starts_in=20)
        make_activity("international_open", title="Cierra pronto", closes_in=3, starts_in=30)
        make_activity("international_open", title="Aún no abre", opens_in=5, closes_in=9, starts_in=30)
        make_activity("national_restricted", title="Por nominación", starts_in=20, country="CHL")
    page = text_of(client.get("/"))
    assert page.index("Cierra pronto") < page.index("Cierra después")
    assert "Aún no abre" not in page
    assert "Por nominación" not in page


def test_the_first_page_shows_the_next_webinars_in_order_of_time(app, client) -> None:
    with app.app_context():
        make_activity("webinar", title="Más tarde", starts_in=9)
        make_activity("webinar", title="Mañana", starts_in=1)
        make_activity("webinar", title="Ayer", starts_in=-1)
    page = text_of(client.get("/"))
    assert page.index("Mañana") < page.index("Más tarde")
    assert "Ayer" not in page


def test_the_first_page_says_how_to_go_on_when_nothing_is_on_offer(client) -> None:
    page = text_of(client.get("/?lang=en"))
    assert "No course takes applications at present" in page
    assert "Next webinars" not in page


def test_titles_on_the_first_page_are_text_and_nothing_else(app, client) -> None:
    with app.app_context():
        make_activity("international_open", title="<script>alert(1)</script>", closes_in=3, starts_in=30)
    assert "<script>alert(1)" not in text_of(client.get("/"))


@pytest.mark.parametrize("path", ["/help", "/privacy", "/accessibility"])
@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_what_the_institute_says_of_itself_is_there_in_four_languages(client, path, language) -> None:
    page = text_of(client.get(f"{path}?lang={language}"))
    assert f'<html lang="{language}">' in page
    assert "capacitacion@example.org" in page


def test_the_privacy_notice_is_the_version_that_people_agree_to(client) -> None:
    assert f"Version {PRIVACY_NOTICE_VERSION}" in text_of(client.get("/privacy?lang=en"))


def test_a_newcomer_s_page_says_what_to_do_first(app, client) -> None:
    with app.app_context():
        people.person("ana@example.org")
    people.sign_in(client, "ana@example.org")
    page = text_of(client.get("/my?lang=en"))
    assert "You have not applied to anything yet" in page
    assert "What comes next" not in page


def test_one_s_page_shows_the_next_class_session_with_its_link(app, client) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        activity = make_activity("webinar", title="Mañana", starts_in=1, joining_link="https://meet.example.org/abc")
        make_class_session(activity)
        enrol(activity, ana)
    people.sign_in(client, "ana@example.org")
    page = text_of(client.get("/my?lang=en"))
    assert "https://meet.example.org/abc" in page
    assert "1 class session to come" in page


def test_who_has_no_place_sees_no_link(app, client) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        activity = make_activity(
            "international_open", title="En espera", starts_in=1, joining_link="https://meet.example.org/abc"
        )
        make_class_session(activity)
        enrol(activity, ana, "applied")
    people.sign_in(client, "ana@example.org")
    page = text_of(client.get("/my?lang=en"))
    assert "En espera" in page
    assert "meet.example.org" not in page


def test_one_s_page_shows_attendance_so_far_and_what_is_finished_with_its_certificate(app, client) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        running = make_activity("international_open", starts_in=-2, days=10)
        held = make_class_session(running, starts_in=-1)
        make_class_session(running, starts_in=1)
        mark(held, enrol(running, ana))
        past = make_taught(sessions=1, participants=0, titles={"es": "Curso terminado"})
        done = enrol(past.activity, ana)
        complete(past)
        with writing() as session:
            session.add(
                Certificate(
                    serial="ILPES-2026-000001", kind="completion", enrolment_id=done.id, person_id=ana.id,
                    activity_ref=past.activity.public_id, language="es", content={}, state="issued",
                    requested_at=clock.now(), issued_at=clock.now(),
                )
            )  # fmt: skip
    people.sign_in(client, "ana@example.org")
    page = text_of(client.get("/my?lang=en"))
    assert "Class sessions attended so far:" in page
    assert page.index("Finished") < page.index("Curso terminado")
    assert "ILPES-2026-000001" in page


def test_nobody_sees_another_person_s_page(app, client) -> None:
    with app.app_context():
        people.person("ana@example.org")
        enrol(make_activity("webinar", title="De otra persona"))
    people.sign_in(client, "ana@example.org")
    assert "De otra persona" not in text_of(client.get("/my"))


def test_today_s_class_session_is_on_top_of_an_instructor_s_page_with_its_roster(app, client) -> None:
    with app.app_context():
        taught = make_taught(sessions=2, instructor="docente@example.org", titles={"es": "Lo de hoy"})
        now = clock.wall_time(clock.now(), "America/Santiago")
        session = make_class_session(
            taught.activity, starts_wall=now.replace(hour=0, minute=0, second=0, microsecond=0)
        )
        ref = session.public_id
    people.sign_in(client, "docente@example.org")
    page = text_of(client.get("/teach?lang=en"))
    assert page.index(f"/teach/class-sessions/{ref}") < page.index("Marks are missing")
    assert "0 of 2 marked" in page


def test_an_instructor_sees_which_class_sessions_lack_marks_until_they_have_them(app, client) -> None:
    with app.app_context():
        taught = make_taught(sessions=1, instructor="docente@example.org")
    people.sign_in(client, "docente@example.org")
    assert "2 people without a mark" in text_of(client.get("/teach?lang=en"))
    with app.app_context():
        complete(taught)
    assert "Marks are missing" not in text_of(client.get("/teach?lang=en"))


def test_an_instructor_sees_nothing_of_what_others_teach(app, client) -> None:
    with app.app_context():
        make_taught(sessions=1, instructor="docente@example.org")
        make_taught(sessions=1, instructor="otra@example.org", titles={"es": "Lo de otra"})
    people.sign_in(client, "docente@example.org")
    assert "Lo de otra" not in text_of(client.get("/teach"))


def test_a_coordinator_who_teaches_nothing_is_told_so(app, client) -> None:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    page = text_of(client.get("/teach?lang=en"))
    assert "You teach no activity at present" in page
    assert "No class session today." in page


def test_a_coordinator_sees_what_waits_people_who_wait_for_an_answer_first(app, client) -> None:
    with app.app_context():
        people.coordinator()
        selected = make_activity("international_open", title="Con postulaciones", starts_in=20, capacity=5)
        enrol(selected, state="applied")
        make_taught(sessions=1, titles={"es": "Sin marcas"})
        over = make_taught(sessions=1, participants=1, titles={"es": "Con certificados"})
        complete(over)
    people.sign_in(client, "coordinator@example.org")
    page = text_of(client.get("/coordinate?lang=en"))
    expected = ["1 application to review", "1 class session without all marks", "1 certificate to issue"]
    places = [page.index(text) for text in expected]
    assert places == sorted(places)


def test_a_coordinator_of_a_division_sees_that_division_only(app, client) -> None:
    with app.app_context():
        people.coordinator(division="ilpes")
        enrol(make_activity("international_open", title="Ajena", starts_in=20, division="celade"), state="applied")
    people.sign_in(client, "coordinator@example.org")
    assert "Ajena" not in text_of(client.get("/coordinate"))


def test_a_quiet_coordinator_s_page_says_so(app, client) -> None:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    page = text_of(client.get("/coordinate?lang=en"))
    assert "Nothing waits for you." in page
    assert "No current activities" in page


def test_the_share_of_women_is_counted_among_participants_only(app, client) -> None:
    with app.app_context():
        people.coordinator()
        activity = make_activity("webinar", title="Con cupos", capacity=10)
        enrol(activity)
        enrol(activity)
        enrol(activity, make_someone(sex="male"))
    people.sign_in(client, "coordinator@example.org")
    page = text_of(client.get("/coordinate?lang=en"))
    assert "67%" in page
    assert "3 of 10 places taken" in page


def test_an_administrator_sees_jobs_and_settings_but_no_secret(app, client) -> None:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    page = text_of(client.get("/admin?lang=en"))
    assert "Send messages" in page
    assert "set, not shown" in page
    assert app.config["SECRET_KEY"] not in page
    assert app.config["SQLALCHEMY_DATABASE_URI"] not in page


def test_a_message_that_waits_too_long_shows_that_nobody_works(app, client) -> None:
    with app.app_context():
        people.administrator()
        since = clock.now() - timedelta(hours=3)
        notifications.send(kind="people.address_known", key="test", values={}, address="a@example.org", due_at=since)
    people.sign_in(client, "admin@example.org")
    page = text_of(client.get("/admin?lang=en"))
    assert "Behind" in page
    assert "3 hours" in page


def test_an_administrator_sees_when_each_job_last_ran_and_how_it_ended(app, client) -> None:
    with app.app_context():
        people.administrator()
        with runs.remembered("notifications.deliver"):
            pass
        with pytest.raises(ZeroDivisionError), runs.remembered("statistics.compile"):
            raise ZeroDivisionError
    people.sign_in(client, "admin@example.org")
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        page = text_of(client.get("/admin?lang=en"))
    assert re.search(r"Send messages.*?<td[^>]*>3 minutes ago<.*?Behind", page, re.DOTALL)
    assert re.search(r"Compile statistics.*?Failed", page, re.DOTALL)
    assert "failed: ZeroDivisionError, 3 minutes ago" in page
    assert "never" in page


@pytest.mark.parametrize("path", ["/", "/my", "/teach", "/coordinate", "/admin"])
def test_a_desk_asks_the_database_little_whatever_stands_on_it(app, client, statements, path) -> None:
    with app.app_context():
        person = people.administrator()
        for _ in range(4):
            taught = make_taught(sessions=3, participants=3)
            enrol(taught.activity, person)
            catalogue.assign(activity_id=taught.activity.id, person_id=person.id, role="instructor")
            complete(taught)
            future = make_activity("international_open", starts_in=20, capacity=2)
            make_class_session(future)
            enrol(future, person, "applied")
            enrol(future, state="applied")
            enrol(make_activity("webinar", capacity=1), state="waitlisted")
            waiting = make_activity("webinar", starts_in=3)
            make_class_session(waiting)
            enrol(waiting, person)
            make_quota(make_activity("national_restricted", capacity=9), email="admin@example.org")
        address_bounces("admin@example.org")
    people.sign_in(client, "admin@example.org")
    client.get(path)
    del statements[:]
    text_of(client.get(path))
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


def test_an_offer_that_lapsed_is_no_task_any_more(app, client) -> None:
    with app.app_context():
        ana = people.person("ana@example.org")
        activity = make_activity("international_open", title="Ofrecido", starts_in=30, capacity=1)
        waiting = enrol(activity, ana, "waitlisted")
        with writing():
            enrolment.settle(activity)
        assert waiting.state == "offered"
        deadline = waiting.offer_expires_at
    people.sign_in(client, "ana@example.org")
    assert "Accept your place: Ofrecido" in text_of(client.get("/my?lang=en"))
    with time_machine.travel(deadline + timedelta(minutes=1)):
        assert "Accept your place" not in text_of(client.get("/my?lang=en"))


def test_whose_address_sends_messages_back_is_told_so_on_their_own_page(app, client) -> None:
    with app.app_context():
        people.person("ana@example.org")
    people.sign_in(client, "ana@example.org")
    assert "Our messages do not reach you" not in text_of(client.get("/my?lang=en"))
    with app.app_context():
        address_bounces("ana@example.org")
    page = text_of(client.get("/my?lang=en"))
    assert "Our messages do not reach you" in page
    assert "550 no such mailbox" in page
    assert 'href="/my/messages"' in page
