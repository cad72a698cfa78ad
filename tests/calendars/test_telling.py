"""What a letter brings along for its reader's calendar: each change once, what stands when it is sent, to who has a
place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ilpes_lms.calendars import rules, tasks
from ilpes_lms.calendars import service as calendars
from ilpes_lms.calendars.models import CalendarEntry
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.notifications import declining, transport
from ilpes_lms.notifications import queries as outbox
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.errors import SendingFailed, Undeliverable
from ilpes_lms.notifications.models import Message
from tests.calendars.client import Client, objects_of
from tests.factories.calendars import give_place, make_course, settle
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import make_someone
from tests.factories.notifications import deliver_all, deliver_later, mailbox, messages, text_of

ANA = "ana@example.org"


@pytest.fixture
def course(app: APIFlask) -> str:
    """A course with two class sessions, in which Ana has just been given a place; return its ref."""
    with app.app_context():
        found = make_course("2032-04-06T10:00", "2032-04-13T10:00")
        give_place(found, email=ANA, language="en", zone="America/Lima")
        return found.public_id


def sessions(app: APIFlask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(ClassSession.public_id).order_by(ClassSession.starts_at)))


def ana(app: APIFlask) -> dict[str, object]:
    """Return what a deed of Ana's own needs."""
    with app.app_context():
        found = db.session.scalars(select(Enrolment)).first()
        assert found
        return {"enrolment_ref": found.public_id, "person_id": found.person_id}


def methods(letter: EmailMessage) -> list[str]:
    return [method for _text, method in objects_of(letter)]


def letters(app: APIFlask) -> list[tuple[str, list[str]]]:
    """Return the kind of each message that was sent, and what its letter told the calendar."""
    by_id = {letter["Message-ID"]: letter for letter in mailbox(app)}
    return [(one.kind, methods(by_id[one.message_id])) for one in messages(app) if one.state == "sent"]


def swept(app: APIFlask) -> None:
    with app.app_context():
        settle()
    deliver_later(app)


def shown(app: APIFlask) -> Client:
    client = Client(ANA)
    for letter in mailbox(app, to=ANA):
        client.receive(letter)
    return client


@contextmanager
def failing(error: Exception, *, after: bool = False) -> Iterator[None]:
    """Let the mail server fail, before or after it has taken a letter."""
    send = transport.Folder.send

    def fail(self: transport.Folder, *letter: object) -> None:
        if after:
            send(self, *letter)  # type: ignore[arg-type]
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport.Folder, "send", fail)
        yield


def try_again(app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Message).where(Message.state == "queued").values(due_at=clock.now()))
    deliver_all(app)


def test_the_letter_that_confirms_a_place_brings_the_class_sessions_along(app: APIFlask, course: str) -> None:
    deliver_all(app)
    (letter,) = mailbox(app, to=ANA)
    assert letters(app) == [("enrolment.confirmed", ["REQUEST", "REQUEST"])]
    parts = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html", "text/calendar", "text/calendar"]
    alternative = next(part for part in letter.walk() if part.get_content_type() == "multipart/alternative")
    assert [part.get_content_type() for part in alternative.iter_parts()][-1] == "text/calendar"
    assert [part.get_filename() for part in letter.iter_attachments()] == ["2032-04-13-1000.ics"]
    assert sorted(shown(app).entries) == sorted(f"{ref}@ilpes-lms" for ref in sessions(app))
    assert "Everything about it: http" in objects_of(letter)[0][0].replace("\r\n ", "")


def test_with_one_class_session_the_letter_has_nothing_attached(app: APIFlask) -> None:
    with app.app_context():
        give_place(make_course("2032-04-06T10:00"), email=ANA)
    deliver_all(app)
    (letter,) = mailbox(app)
    assert letter.get_content_type() == "multipart/alternative"
    assert methods(letter) == ["REQUEST"]


