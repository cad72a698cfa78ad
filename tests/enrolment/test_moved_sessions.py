"""A class session that is moved or called off: who has a place is told once, in their zone and language."""

import re
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ilpes_lms.attendance import queries as attendance
from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Assignment
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.core.errors import Stale
from ilpes_lms.core.settings import institute_day
from ilpes_lms.notifications.models import Message
from tests.enrolment.test_announcements import told
from tests.factories import people
from tests.factories.attendance import make_taught, mark
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_offer, make_someone
from tests.factories.notifications import deliver_all, deliver_later, mailbox, text_of

DATES = "enrolment.dates_changed"
MOVED, CALLED_OFF = "enrolment.class_session_moved", "enrolment.class_session_cancelled"
SEVERAL, TAUGHT = "enrolment.class_sessions_changed", "enrolment.taught_dates_changed"


@pytest.fixture
def session_ref(app: APIFlask) -> str:
    """A class session in Santiago of a course with somebody in Lima, one who is offered a place and one who waits."""
    with app.app_context():
        course = make_activity(
            "international_open", title="Prospectiva", starts_on=date(2032, 4, 6), capacity=2,
            ends_on=date(2032, 5, 6), zone="America/Santiago",
        )  # fmt: skip
        make_offer(course)
        enrol(course, make_someone(email="ana@example.org", language="en", zone="America/Lima"))
        enrol(course, state="waitlisted")
        return make_class_session(course, starts_wall=datetime.fromisoformat("2032-04-13T18:00"), minutes=90).public_id


def lines_of(letter: EmailMessage) -> list[str]:
    """Return the lines of a letter with ordinary spaces."""
    return re.sub("[\u2009\u00a0]", " ", text_of(letter)).splitlines()


def move(app: APIFlask, ref: str, hour: int, **more: object) -> None:
    with app.app_context():
        catalogue.edit_class_session(
            class_session_ref=ref, starts_wall=datetime.fromisoformat(f"2032-04-14T{hour}:00"), **more
        )


def test_who_has_a_place_hears_of_a_move_with_old_and_new_time_in_their_zone(app: APIFlask, session_ref: str) -> None:
    move(app, session_ref, 16, minutes=60, reason="Feriado local")
    deliver_later(app)
    assert told(app, MOVED) == {"sent": 1}
    text = text_of(mailbox(app, to="ana@example.org")[-1])
    assert "Before: Tuesday, 13 April 2032, 18:00" in text
    assert "Now: Wednesday, 14 April 2032, 16:00" in text
    assert "where you are, 60 minutes" in text
    assert "Reason: Feriado local" in text


def test_each_move_is_told_once_and_one_that_was_overtaken_not_at_all(app: APIFlask, session_ref: str) -> None:
    move(app, session_ref, 16)
    move(app, session_ref, 16)
    move(app, session_ref, 17)
    deliver_later(app)
    assert told(app, MOVED) == {"sent": 1, "skipped": 1}


def change_dates(app: APIFlask, session_ref: str, starts_on: date, *, along: bool = False) -> None:
    """Give the activity of a class session another first day."""
    with app.app_context():
        activity = queries.class_session(session_ref).activity
        catalogue.edit_activity(
            activity_ref=activity.public_id, version=activity.version, starts_on=starts_on, move_class_sessions=along
        )


@pytest.mark.parametrize("dates_first", [True, False])
def test_new_dates_and_a_move_are_told_in_one_letter_whichever_came_first(
    app: APIFlask, session_ref: str, dates_first: bool
) -> None:
    deeds = [
        lambda: change_dates(app, session_ref, date(2032, 4, 7)),
        lambda: move(app, session_ref, 16, minutes=60, reason="Feriado local"),
    ]
    for deed in deeds if dates_first else deeds[::-1]:
        deed()
    deliver_all(app)
    assert not mailbox(app, to="ana@example.org"), "who changes several things is left the time to"
    deliver_later(app)
    assert (told(app, DATES)["sent"], told(app, MOVED)["sent"]) == (2, 0), "one who is offered a place hears of dates"
    (letter,) = mailbox(app, to="ana@example.org")
    lines = lines_of(letter)
    first = lines.index("When: 7 Apr – 6 May 2032")
    assert lines[first + 1].startswith("Class session 1: Wednesday, 14 April 2032, 16:00 (")
    assert lines[first + 1].endswith(" where you are, 60 minutes")
    assert lines[first + 2].startswith("Before: Tuesday, 13 April 2032, 18:00 (")
    assert lines[first + 3 : first + 5] == ["Reason: Feriado local", "Dates before: 6 Apr – 6 May 2032"]


