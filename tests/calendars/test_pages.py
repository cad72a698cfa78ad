"""One's own calendar in a browser: a month of it, the feed's address, the choice about dates by mail, files."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from icalendar import Calendar

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment import service as enrolment
from tests.calendars.libical import faults, needs_libical
from tests.factories import people
from tests.factories.calendars import give_place, make_course
from tests.factories.catalogue import make_activity

ANA = "ana@example.org"
PAGE = "/my/calendar?lang=en"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2032-04-01 15:00+00:00", tick=True):
        yield


@pytest.fixture
def course(app: APIFlask, client: FlaskClient) -> str:
    """A course in Santiago; Ana, who is in Madrid and signed in, has a place. Return the enrolment's ref."""
    with app.app_context():
        ana = people.person(ANA, zone="Europe/Madrid", language="fr")
        found = make_course("2032-04-06T20:30", "2032-05-13T10:00", joining_link="https://meet.example.org/secret")
        ref = give_place(found, ana).public_id
    people.sign_in(client, ANA)
    return ref


def text_of(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())


def made_feed(client: FlaskClient) -> str:
    """Make a feed on the page; return its path."""
    answer = people.form_post(client, "/my/calendar/feed?lang=en", page=PAGE)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r">http://localhost(/calendar/[^<]+\.ics)<", answer.text)
    assert found, answer.text
    assert f"webcal://localhost{found.group(1)}" in answer.text
    return found.group(1)


def test_the_page_shows_the_present_month_in_one_s_own_zone(app: APIFlask, client: FlaskClient, course: str) -> None:
    page = text_of(client, PAGE)
    assert "April 2032" in page
    assert "Wednesday, 7 April 2032, 02:30–04:00 (Madrid time)" in page
    assert "At the place: Tuesday, 6 April 2032, 20:30–22:00 (Santiago time)" in page
    assert "13 May" not in page
    assert 'href="https://meet.example.org/secret"' in client.get(PAGE).text


def test_a_month_may_be_named_and_leads_on(client: FlaskClient, course: str) -> None:
    assert "Thursday, 13 May 2032" in text_of(client, "/my/calendar?month=2032-05&lang=en")
    html = client.get("/my/calendar?month=2032-05&lang=en").text
    assert "/my/calendar?month=2032-04" in html
    assert "/my/calendar?month=2032-06" in html
    assert "Nothing in this month" in text_of(client, "/my/calendar?month=2032-06&lang=en")
    assert "/my/calendar?month=2032-04" in client.get("/my/calendar?month=2032-01&lang=en").text


@pytest.mark.parametrize("month", ["2032-13", "x", "2032-4", "99999-01", "2032-04-01"])
def test_what_is_no_month_is_said(client: FlaskClient, course: str, month: str) -> None:
    answer = client.get(f"/my/calendar?month={month}&lang=en")
    assert answer.status_code == 422
    assert "April 2032" in answer.text


def test_what_is_called_off_is_shown_as_such_and_what_one_left_is_not_shown(
    app: APIFlask, client: FlaskClient, course: str
) -> None:
    with app.app_context():
        found = catalogue.lock_public(_activity_of(app, course))
        catalogue.cancel_class_session(class_session_ref=found.class_sessions[0].public_id)
    assert "Cancelled" in text_of(client, PAGE)
    assert "meet.example.org" not in client.get(PAGE).text
    with app.app_context():
        enrolment.withdraw(enrolment_ref=course, person_id=queries.enrolment(course).person_id)
    assert "Nothing in this month" in text_of(client, PAGE)