def test_a_move_goes_with_its_letter_and_with_no_other(app: APIFlask, course: str) -> None:
    deliver_all(app)
    first, _second = sessions(app)
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=first, starts_wall=datetime.fromisoformat("2032-04-07T16:00"))
        settle()
    assert len(letters(app)) == 1, "a letter of the calendar's own would say first what the other is to say"
    swept(app)
    assert letters(app)[1:] == [("enrolment.class_session_moved", ["REQUEST"])]
    (text, _method) = objects_of(mailbox(app)[-1])[0]
    assert f"UID:{first}@ilpes-lms" in text
    assert "SEQUENCE:1" in text
    assert "DTSTART;TZID=America/Santiago:20320407T160000" in text


def test_a_class_session_called_off_goes_with_its_letter(app: APIFlask, course: str) -> None:
    deliver_all(app)
    first, second = sessions(app)
    with app.app_context():
        catalogue.cancel_class_session(class_session_ref=first)
    swept(app)
    assert letters(app)[1:] == [("enrolment.class_session_cancelled", ["CANCEL"])]
    assert "STATUS:CANCELLED" in objects_of(mailbox(app)[-1])[0][0]
    assert list(shown(app).entries) == [f"{second}@ilpes-lms"]


def test_a_letter_of_several_class_sessions_brings_all_that_changed(app: APIFlask, course: str) -> None:
    deliver_all(app)
    first, second = sessions(app)
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=first, starts_wall=datetime.fromisoformat("2032-04-07T16:00"))
        catalogue.cancel_class_session(class_session_ref=second)
    swept(app)
    assert letters(app)[1:] == [("enrolment.class_sessions_changed", ["REQUEST", "CANCEL"])]
    assert list(shown(app).entries) == [f"{first}@ilpes-lms"]


def test_what_has_no_letter_of_its_own_is_told_together_once_it_has_settled(app: APIFlask, course: str) -> None:
    deliver_all(app)
    with app.app_context():
        activity = catalogue.lock_public(course)
        db.session.rollback()
        for day in (20, 27):
            make_class_session(activity, starts_wall=datetime(2032, 4, day, 10))  # noqa: DTZ001 - wall time
        catalogue.edit_class_session(class_session_ref=sessions(app)[0], title="Apertura")
        tasks.collect()
    deliver_all(app)
    assert len(letters(app)) == 1, "who changes several things is left the time to"
    swept(app)
    swept(app)
    assert letters(app)[1:] == [("calendars.update", ["REQUEST"] * 3)]
    letter = mailbox(app)[-1]
    assert letter["Subject"] == "Dates for your calendar: Prospectiva"
    assert "- Prospectiva: Apertura · Tuesday, 6 April 2032, 10:00 (Santiago time); 09:00" in text_of(letter)
    assert letter["List-Unsubscribe"]


def test_a_class_session_entered_by_mistake_is_taken_out_of_calendars(app: APIFlask, course: str) -> None:
    deliver_all(app)
    first, second = sessions(app)
    with app.app_context():
        catalogue.remove_class_session(class_session_ref=first)
    swept(app)
    assert letters(app)[1:] == [("calendars.update", ["CANCEL"])]
    assert list(shown(app).entries) == [f"{second}@ilpes-lms"]


def test_trust_13_who_leaves_gets_one_letter_that_empties_the_calendar_and_nothing_after(
    app: APIFlask, course: str
) -> None:
    deliver_all(app)
    with app.app_context():
        enrolment.withdraw(**ana(app))
        tasks.collect()
        tasks.collect()
    deliver_all(app)
    with app.app_context():
        catalogue.cancel_class_session(class_session_ref=sessions(app)[0])
        catalogue.edit_class_session(class_session_ref=sessions(app)[1], minutes=30)
    swept(app)
    assert letters(app)[1:] == [("calendars.update", ["CANCEL", "CANCEL"])]
    assert mailbox(app)[-1]["Subject"] == "Out of your calendar: Prospectiva"
    assert shown(app).entries == {}


def test_who_leaves_before_any_letter_left_gets_none(app: APIFlask, course: str) -> None:
    with app.app_context():
        enrolment.withdraw(**ana(app))
        tasks.collect()
    deliver_all(app)
    swept(app)
    assert letters(app) == []


