"""A message to the people of an activity: to exactly those who were counted, each once, if they still should get it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.texts.errors import UnknownPlaceholder
from ilpes_lms.notifications.texts.rules import Words
from ilpes_lms.people.models import Person
from ilpes_lms.reminders.announcements import display, errors, letters, queries, rules, service
from ilpes_lms.reminders.announcements.rules import Audience
from tests.factories import people
from tests.factories.announcements import WORDS, draft, seen, sent
from tests.factories.enrolment import enrol
from tests.factories.notifications import deliver_all, html_of, mailbox, text_of
from tests.factories.reminders import course_on, participant


@pytest.fixture
def coordinator(context: APIFlask) -> Person:
    return people.coordinator()


@pytest.fixture
def course(context: APIFlask) -> Activity:
    return course_on(clock.today("America/Santiago") + timedelta(days=9), languages=["es", "en"])


def keys() -> list[str]:
    return [each.key for each in db.session.query(Message).filter(Message.kind == queries.KIND)]


def leave(enrolment: Enrolment) -> None:
    with writing():
        enrolment.state, enrolment.place_number = "withdrawn", None


def test_each_gets_it_once_in_their_language_or_the_activitys_first(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    for language in ("es", "en", "fr"):
        participant(course, language=language, given_names=f"Ana {language}", email=f"{language}@example.org")
    sent(course, coordinator)
    assert service.write_rows() == 3
    assert service.write_rows() == 0
    deliver_all(app)
    subjects = {str(letter["To"].addresses[0].addr_spec): str(letter["Subject"]) for letter in mailbox(app)}
    assert subjects == {
        "es@example.org": "Sobre Planificación", "en@example.org": "About Planning",
        "fr@example.org": "Sobre Planificación",
    }  # fmt: skip
    assert "Dear Ana en" in text_of(mailbox(app, "en@example.org")[0])
    assert "wrote this message about “Planning”" in text_of(mailbox(app, "en@example.org")[0])


def test_a_message_pressed_twice_is_one_and_the_job_run_twice_too(course: Activity, coordinator: Person) -> None:
    participant(course)
    found = draft(course, coordinator)
    confirmed = seen(found)
    for _press in range(2):
        assert service.send(ref=found.public_id, seen=confirmed).state == rules.SENDING
    service.write_rows()
    with writing():
        # As if a worker had died after its rows were kept and before that was known.
        found = queries.announcement(found.public_id)
        found.state, found.written = rules.SENDING, 0
    service.write_rows()
    assert len(keys()) == 1


def test_rows_are_written_part_by_part(course: Activity, coordinator: Person, monkeypatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 2)
    for _number in range(5):
        participant(course)
    ref = sent(course, coordinator)
    found = queries.announcement(ref)
    assert service._write_part(found.id) == 2
    assert (queries.announcement(ref).state, queries.announcement(ref).written) == (rules.SENDING, 2)
    assert service.write_rows() == 3
    assert (queries.announcement(ref).state, len(set(keys()))) == (rules.WRITTEN, 5)


def test_of_workers_at_the_same_moment_none_writes_anybody_twice(app: APIFlask, monkeypatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 3)
    with app.app_context():
        course = course_on(clock.today("America/Santiago") + timedelta(days=9))
        for _number in range(10):
            participant(course)
        sent(course, people.coordinator())
    barrier = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            barrier.wait()
            service.write_rows()
            db.session.remove()

    threads = [threading.Thread(target=work) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert service.write_rows() == 0
        assert len(keys()) == len(set(keys())) == 10


def test_who_came_or_went_since_it_was_seen_asks_for_another_look(course: Activity, coordinator: Person) -> None:
    first = participant(course)
    found = draft(course, coordinator)
    confirmed = seen(found)
    participant(course)
    with pytest.raises(errors.AudienceChanged):
        service.send(ref=found.public_id, seen=confirmed)
    confirmed = seen(found)
    leave(first)
    with pytest.raises(errors.AudienceChanged):
        service.send(ref=found.public_id, seen=confirmed)
    assert service.send(ref=found.public_id, seen=seen(found)).state == rules.SENDING


def test_other_words_ask_for_another_look(course: Activity, coordinator: Person) -> None:
    participant(course)
    found = draft(course, coordinator)
    confirmed = seen(found)
    service.write(
        activity_id=course.id, audience=Audience(), words={"es": Words("Otro", "Otro")}, known=(),
        by_person=coordinator.id, teaches_only=False, ref=found.public_id,
    )  # fmt: skip
    with pytest.raises(errors.AudienceChanged):
        service.send(ref=found.public_id, seen=confirmed)


def test_who_withdrew_meanwhile_is_left_out_and_counted_so(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    stays, goes = participant(course, email="a@example.org"), participant(course, email="b@example.org")
    ref = sent(course, coordinator)
    service.write_rows()
    leave(goes)
    deliver_all(app)
    assert [letter["To"].addresses[0].addr_spec for letter in mailbox(app)] == ["a@example.org"]
    progress = display.progress_of(queries.announcement(ref))
    assert (progress.people, progress.sent, progress.skipped, progress.waiting) == (2, 1, 1, 0)
    assert stays.state == "confirmed"


def test_a_stopped_message_reaches_nobody_more(
    app: APIFlask, course: Activity, coordinator: Person, monkeypatch
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 1)
    for _number in range(3):
        participant(course)
    ref = sent(course, coordinator)
    service._write_part(queries.announcement(ref).id)
    service.stop(ref=ref)
    assert service.write_rows() == 0
    deliver_all(app)
    assert mailbox(app) == []
    db.session.rollback()
    progress = display.progress_of(queries.announcement(ref))
    assert (progress.sent, progress.skipped, progress.waiting) == (0, 3, 0)
    with pytest.raises(errors.NotRunning):
        service.stop(ref=ref)


def test_filters_choose_by_group_country_institution_and_outcome(course: Activity, context: APIFlask) -> None:
    def chosen(**audience: object) -> list[int]:
        return queries.chosen_ids(course.id, Audience(**audience))

    chile, peru = participant(course, residence_country="CHL"), participant(course, residence_country="PER")
    waiting = enrol(course, state="applied")
    with writing():
        chile.organization_name, peru.organization_name = "Ministerio", "Banco"
    assert chosen() == [chile.id, peru.id]
    assert chosen(states=["applied"]) == [waiting.id]
    assert chosen(states=["applied", "confirmed"]) == [chile.id, peru.id, waiting.id]
    assert chosen(countries=["PER", "BRA"]) == [peru.id]
    assert chosen(institutions=["Ministerio"]) == [chile.id]
    assert chosen(countries=["PER"], institutions=["Ministerio"]) == []
    assert chosen(outcome="completed") == []
    assert chosen(behind=True) == []


def test_nobody_chosen_is_no_message(course: Activity, coordinator: Person) -> None:
    found = draft(course, coordinator)
    with pytest.raises(errors.NobodyChosen):
        service.send(ref=found.public_id, seen=seen(found))
    with pytest.raises(errors.NobodyChosen):
        service.send_test(ref=found.public_id, enrolment_ref=None, to_person=coordinator.id)


@pytest.mark.parametrize(
    ("words", "error", "field"),
    [
        ({}, errors.NoWords, "subject_es"),
        ({"pt": Words("Assunto", "")}, errors.WordsIncomplete, "body_pt"),
        ({"pt": Words("", "Texto")}, errors.WordsIncomplete, "subject_pt"),
        ({"fr": Words("Objet", "Bonjour {nom}")}, UnknownPlaceholder, "body_fr"),
        ({"es": Words("{{ 7 }}", "Hola")}, UnknownPlaceholder, "subject_es"),
    ],
)
def test_words_that_would_not_do_are_refused_beside_their_field(
    course: Activity, coordinator: Person, words: dict[str, Words], error: type, field: str
) -> None:
    with pytest.raises(error) as refused:
        service.write(
            activity_id=course.id, audience=Audience(), words=words, known=(), by_person=coordinator.id,
            teaches_only=False,
        )  # fmt: skip
    assert refused.value.field == field


@pytest.mark.parametrize(("states", "teaches"), [([], False), (["withdrawn"], False), (["applied"], True)])
def test_groups_that_may_not_be_written_to_are_refused(states: list[str], teaches: bool) -> None:
    with pytest.raises(errors.StatesNotYours):
        rules.check_audience(Audience(states=states), teaches_only=teaches)


def test_what_was_sent_is_no_draft_any_more(course: Activity, coordinator: Person) -> None:
    participant(course)
    ref = sent(course, coordinator)
    with pytest.raises(errors.AlreadySent):
        service.discard(ref=ref)
    with pytest.raises(errors.AlreadySent):
        service.send_test(ref=ref, enrolment_ref=None, to_person=coordinator.id)


def test_a_day_takes_ten_messages_and_an_hour_ten_tests(course: Activity, coordinator: Person) -> None:
    participant(course)
    found = draft(course, coordinator)
    for _number in range(rules.MOST_TESTS):
        service.send_test(ref=found.public_id, enrolment_ref=None, to_person=coordinator.id)
    with pytest.raises(errors.TooManyTests):
        service.send_test(ref=found.public_id, enrolment_ref=None, to_person=coordinator.id)
    for _number in range(rules.MOST_A_DAY):
        sent(course, coordinator)
    with pytest.raises(errors.TooManyAnnouncements):
        service.send(ref=found.public_id, seen=seen(found))
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert service.send(ref=found.public_id, seen=seen(found)).state == rules.SENDING


def test_a_test_goes_to_who_writes_in_the_words_of_one_of_the_chosen(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    someone = participant(course, language="en", given_names="Inés")
    found = draft(course, coordinator)
    service.send_test(ref=found.public_id, enrolment_ref=someone.public_id, to_person=coordinator.id)
    deliver_all(app)
    (letter,) = mailbox(app)
    assert (letter["To"].addresses[0].addr_spec, letter["Subject"]) == ("coordinator@example.org", "About Planning")
    assert "Dear Inés" in text_of(letter)
    assert display.progress_of(queries.announcement(found.public_id)).sent == 0


def test_a_test_of_what_can_be_declined_looks_like_it_and_comes_at_once_whatever_its_writer_declined(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    participant(course, language="en")
    notifications.wish(person_id=coordinator.id, kind=queries.NEWS, wanted=False)
    notifications.choose_digest(person_id=coordinator.id, hour=7)
    found = draft(course, coordinator, about_activity=False)
    service.send_test(ref=found.public_id, enrolment_ref=None, to_person=coordinator.id)
    deliver_all(app)
    (letter,) = mailbox(app)
    address = "http://localhost/messages/stop/test"
    assert (letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"]) == (
        f"<{address}>",
        "List-Unsubscribe=One-Click",
    )
    _language, shown = letters.shown_to(found, queries.people_chosen(course.id, found.to).items[0], "")
    for text in (text_of(letter), html_of(letter), shown.text, shown.html):
        assert address in text


def test_a_test_of_what_everybody_gets_has_no_link_to_stop_it(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    participant(course)
    found = draft(course, coordinator)
    service.send_test(ref=found.public_id, enrolment_ref=None, to_person=coordinator.id)
    deliver_all(app)
    assert mailbox(app)[0]["List-Unsubscribe"] is None


def test_what_a_person_is_called_is_never_read_as_a_placeholder_or_a_link(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    someone = participant(course, language="en")
    with writing():
        someone.person.given_names = "{sender} **http://evil.example**"
    sent(course, coordinator)
    service.write_rows()
    deliver_all(app)
    assert "Dear {sender} **http://evil.example** " in text_of(mailbox(app)[0])
    assert 'href="http://evil.example' not in html_of(mailbox(app)[0])


def test_lists_stress_and_buttons_reach_the_reader(app: APIFlask, course: Activity, coordinator: Person) -> None:
    participant(course)
    body = "Traiga **dos** cosas:\n- una idea\n- una duda\n\n{link}"
    sent(course, coordinator, words={"es": Words("Hola", body)})
    service.write_rows()
    deliver_all(app)
    html = html_of(mailbox(app)[0])
    assert "<strong>dos</strong>" in html
    assert ">una idea</li>" in html
    assert html.count('class="mail-button"') == 2


@pytest.mark.parametrize(
    ("own", "written", "of_activity", "got"),
    [
        ("fr", ["es", "fr"], ["es"], "fr"), ("fr", ["es", "en"], ["en", "es"], "en"), ("fr", ["pt"], ["es"], "pt"),
        ("fr", ["pt", "en"], [], "en"),
    ],
)  # fmt: skip
def test_the_language_is_ones_own_else_the_activitys_first_else_any(
    own: str, written: list[str], of_activity: list[str], got: str
) -> None:
    assert rules.language_for(own, written, of_activity) == got


def test_the_count_says_who_gets_another_language_than_their_own(course: Activity, coordinator: Person) -> None:
    for language in ("es", "es", "fr"):
        participant(course, language=language)
    reach = display.reach_of(draft(course, coordinator))
    assert reach.people == 3
    assert [(one.language, one.people, one.instead) for one in reach.languages] == [("es", 2, None), ("es", 1, "fr")]
    assert list(WORDS) == ["es", "en"]


def test_a_message_that_comes_back_is_counted_so_and_keeps_nothing_waiting(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    participant(course, email="a@example.org")
    participant(course, email="b@example.org")
    ref = sent(course, coordinator)
    service.write_rows()
    deliver_all(app)
    with writing() as session:
        session.query(Message).filter(Message.kind == queries.KIND).first().state = "bounced"
    found = queries.announcement(ref)
    progress = display.progress_of(found)
    assert (progress.sent, progress.bounced, progress.waiting, progress.running) == (1, 1, 0, False)
    assert str(display.state_of(found, progress)[1]) == "good"


def test_what_is_not_about_the_activity_can_be_declined_and_then_reaches_the_others_alone(
    app: APIFlask, course: Activity, coordinator: Person
) -> None:
    ana, _luis = (participant(course, email=f"{name}@example.org") for name in ("ana", "luis"))
    notifications.wish(person_id=ana.person_id, kind=queries.NEWS, wanted=False)
    sent(course, coordinator, about_activity=False)
    sent(course, coordinator)
    service.write_rows()
    deliver_all(app)
    assert len(mailbox(app, "ana@example.org")) == 1
    news, about = sorted(mailbox(app, "luis@example.org"), key=lambda letter: "List-Unsubscribe" not in letter)
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in about
    numbers = [display.progress_of(found) for found in queries.announcements_of(course.id).items]
    assert [(found.sent, found.skipped) for found in numbers] == [(2, 0), (1, 1)]


def test_a_message_that_became_one_of_the_other_sort_is_confirmed_anew(course: Activity, coordinator: Person) -> None:
    participant(course)
    found = draft(course, coordinator)
    confirmed = seen(found)
    with writing():
        queries.announcement(found.public_id).about_activity = False
    with pytest.raises(errors.AudienceChanged):
        service.send(ref=found.public_id, seen=confirmed)