def test_days_without_class_sessions_stand_in_every_month_they_touch(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        long = make_activity("international_open", title="Largo", starts_in=2, days=59)
        give_place(long, people.person(ANA))
    people.sign_in(client, ANA)
    for month in ("2032-04", "2032-05", "2032-06"):
        assert ("Largo" in text_of(client, f"/my/calendar?month={month}&lang=en")) is (month != "2032-06")


def test_whoever_has_no_place_reads_what_will_stand_there(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.person(ANA)
    people.sign_in(client, ANA)
    assert "Here stand the class sessions of all activities in which you have a place." in text_of(client, PAGE)


def test_the_feed_s_address_is_shown_once_and_works_without_a_sign_in(
    app: APIFlask, client: FlaskClient, course: str
) -> None:
    path = made_feed(client)
    assert path not in client.get(PAGE).text
    assert "You made an address on Thursday, 1 April 2032" in text_of(client, PAGE)
    answer = app.test_client().get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Prospectiva", "Prospectiva"]
    assert str(events[0]["LOCATION"]) == "https://meet.example.org/secret"
    assert "Pour participer" in str(events[0]["DESCRIPTION"]), "in the language of its owner"


def test_the_feed_says_nothing_of_its_owner_and_is_in_nobody_s_index(
    app: APIFlask, client: FlaskClient, course: str
) -> None:
    answer = app.test_client().get(made_feed(client))
    assert "Ana" not in answer.text
    assert ANA not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers


def test_a_feed_that_has_not_changed_is_not_sent_again(app: APIFlask, client: FlaskClient, course: str) -> None:
    path, calendar = made_feed(client), app.test_client()
    tag = calendar.get(path).headers["ETag"]
    again = calendar.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context():
        found = catalogue.lock_public(_activity_of(app, course)).class_sessions[0]
        catalogue.edit_class_session(class_session_ref=found.public_id, minutes=30)
    changed = calendar.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_renewed_or_stopped_address_is_dead(app: APIFlask, client: FlaskClient, course: str) -> None:
    first, second = made_feed(client), made_feed(client)
    calendar = app.test_client()
    assert [calendar.get(path).status_code for path in (first, second)] == [404, 200]
    assert people.form_post(client, "/my/calendar/feed/stop", page=PAGE).status_code == 303
    assert calendar.get(second).status_code == 404
    assert "Make a private address" in text_of(client, PAGE)


def test_with_the_account_its_feed_is_shut(app: APIFlask, client: FlaskClient, course: str) -> None:
    path = made_feed(client)
    with app.app_context():
        people.service.disable_account(person_id=queries.enrolment(course).person_id)
    assert app.test_client().get(path).status_code == 404


def test_trust_27_who_fetches_too_often_is_slowed_down(app: APIFlask, client: FlaskClient, course: str) -> None:
    path, calendar = made_feed(client), app.test_client()
    answers = [calendar.get(path).status_code for _ in range(62)]
    assert answers == [200] * 60 + [429] * 2


def test_dates_by_mail_are_stopped_and_come_again(client: FlaskClient, course: str) -> None:
    for wanted, said in (("no", "come without dates"), ("yes", "bring the dates along")):
        answer = people.form_post(client, "/my/calendar/invitations", {"wanted": wanted}, page=PAGE)
        assert answer.status_code == 303
        assert said in text_of(client, PAGE)


@needs_libical
def test_one_activity_is_a_file_that_another_program_reads(client: FlaskClient, course: str) -> None:
    assert f"/my/enrolments/{course}/calendar.ics" in client.get(f"/my/enrolments/{course}").text
    answer = client.get(f"/my/enrolments/{course}/calendar.ics")
    assert answer.headers["Content-Disposition"] == "attachment; filename=ILPES.ics"
    assert faults(answer.text) == []
    assert "meet.example.org" in answer.text


def test_trust_20_the_file_of_somebody_else_is_not_there(app: APIFlask, client: FlaskClient, course: str) -> None:
    with app.app_context():
        people.person("luis@example.org")
    other = app.test_client()
    people.sign_in(other, "luis@example.org")
    assert other.get(f"/my/enrolments/{course}/calendar.ics").status_code == 404
    assert other.get("/my/calendar?lang=en").status_code == 200


@needs_libical
def test_everyone_gets_the_dates_of_an_activity_but_not_how_to_join(
    app: APIFlask, client: FlaskClient, course: str
) -> None:
    ref, everyone = _activity_of(app, course), app.test_client()
    assert f"/activities/{ref}/calendar.ics" in everyone.get(f"/activities/{ref}").text
    answer = everyone.get(f"/activities/{ref}/calendar.ics")
    assert faults(answer.text) == []
    assert answer.text.count("BEGIN:VEVENT") == 2
    assert "meet.example.org" not in answer.text


def test_of_what_has_no_dates_or_is_over_there_is_no_file(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        months = make_activity("international_open", start_precision="month", end_precision="month", days=40).public_id
        past = make_activity("webinar", starts_in=-20).public_id
        draft = make_activity("webinar", "draft").public_id
        cancelled = make_activity("webinar", "cancelled").public_id
    for ref in (months, past):
        assert "calendar.ics" not in client.get(f"/activities/{ref}").text
    assert [client.get(f"/activities/{ref}/calendar.ics").status_code for ref in (months, draft, cancelled)] == [
        404
    ] * 3


def test_my_page_leads_to_the_calendar(client: FlaskClient, course: str) -> None:
    assert "/my/calendar" in client.get("/my").text


def _activity_of(app: APIFlask, ref: str) -> str:
    with app.app_context():
        return queries.enrolment(ref).activity.public_id