def test_who_comes_back_is_told_under_higher_numbers(app: APIFlask) -> None:
    with app.app_context():
        webinar = make_activity("webinar", starts_in=20)
        make_class_session(webinar)
        someone = make_someone(email=ANA)
        for _ in range(2):
            enrolment.apply(activity_ref=webinar.public_id, person_id=someone.id)
            deliver_all(app)
            enrolment.withdraw(**ana(app))
            swept(app)
        enrolment.apply(activity_ref=webinar.public_id, person_id=someone.id)
    deliver_all(app)
    told = [text for letter in mailbox(app) for text, _method in objects_of(letter)]
    numbers = [int(text.partition("SEQUENCE:")[2].split()[0]) for text in told]
    assert numbers == [0, 1, 2, 3, 4]
    assert len(shown(app).entries) == 1


def test_a_place_taken_back_takes_the_class_sessions_along(app: APIFlask, course: str) -> None:
    deliver_all(app)
    with app.app_context():
        refs = [str(ana(app)["enrolment_ref"])]
        enrolment.decide(activity_ref=course, enrolment_refs=refs, decision="decline", reason="x", take_back=refs)
    deliver_all(app)
    swept(app)
    assert letters(app)[1:] == [("enrolment.place_taken_back", ["CANCEL", "CANCEL"])]


def test_an_activity_called_off_empties_calendars_with_its_letter(app: APIFlask, course: str) -> None:
    deliver_all(app)
    with app.app_context():
        catalogue.cancel(activity_ref=course)
    deliver_all(app)
    swept(app)
    assert letters(app)[1:] == [("enrolment.activity_cancelled", ["CANCEL", "CANCEL"])]


def test_days_stand_for_an_activity_without_class_sessions_until_it_has_some(app: APIFlask) -> None:
    with app.app_context():
        first = clock.today("America/Santiago") + timedelta(days=30)
        ref = make_activity("international_open", starts_on=first, days=10).public_id
        give_place(catalogue.lock_public(ref), email=ANA)
        months = make_activity("international_open", start_precision="month", end_precision="month", days=40)
        give_place(months, email="luis@example.org")
    deliver_all(app)
    assert methods(mailbox(app, to="luis@example.org")[0]) == []
    ((text, _method),) = objects_of(mailbox(app, to=ANA)[0])
    assert f"DTSTART;VALUE=DATE:{first:%Y%m%d}" in text
    assert "TRANSP:TRANSPARENT" in text
    with app.app_context():
        make_class_session(catalogue.lock_public(ref))
    swept(app)
    assert letters(app)[2:] == [("calendars.update", ["CANCEL", "REQUEST"])]


def by_choice(person_id: int) -> None:
    calendars.choose_invitations(person_id=person_id, wanted=True)


def by_the_link_in_the_mail(person_id: int) -> None:
    link = declining.stop_url(outbox.ref_of(person_id) or "", "calendars.update")
    notifications.decline(token=link.rpartition("/")[2], wanted=True)


def among_all_messages(person_id: int) -> None:
    notifications.wish(person_id=person_id, kind="calendars.update", wanted=True)


@pytest.mark.parametrize("want", [by_choice, by_the_link_in_the_mail, among_all_messages])
def test_who_wants_no_dates_by_mail_gets_letters_without_and_what_was_missed_when_they_want_them_again(
    app: APIFlask, course: str, want: Callable[[int], None]
) -> None:
    with app.app_context():
        calendars.choose_invitations(person_id=int(str(ana(app)["person_id"])), wanted=False)
    deliver_all(app)
    with app.app_context():
        make_class_session(catalogue.lock_public(course), starts_wall=datetime.fromisoformat("2032-04-20T10:00"))
    swept(app)
    assert letters(app) == [("enrolment.confirmed", [])]
    with app.app_context():
        want(int(str(ana(app)["person_id"])))
        tasks.collect()
    deliver_all(app)
    assert letters(app)[1:] == [("calendars.update", ["REQUEST"] * 3)]