def test_what_left_before_is_not_told_again_with_what_changes_later(app: APIFlask, session_ref: str) -> None:
    move(app, session_ref, 16)
    deliver_later(app)
    change_dates(app, session_ref, date(2032, 4, 7))
    deliver_later(app)
    first, second = (text_of(letter) for letter in mailbox(app, to="ana@example.org"))
    assert "Before: Tuesday, 13 April 2032, 18:00" in first
    assert "First class session: Wednesday, 14 April 2032, 16:00" in second
    assert "Tuesday, 13 April" not in second


def test_of_dates_that_changed_twice_the_letter_says_those_that_people_knew(app: APIFlask, session_ref: str) -> None:
    change_dates(app, session_ref, date(2032, 4, 7))
    change_dates(app, session_ref, date(2032, 4, 8))
    deliver_later(app)
    (letter,) = mailbox(app, to="ana@example.org")
    assert {"When: 8 Apr – 6 May 2032", "Dates before: 6 Apr – 6 May 2032"} <= set(lines_of(letter))


def test_what_was_put_back_before_anybody_heard_of_it_is_told_to_nobody(app: APIFlask, session_ref: str) -> None:
    change_dates(app, session_ref, date(2032, 4, 7))
    move(app, session_ref, 16)
    change_dates(app, session_ref, date(2032, 4, 6))
    with app.app_context():
        catalogue.edit_class_session(
            class_session_ref=session_ref, starts_wall=datetime.fromisoformat("2032-04-13T18:00")
        )
    deliver_later(app)
    assert told(app, DATES)["sent"] == told(app, MOVED)["sent"] == 0
    assert mailbox(app, to="ana@example.org") == []


def test_with_the_dates_put_back_a_move_is_told_by_itself(app: APIFlask, session_ref: str) -> None:
    move(app, session_ref, 16, reason="Feriado local")
    change_dates(app, session_ref, date(2032, 4, 7))
    change_dates(app, session_ref, date(2032, 4, 6))
    deliver_later(app)
    assert (told(app, DATES)["sent"], told(app, MOVED)["sent"]) == (0, 1)
    assert "Reason: Feriado local" in text_of(mailbox(app, to="ana@example.org")[0])


def test_class_sessions_that_move_along_and_are_moved_are_told_as_they_were_before_both(
    app: APIFlask, session_ref: str
) -> None:
    change_dates(app, session_ref, date(2032, 4, 7), along=True)
    move(app, session_ref, 16)
    deliver_later(app)
    (letter,) = mailbox(app, to="ana@example.org")
    assert "Class session 1: Wednesday, 14 April 2032, 16:00" in text_of(letter)
    assert "Before: Tuesday, 13 April 2032, 18:00" in text_of(letter)


def test_of_class_sessions_that_only_moved_along_the_letter_says_when_the_first_is(
    app: APIFlask, session_ref: str
) -> None:
    change_dates(app, session_ref, date(2032, 4, 7), along=True)
    deliver_later(app)
    lines = lines_of(mailbox(app, to="ana@example.org")[0])
    first = lines.index("When: 7 Apr – 6 May 2032")
    assert lines[first + 1].startswith("First class session: Wednesday, 14 April 2032, 18:00")
    assert lines[first + 2] == "Dates before: 6 Apr – 6 May 2032"


def test_class_sessions_that_stay_where_they_moved_along_are_told_when_the_dates_are_put_back(
    app: APIFlask, session_ref: str
) -> None:
    change_dates(app, session_ref, date(2032, 4, 7), along=True)
    change_dates(app, session_ref, date(2032, 4, 6))
    deliver_later(app)
    assert (told(app, DATES)["sent"], told(app, MOVED)["sent"]) == (0, 1)
    assert "Before: Tuesday, 13 April 2032, 18:00" in text_of(mailbox(app, to="ana@example.org")[0])


def test_a_letter_in_hand_is_not_taken_back(app: APIFlask, session_ref: str) -> None:
    move(app, session_ref, 16)
    with app.app_context(), writing() as session:
        session.execute(update(Message).values(state="sending", lease_until=clock.now()))
    change_dates(app, session_ref, date(2032, 4, 7))
    deliver_later(app)
    assert (told(app, DATES)["sent"], told(app, MOVED)["sent"]) == (2, 1)
    assert "Tuesday, 13 April" not in text_of(mailbox(app, to="ana@example.org")[-1])


