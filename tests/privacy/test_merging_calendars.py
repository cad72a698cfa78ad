"""Of two enrolments in one activity one is set aside, and no calendar goes on showing what it was told of that one."""

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.calendars.models import CalendarBook
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from ilpes_lms.privacy.merging import queries as merging
from tests.calendars.client import Client
from tests.factories.calendars import give_place, make_course, settle
from tests.factories.enrolment import enrol, make_someone
from tests.factories.notifications import deliver_all, deliver_later, mailbox, text_of
from tests.privacy.test_merging import everything, merge, undo

FIRST, SECOND = "first@example.org", "second@example.org"


@pytest.fixture
def twice(app: APIFlask) -> None:
    """A course with two class sessions, in which somebody has a place under two addresses; both calendars know."""
    with app.app_context():
        course = make_course("2032-04-06T10:00", "2032-04-13T10:00")
        for address in (FIRST, SECOND):
            give_place(course, email=address, language="en")
    deliver_all(app)
    assert [len(shown(app, address).entries) for address in (FIRST, SECOND)] == [2, 2]


def shown(app: APIFlask, address: str) -> Client:
    client = Client(address)
    for letter in mailbox(app, to=address):
        client.receive(letter)
    return client


def in_one(app: APIFlask, *, backwards: bool = False) -> Client:
    """Return what a calendar shows that reads both mailboxes, in the order of letters or in the other one."""
    client = Client("")
    letters = [(address, letter) for address in (FIRST, SECOND) for letter in mailbox(app, to=address)]
    letters.sort(key=lambda pair: pair[1]["Date"])
    for address, letter in reversed(letters) if backwards else letters:
        client.owner = address
        client.receive(letter)
    return client


def person(address: str) -> Person:
    found = people.person_by_email(address)
    assert found
    return found


def merge_both(app: APIFlask, gone: str, stays: str) -> None:
    with app.app_context():
        merge(person(gone), person(stays))


def swept(app: APIFlask) -> None:
    with app.app_context():
        settle()
    deliver_later(app)


@pytest.mark.parametrize(("gone", "stays"), [(SECOND, FIRST), (FIRST, SECOND)], ids=["as they are", "exchanged"])
def test_the_calendar_that_is_written_to_no_more_is_emptied_and_the_other_one_goes_on(
    app: APIFlask, twice: None, gone: str, stays: str
) -> None:
    merge_both(app, gone, stays)
    swept(app)
    assert shown(app, SECOND).entries == {}
    assert len(shown(app, FIRST).entries) == 2


@pytest.mark.parametrize(("gone", "stays"), [(SECOND, FIRST), (FIRST, SECOND)], ids=["as they are", "exchanged"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_calendar_that_reads_both_mailboxes_goes_on_showing_what_stands(
    app: APIFlask, twice: None, gone: str, stays: str, backwards: bool
) -> None:
    merge_both(app, gone, stays)
    swept(app)
    assert len(in_one(app, backwards=backwards).entries) == 2


@pytest.mark.parametrize(("gone", "stays"), [(SECOND, FIRST), (FIRST, SECOND)], ids=["as they are", "exchanged"])
def test_what_changes_later_is_told_to_that_other_one_alone(app: APIFlask, twice: None, gone: str, stays: str) -> None:
    merge_both(app, gone, stays)
    swept(app)
    letters = len(mailbox(app, to=SECOND))
    with app.app_context():
        first = db.session.scalars(select(ClassSession).order_by(ClassSession.starts_at)).first()
        assert first
        catalogue.cancel_class_session(class_session_ref=first.public_id)
    deliver_all(app)
    swept(app)
    assert len(shown(app, FIRST).entries) == 1
    assert len(mailbox(app, to=SECOND)) == letters


def test_the_letter_says_that_both_records_are_one(app: APIFlask, twice: None) -> None:
    merge_both(app, SECOND, FIRST)
    swept(app)
    text = text_of(mailbox(app, to=SECOND)[-1])
    assert "both records are one now" in text
    assert f"{app.config['BASE_URL']}/my\n" in text + "\n"


def test_undone_before_anybody_was_told_nothing_is_told(app: APIFlask, twice: None) -> None:
    with app.app_context():
        before = everything()
        undo(merge(person(SECOND), person(FIRST)))
        after = everything()
        assert {name for name in before if before[name] != after[name]} <= {"enrolment_changes", "place_decisions"}
    letters = [len(mailbox(app, to=address)) for address in (FIRST, SECOND)]
    swept(app)
    assert [len(mailbox(app, to=address)) for address in (FIRST, SECOND)] == letters


def test_undone_after_that_both_calendars_show_it_again(app: APIFlask, twice: None) -> None:
    with app.app_context():
        made = merge(person(SECOND), person(FIRST)).public_id
    swept(app)
    with app.app_context():
        undo(merging.merge(made))
    swept(app)
    assert [len(shown(app, address).entries) for address in (FIRST, SECOND)] == [2, 2]


@pytest.mark.parametrize(("earlier", "entries"), [(FIRST, 0), (SECOND, 2)])
def test_where_only_the_one_set_aside_was_told_its_calendar_goes_on_if_it_is_written_to(
    app: APIFlask, earlier: str, entries: int
) -> None:
    later = SECOND if earlier == FIRST else FIRST
    with app.app_context():
        both = {address: make_someone(email=address, language="en") for address in (FIRST, SECOND)}
        course = make_course("2032-04-06T10:00", "2032-04-13T10:00")
        kept = enrol(course, both[earlier]).id
        give_place(course, both[later])
    deliver_all(app)
    with app.app_context():
        merge(person(FIRST), person(SECOND))
    swept(app)
    assert len(shown(app, later).entries) == entries
    with app.app_context():
        book = db.session.scalars(select(CalendarBook)).one()
        assert (book.enrolment_id == kept) is bool(entries)
