"""Registering in one step as browsers and programs do it, and the letters about it."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.catalogue.queries import published_activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import service
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import Account
from tests.conftest import counted_statements
from tests.factories.applications import make_question
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_someone, states
from tests.factories.notifications import deliver_all, html_of, link_in, mailbox, text_of
from tests.factories.people import bearer, form_post, person, sign_in
from tests.factories.registrations import ANSWERS, newest_token, register

API = "/api/v1"
FORM = {**ANSWERS, "consent": "y", "language": "en"}
SUBJECTS = {
    "es": "Confirme su inscripción: Planes",
    "en": "Confirm your registration: Planes",
    "pt": "Confirme sua inscrição: Planes",
    "fr": "Confirmez votre inscription : Planes",
}


@pytest.fixture
def english(client: FlaskClient) -> FlaskClient:
    client.get("/sign-in?lang=en")
    return client


def shown(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def a_webinar(app: APIFlask, **fields: Any) -> str:
    with app.app_context():
        return make_activity(**{"title": "Planes", **fields}).public_id


def link(app: APIFlask) -> str:
    with app.app_context():
        return f"/confirm/{newest_token()}"


def standing(app: APIFlask, ref: str) -> dict[str, int]:
    from ilpes_lms.catalogue import queries

    with app.app_context():
        return states(queries.published_activity(ref))


def test_one_form_one_click_in_the_mail_and_one_has_a_place(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    assert f"/activities/{ref}/register" in english.get(f"/activities/{ref}").text
    page = english.get(f"/activities/{ref}/register")
    assert "I prefer not to say" in shown(page)
    assert "how many women and men take part" in shown(page)
    sent = form_post(english, f"/activities/{ref}/register", FORM)
    assert (sent.status_code, sent.location) == (303, f"/activities/{ref}/register/sent")
    said = shown(english.get(sent.location))
    assert "Look at your mail" in said
    assert re.search(r"Your place in “Planes” is held until \w+", said)
    assert "All places are taken" in shown(app.test_client().get(f"/activities/{ref}?lang=en", follow_redirects=True))
    deliver_all(app)
    (letter,) = mailbox(app, "rosa@example.org")
    path = link_in(letter)
    for _ in range(2):
        assert "rosa@example.org" in shown(english.get(path))
    assert standing(app, ref) == {}, "looking changes nothing"
    done = form_post(english, path, follow_redirects=True)
    assert "You have a place in “Planes”." in shown(done)
    assert english.get("/my/profile").status_code == 200, "signed in"
    assert standing(app, ref) == {"confirmed": 1}


def test_the_form_and_the_letter_say_at_what_hour_it_is(app: APIFlask, english: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(title="Planes", starts_on=date(2032, 4, 6), zone="America/Santiago")
        make_class_session(activity, at=time(10))
        ref = activity.public_id
    assert "Tuesday, 6 April 2032, 10:00 (Santiago time)" in english.get(f"/activities/{ref}/register").text
    form_post(english, f"/activities/{ref}/register", {**FORM, "country": "JPN"})
    deliver_all(app)
    text = text_of(mailbox(app, "rosa@example.org")[0])
    assert "When: Tuesday, 6 April 2032, 10:00 (Santiago time); 23:00 where you are" in text


def test_a_second_press_and_a_second_look_say_calmly_how_one_stands(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    form_post(english, f"/activities/{ref}/register", FORM)
    path, other = link(app), app.test_client()
    form_post(english, path)
    other.get("/sign-in?lang=en")
    pressed = form_post(other, path, page="/sign-in")
    assert (pressed.status_code, pressed.location) == (303, path)
    again = other.get(path)
    assert again.status_code == 200
    assert "You have a place in “Planes”." in shown(again)
    assert other.get("/my/profile").status_code == 303, "a used link signs nobody in"
    assert standing(app, ref) == {"confirmed": 1}


def test_who_joins_the_waiting_list_is_told_so_before_and_after(app: APIFlask, english: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity(title="Planes", capacity=1)
        enrol(activity)
        enrol(activity, state="waitlisted")
        ref = activity.public_id
    page = english.get(f"/activities/{ref}/register")
    assert "Join the waiting list" in page.text
    sent = form_post(english, f"/activities/{ref}/register", FORM, follow_redirects=True)
    assert "and you join the waiting list" in shown(sent)
    done = form_post(english, link(app), follow_redirects=True)
    assert "You are on the waiting list of “Planes”; your position: 2." in shown(done)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, eligible_countries=["CHL"])
    wrong = form_post(english, f"/activities/{ref}/register", {**FORM, "password": "short", "country": "CHL"})
    assert (wrong.status_code, 'href="#password"' in wrong.text) == (422, True)
    assert 'value="Quispe"' in wrong.text
    stranger = form_post(english, f"/activities/{ref}/register", FORM)
    assert (stranger.status_code, 'href="#country"' in stranger.text) == (422, True)


def test_who_is_signed_in_needs_no_form(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app)
    with app.app_context():
        person("ana@example.org", language="en")
    sign_in(english, "ana@example.org")
    away = english.get(f"/activities/{ref}/register")
    assert (away.status_code, away.location) == (303, f"/activities/{ref}")


def test_a_course_that_selects_and_a_closed_webinar_offer_no_form(app: APIFlask, english: FlaskClient) -> None:
    course, closed = a_webinar(app, kind="international_open"), a_webinar(app, status="closed")
    assert english.get(f"/activities/{course}/register").location == f"/activities/{course}"
    page = english.get(f"/activities/{closed}/register")
    assert "takes nobody now" in shown(page)
    assert "<form method" not in page.text.split("<main")[1]
    assert english.get(f"/activities/{closed}/register/sent").location == f"/activities/{closed}"


def test_the_owner_of_an_account_registers_with_one_button(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    with app.app_context():
        person("rosa@example.org", password="seven quiet rivers", given_names="Rosa", language="en")
    form_post(
        english, f"/activities/{ref}/register", {**FORM, "given_names": "Someone", "password": "other words here"}
    )
    deliver_all(app)
    (letter,) = mailbox(app, "rosa@example.org")
    assert "Hello Rosa Soto Rojas" in text_of(letter)
    assert "You already have an account" in text_of(letter)
    page = english.get(link_in(letter))
    assert "You have an account with the address rosa@example.org" in shown(page)
    assert standing(app, ref) == {}
    done = form_post(english, link_in(letter), follow_redirects=True)
    assert "You have a place in “Planes”." in shown(done)
    assert english.get("/my/profile").status_code == 303, "a letter is no key to an account"
    assert standing(app, ref) == {"confirmed": 1}


def test_an_owner_who_is_signed_in_goes_on_to_their_own_page(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    with app.app_context():
        person("rosa@example.org", language="en")
        register(ref)
    sign_in(english, "rosa@example.org")
    done = form_post(english, link(app))
    assert done.location.startswith("/my/enrolments/")
    assert "You have a place in “Planes”." in shown(english.get(done.location))


def test_who_confirms_after_the_cancellation_has_an_account_and_is_told(app: APIFlask, english: FlaskClient) -> None:
    from ilpes_lms.catalogue import service as catalogue

    ref = a_webinar(app, capacity=1)
    form_post(english, f"/activities/{ref}/register", FORM)
    with app.app_context():
        catalogue.cancel(activity_ref=ref)
    done = form_post(english, link(app), follow_redirects=True)
    assert "You are not registered for “Planes”. This activity was cancelled." in shown(done)
    assert english.get("/my/profile").status_code == 200


def test_who_confirms_after_the_hold_lapsed_is_told_that_it_went_to_others(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    form_post(english, f"/activities/{ref}/register", FORM)
    with app.app_context(), time_machine.travel(clock.now() + timedelta(hours=25)):
        service.lapse_holds()
        service.apply(activity_ref=ref, person_id=make_someone().id)
    done = form_post(english, link(app), follow_redirects=True)
    assert re.search(r"was held until .* it has gone to others since. You are on the waiting list", shown(done))


def test_known_unknown_and_disabled_addresses_get_the_same_answer(app: APIFlask) -> None:
    from ilpes_lms.people import service as people

    ref = a_webinar(app, capacity=20)
    with app.app_context():
        person("known@example.org", password="seven quiet rivers")
        people.disable_account(person_id=person("disabled@example.org", password="seven quiet rivers").id)
    answers = set()
    for name in ("known", "disabled", "unknown"):
        browser = app.test_client()
        browser.get("/sign-in?lang=en")
        sent = form_post(browser, f"/activities/{ref}/register", {**FORM, "email": f"{name}@example.org"})
        page = shown(browser.get(sent.location)).replace(name, "")
        answers.add((sent.status_code, sent.location, re.sub(r"held until .*?\. We", "held until … We", page)))
    assert len(answers) == 1
    assert "held until …" in answers.pop()[2]


@pytest.mark.parametrize("language", sorted(SUBJECTS))
def test_the_letters_are_whole_in_every_language(app: APIFlask, language: str) -> None:
    ref = a_webinar(app, capacity=3)
    with app.app_context():
        person("known@example.org", password="seven quiet rivers", language=language)
        for name in ("known", "new"):
            register(ref, f"{name}@example.org", language=language)
    deliver_all(app)
    for name in ("known", "new"):
        (letter,) = mailbox(app, f"{name}@example.org")
        assert letter["Subject"] == SUBJECTS[language]
        assert link_in(letter) in html_of(letter)
        assert link_in(letter).startswith("/confirm/")
    with app.app_context():
        kept = db.session.scalars(select(Message)).all()
        assert all(link_in(letter).split("/")[-1] not in str(vars(message)) for message in kept), (
            "the log masks the key"
        )


def test_a_letter_is_not_sent_once_the_webinar_is_cancelled_or_the_link_used(app: APIFlask) -> None:
    from ilpes_lms.catalogue import service as catalogue

    cancelled, used = a_webinar(app), a_webinar(app)
    with app.app_context():
        register(cancelled, "one@example.org")
        catalogue.cancel(activity_ref=cancelled)
        register(used, "two@example.org")
        from tests.factories.registrations import confirm

        confirm()
    deliver_all(app)
    assert mailbox(app, "one@example.org") == []
    assert [letter["Subject"] for letter in mailbox(app, "two@example.org")] == ["Su cupo está confirmado: Planes"]


def test_the_form_asks_the_database_little(app: APIFlask, english: FlaskClient) -> None:
    ref = a_webinar(app, capacity=3)
    with counted_statements(app) as statements:
        assert english.get(f"/activities/{ref}/register").status_code == 200
    assert len(statements) <= 12


# JSON


def test_a_program_registers_an_address_and_confirms_it(app: APIFlask, client: FlaskClient) -> None:
    ref = a_webinar(app, capacity=1)
    answer = client.post(f"{API}/activities/{ref}/registrations", json=ANSWERS)
    assert answer.status_code == 202
    body = answer.get_json()
    assert (body["status"], body["place"], body["held_until"] is None) == ("look_at_your_mail", "held", False)
    token = link(app).removeprefix("/confirm/")
    confirmed = client.post(f"{API}/accounts/confirmations", json={"token": token})
    assert confirmed.status_code == 201
    outcome = confirmed.get_json()["outcome"]
    assert (outcome["name"], outcome["values"]["state"], outcome["refused"]) == (
        "enrolment.register",
        "confirmed",
        None,
    )
    assert client.post(f"{API}/accounts/confirmations", json={"token": token}).status_code == 410
    mine = client.get(f"{API}/me/enrolments", headers=bearer(app, "rosa@example.org")).get_json()["items"]
    assert [item["id"] for item in mine] == [outcome["values"]["id"]]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"email": "x"}, 422),
        ({"consent": False}, 422),
        ({"sex": "unknown"}, 422),
        ({"status": "confirmed"}, 422),
        ({"given_names": "A\x00"}, 422),
        ({"country": "CHL" * 200}, 422),
    ],
)
def test_bad_values_from_programs_are_named(app: APIFlask, client: FlaskClient, change: Any, status: int) -> None:
    ref = a_webinar(app)
    answer = client.post(f"{API}/activities/{ref}/registrations", json={**ANSWERS, **change})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    with app.app_context():
        assert db.session.scalar(select(Account)) is None


def test_a_course_that_selects_refuses_registrations_and_an_unknown_one_is_not_there(
    app: APIFlask, client: FlaskClient
) -> None:
    course = a_webinar(app, kind="international_open")
    assert client.post(f"{API}/activities/{course}/registrations", json=ANSWERS).status_code == 409
    assert client.post(f"{API}/activities/{'a' * 26}/registrations", json=ANSWERS).status_code == 404


def test_the_sweep_is_a_job(app: APIFlask) -> None:
    from ilpes_lms.core.jobs import jobs_of

    job = jobs_of(app).registered["enrolment.lapse_holds"]
    with app.app_context():
        job.function()
        job.function()
        assert service.lapse_holds() == 0


def an_asking_webinar(app: APIFlask, *kinds: str) -> tuple[str, dict[str, str]]:
    with app.app_context():
        activity = make_activity(title="Planes", capacity=5)
        return activity.public_id, {kind: make_question(activity, kind).public_id for kind in kinds}


def test_what_the_activity_asks_is_part_of_the_one_form(app: APIFlask, english: FlaskClient) -> None:
    ref, asked = an_asking_webinar(app, "text", "choice", "number")
    page = f"/activities/{ref}/register"
    assert page in english.get(f"/activities/{ref}", follow_redirects=True).text
    empty = form_post(english, page, FORM)
    assert empty.status_code == 422
    assert all(f'href="#answer-{one}' in empty.text for one in asked.values())
    answers = {f"answer-{asked[kind]}": said for kind, said in (("text", "Roads"), ("choice", "2"), ("number", "3"))}
    sent = form_post(english, page, {**FORM, **answers}, follow_redirects=True)
    assert "is held until" in sent.text
    done = form_post(english, link(app), follow_redirects=True)
    assert "You have a place" in shown(done)
    for text in ("Roads", "Up to ten"):
        assert text in done.text
    assert standing(app, ref) == {"confirmed": 1}


def test_a_letter_is_asked_for_afterwards_and_what_was_written_is_kept(app: APIFlask, english: FlaskClient) -> None:
    ref, asked = an_asking_webinar(app, "text", "file")
    page = f"/activities/{ref}/register"
    assert "Once your address is confirmed you are asked for:" in english.get(page).text
    form_post(english, page, {**FORM, f"answer-{asked['text']}": "Roads"})
    left = form_post(english, link(app), follow_redirects=True)
    assert left.request.path == f"/activities/{ref}/apply"
    assert "answer what is left here" in left.text
    assert "Roads" in left.text
    assert standing(app, ref) == {}


def test_a_question_that_came_up_meanwhile_is_asked_and_the_rest_is_kept(app: APIFlask, english: FlaskClient) -> None:
    ref, asked = an_asking_webinar(app, "text")
    form_post(english, f"/activities/{ref}/register", {**FORM, f"answer-{asked['text']}": "Roads"})
    with app.app_context():
        make_question(published_activity(ref), "number")
    left = form_post(english, link(app), follow_redirects=True)
    assert left.request.path == f"/activities/{ref}/apply"
    assert "Roads" in left.text


def test_who_creates_an_account_to_apply_comes_back_to_the_form(app: APIFlask, english: FlaskClient) -> None:
    with app.app_context():
        ref = make_activity("international_open", title="Planes").public_id
    panel = english.get(f"/activities/{ref}", follow_redirects=True).text
    assert f"/sign-up?next=/activities/{ref}/apply" in panel.replace("%2F", "/")
    assert f"/sign-in?next=/activities/{ref}/apply" in panel.replace("%2F", "/")


def test_a_program_answers_with_the_registration(app: APIFlask, client: FlaskClient) -> None:
    ref, asked = an_asking_webinar(app, "text")
    path, values = f"{API}/activities/{ref}/registrations", {**ANSWERS, "language": "en", "consent": True}
    bare = client.post(path, json=values)
    assert (bare.status_code, asked["text"] in bare.text) == (422, True)
    strange = client.post(path, json={**values, "answers": {"x" * 26: "Roads"}})
    assert strange.status_code == 422
    assert client.post(path, json={**values, "answers": {asked["text"]: "Roads"}}).status_code == 202