def test_a_new_title_is_told_to_nobody(app: APIFlask, session_ref: str) -> None:
    with app.app_context():
        catalogue.edit_class_session(class_session_ref=session_ref, title="Otro")
    assert not told(app, MOVED)


def test_who_has_a_place_hears_that_a_class_session_is_called_off(app: APIFlask, session_ref: str) -> None:
    with app.app_context():
        for _ in range(2):
            catalogue.cancel_class_session(class_session_ref=session_ref, reason="Huelga")
    deliver_later(app)
    assert told(app, CALLED_OFF) == {"sent": 1}
    letter = mailbox(app, to="ana@example.org")[-1]
    assert letter["Subject"] == "Class session 1 is cancelled: Prospectiva"
    assert "Reason: Huelga" in text_of(letter)


def second_session(app: APIFlask, session_ref: str, *, title: str = "") -> str:
    """Add a class session a week after the first of its activity."""
    with app.app_context():
        activity = queries.class_session(session_ref).activity
        wall = datetime.fromisoformat("2032-04-20T18:00")
        return make_class_session(activity, starts_wall=wall, minutes=90, title=title).public_id


def call_off(app: APIFlask, ref: str, reason: str = "") -> None:
    with app.app_context():
        catalogue.cancel_class_session(class_session_ref=ref, reason=reason)


def change_both(app: APIFlask, session_ref: str) -> None:
    """Move the first class session of an activity and call the second off."""
    second = second_session(app, session_ref, title="Presupuestos")
    move(app, session_ref, 16, minutes=60)
    call_off(app, second, "Huelga")


def test_several_class_sessions_that_changed_are_told_in_one_letter_a_line_each(
    app: APIFlask, session_ref: str
) -> None:
    change_both(app, session_ref)
    deliver_all(app)
    assert not mailbox(app, to="ana@example.org"), "who changes several things is left the time to"
    deliver_later(app)
    assert (told(app, SEVERAL)["sent"], told(app, MOVED)["sent"], told(app, CALLED_OFF)["sent"]) == (1, 0, 0)
    (letter,) = mailbox(app, to="ana@example.org")
    assert letter["Subject"] == "Several class sessions have changed: Prospectiva"
    moved, cancelled = (line for line in lines_of(letter) if line.startswith("- "))
    assert moved.startswith("- Class session 1. Now: Wednesday, 14 April 2032, 16:00 (")
    assert "60 minutes. Before: Tuesday, 13 April 2032, 18:00 (" in moved
    assert cancelled.startswith("- Class session 2, “Presupuestos”. Cancelled. It was to begin: Tuesday, 20 April 2032")
    assert cancelled.endswith("Reason: Huelga")


def test_a_class_session_moved_and_then_called_off_is_told_once_with_the_time_that_people_knew(
    app: APIFlask, session_ref: str
) -> None:
    move(app, session_ref, 16, reason="Feriado")
    call_off(app, session_ref, "Huelga")
    deliver_later(app)
    assert (told(app, MOVED)["sent"], told(app, CALLED_OFF)["sent"]) == (0, 1)
    text = text_of(mailbox(app, to="ana@example.org")[0])
    assert "It was to begin: Tuesday, 13 April 2032, 18:00" in text
    assert "Reason: Huelga" in text
    assert "Feriado" not in text


def test_new_dates_name_class_sessions_that_were_called_off_in_the_same_letter(app: APIFlask, session_ref: str) -> None:
    call_off(app, second_session(app, session_ref))
    change_dates(app, session_ref, date(2032, 4, 7))
    deliver_later(app)
    assert (told(app, DATES)["sent"], told(app, CALLED_OFF)["sent"]) == (2, 0)
    (letter,) = mailbox(app, to="ana@example.org")
    assert any(line.startswith("Class session 2. Cancelled. It was to begin") for line in lines_of(letter))


def test_of_several_changes_one_that_is_put_back_leaves_the_letter_of_the_other(
    app: APIFlask, session_ref: str
) -> None:
    second = second_session(app, session_ref)
    move(app, session_ref, 16)
    call_off(app, second)
    with app.app_context():
        catalogue.edit_class_session(
            class_session_ref=session_ref, starts_wall=datetime.fromisoformat("2032-04-13T18:00")
        )
    deliver_later(app)
    assert (told(app, SEVERAL)["sent"], told(app, CALLED_OFF)["sent"]) == (0, 1)