@pytest.mark.parametrize("after", [True, False], ids=["taken", "not taken"])
def test_a_letter_tried_again_tells_the_same_under_the_same_numbers(app: APIFlask, course: str, after: bool) -> None:
    with failing(SendingFailed("Try again."), after=after):
        deliver_all(app)
    first = [objects_of(letter) for letter in mailbox(app)]
    try_again(app)
    told = [objects_of(letter) for letter in mailbox(app)]
    assert len(told[-1]) == 2
    assert told == [*first, told[-1]]
    assert all(each == told[-1] for each in told)


def test_a_letter_tried_again_tells_what_stands_by_then(app: APIFlask, course: str) -> None:
    with failing(SendingFailed("Try again.")):
        deliver_all(app)
    with app.app_context():
        catalogue.cancel_class_session(class_session_ref=sessions(app)[0])
    try_again(app)
    assert list(shown(app).entries) == [f"{sessions(app)[1]}@ilpes-lms"]


def test_what_a_letter_was_to_tell_that_was_given_up_goes_with_the_next(app: APIFlask, course: str) -> None:
    with failing(Undeliverable("Refused.")):
        deliver_all(app)
    assert [one.state for one in messages(app)] == ["failed"]
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=sessions(app)[0], minutes=45)
    deliver_later(app)
    assert letters(app) == [("enrolment.class_session_moved", ["REQUEST", "REQUEST"])]


def test_what_was_on_its_way_when_dates_were_declined_is_told_when_they_are_wanted_again(
    app: APIFlask, course: str
) -> None:
    deliver_all(app)
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=sessions(app)[0], title="Opening")
    with failing(SendingFailed("Try again.")):
        swept(app)
    for wanted in (False, True):
        with app.app_context():
            calendars.choose_invitations(person_id=int(str(ana(app)["person_id"])), wanted=wanted)
            tasks.collect()
        try_again(app)
    assert shown(app).entries[f"{sessions(app)[0]}@ilpes-lms"].summary.endswith(": Opening")


def test_of_what_is_over_nobody_is_told(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity("international_open", starts_in=-10, days=40)
        past = make_class_session(activity, starts_in=-5).public_id
        coming = make_class_session(activity, starts_in=5).public_id
        give_place(activity, email=ANA)
    deliver_all(app)
    assert list(shown(app).entries) == [f"{coming}@ilpes-lms"]
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=past, title="Otro")
    swept(app)
    assert len(letters(app)) == 1


def test_while_somebody_is_being_written_to_nothing_more_is_written(app: APIFlask, course: str) -> None:
    deliver_all(app)
    for title in ("A", "B"):
        with app.app_context():
            catalogue.edit_class_session(class_session_ref=sessions(app)[0], title=title)
            settle()
    assert [one.kind for one in messages(app)][1:] == ["calendars.update"]
    deliver_all(app)
    assert "SUMMARY:Prospectiva: B" in objects_of(mailbox(app)[-1])[0][0]
    swept(app)
    assert len(letters(app)) == 2


def test_the_log_does_not_show_how_to_join(app: APIFlask) -> None:
    with app.app_context():
        course = make_course("2032-04-06T10:00", joining_link="https://meet.example.org/secret")
        give_place(course, email=ANA)
    deliver_all(app)
    swept(app)
    assert "meet.example.org/secret" in objects_of(mailbox(app)[0])[0][0].replace("\r\n ", "")
    assert all("secret" not in one.text for one in messages(app))


def test_entries_are_kept_as_they_were_told(app: APIFlask, course: str) -> None:
    deliver_all(app)
    with app.app_context():
        told = list(db.session.scalars(select(CalendarEntry).order_by(CalendarEntry.starts_at)))
        assert [(entry.sequence, entry.standing, entry.uid) for entry in told] == [
            (0, True, rules.uid_of(ref)) for ref in sessions(app)
        ]