def test_a_letter_of_several_that_left_late_is_silent_about_what_changed_again(app: APIFlask, session_ref: str) -> None:
    change_both(app, session_ref)
    with app.app_context(), writing() as session:
        session.execute(
            update(Message).where(Message.state == "queued").values(state="sending", lease_until=clock.now())
        )
    move(app, session_ref, 17)
    deliver_later(app)
    first, second = (text_of(letter) for letter in mailbox(app, to="ana@example.org"))
    assert "Presupuestos" in first
    assert "Class session 1. Now" not in first
    assert "Now: Wednesday, 14 April 2032, 17:00" in second


def test_who_teaches_hears_of_all_of_it_in_one_letter(app: APIFlask, session_ref: str) -> None:
    teacher = make_instructor(app, session_ref)
    change_both(app, session_ref)
    change_dates(app, session_ref, date(2032, 4, 7))
    deliver_later(app)
    (letter,) = mailbox(app, to=teacher)
    assert letter["Subject"] == "Dates have changed: Prospectiva"
    dates, moved, cancelled = (line for line in lines_of(letter) if line.startswith("- "))
    assert dates == "- Now: 7 Apr – 6 May 2032. Before: 6 Apr – 6 May 2032"
    assert moved.startswith("- Class session 1. Now: Wednesday, 14 April 2032, 16:00")
    assert "Cancelled. It was to begin" in cancelled
    assert "/teach/activities/" in text_of(letter)


def test_who_teaches_no_more_when_the_letter_leaves_gets_none(app: APIFlask, session_ref: str) -> None:
    teacher = make_instructor(app, session_ref)
    move(app, session_ref, 16)
    with app.app_context(), writing() as session:
        session.execute(update(Assignment).values(ends_on=institute_day() - timedelta(days=1)))
    deliver_later(app)
    assert mailbox(app, to=teacher) == []
    assert told(app, TAUGHT) == {"skipped": 1}


def make_instructor(app: APIFlask, session_ref: str) -> str:
    """Let somebody teach the activity of a class session; return their address."""
    with app.app_context():
        someone = make_someone(email="tomas@example.org", language="en")
        activity = queries.class_session(session_ref).activity
        catalogue.assign(activity_id=activity.id, person_id=someone.id, role="instructor")
        return "tomas@example.org"


def test_what_is_over_is_corrected_in_silence_and_its_marks_stay(app: APIFlask) -> None:
    with app.app_context():
        taught = make_taught(sessions=3, participants=1)
        mark(taught.sessions[0], taught.enrolments[0], "late")
        wall = datetime.fromisoformat(taught.sessions[0].wall_start)
        changed = catalogue.edit_class_session(
            class_session_ref=taught.session_refs[0], starts_wall=wall.replace(minute=(wall.minute + 1) % 60)
        )
        assert changed.starts_at < clock.now()
        assert attendance.roster_row(changed, taught.refs[0]).mark == "late"
    assert not told(app, MOVED)


def test_two_who_change_a_class_session_at_once_do_not_overwrite_each_other(
    app: APIFlask, client: FlaskClient, session_ref: str
) -> None:
    with app.app_context():
        people.coordinator()
        first = catalogue.edit_class_session(class_session_ref=session_ref, title="Uno", version=1)
        assert first.version == 2
        with pytest.raises(Stale):
            catalogue.edit_class_session(class_session_ref=session_ref, title="Dos", version=1)
    headers = people.bearer(app, "coordinator@example.org")
    url = f"/api/v1/class-sessions/{session_ref}"
    stale = client.patch(url, json={"title": "Dos"}, headers={**headers, "If-Match": '"1"'})
    assert stale.status_code == 412
    good = client.patch(url, json={"title": "Dos"}, headers={**headers, "If-Match": '"2"'})
    assert (good.status_code, good.json["version"], good.headers["ETag"]) == (200, 3, '"3"')
    people.sign_in(client, "coordinator@example.org")
    page = f"/coordinate/class-sessions/{session_ref}/edit?lang=en"
    typed = {"starts_wall": "2032-04-13T18:00", "minutes": "90", "zone": "America/Santiago", "title": "Tres"}
    refused = people.form_post(client, page, typed | {"version": "1"})
    assert (refused.status_code, "Someone else changed this" in refused.text) == (422, True)
    assert people.form_post(client, page, typed | {"version": "3"}).status_code == 303
