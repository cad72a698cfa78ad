"""What a room above adds to letters: decided when they are sent, in their right place, once by one room."""

from collections.abc import Sequence
from email.message import EmailMessage

import pytest
from apiflask import APIFlask

from ilpes_lms.notifications import enclosures, service
from ilpes_lms.notifications.enclosures import CalendarPart, Occasion
from ilpes_lms.notifications.errors import NothingToEnclose
from tests.factories.notifications import deliver_all, mailbox, messages

TEXT = "BEGIN:VCALENDAR\r\nX-TEST:ñ “long” " + "x" * 200 + "\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def asked(app: APIFlask) -> list[Occasion]:
    """The occasions on which a room was asked what goes along."""
    return []


@pytest.fixture
def enclosing(app: APIFlask, monkeypatch: pytest.MonkeyPatch, asked: list[Occasion]) -> list[CalendarPart]:
    """What goes along with the kind test.greeting."""
    parts: list[CalendarPart] = []

    def enclose(occasion: Occasion) -> Sequence[CalendarPart]:
        asked.append(occasion)
        if not parts:
            raise NothingToEnclose
        return parts

    monkeypatch.setitem(app.extensions, enclosures._EXTENSION, {})
    enclosures.register(app, ["test.greeting"], enclose)
    return parts


def sent(app: APIFlask, kind: str = "test.greeting") -> list[EmailMessage]:
    values = {"title": "x"} if kind == "test.greeting" else {"token": "x"}
    with app.app_context():
        service.send(kind=kind, key=f"{kind}:1", values=values, address="ana@example.org", language="en")
    deliver_all(app)
    return mailbox(app)


def test_the_first_part_says_the_same_as_the_text_and_the_others_are_files(
    app: APIFlask, enclosing: list[CalendarPart], asked: list[Occasion]
) -> None:
    enclosing += [CalendarPart(TEXT, "REQUEST", "1.ics"), CalendarPart(TEXT, "CANCEL", "2.ics")]
    (letter,) = sent(app)
    found = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert [dict(part.get_params() or [])["method"] for part in found] == ["REQUEST", "CANCEL"]
    assert [part.get_filename() for part in found] == [None, "2.ics"]
    assert all(part.get_payload(decode=True) == TEXT.encode() for part in found)
    (occasion,) = asked
    assert (occasion.message_id, occasion.address, occasion.language) == (letter["Message-ID"], "ana@example.org", "en")


def test_a_letter_that_is_nothing_without_what_goes_along_is_not_sent(
    app: APIFlask, enclosing: list[CalendarPart]
) -> None:
    assert sent(app) == []
    assert [message.state for message in messages(app)] == ["skipped"]


def test_letters_of_other_kinds_have_nothing_enclosed(
    app: APIFlask, enclosing: list[CalendarPart], asked: list[Occasion]
) -> None:
    (letter,) = sent(app, "test.secret")
    assert letter.get_content_type() == "multipart/alternative"
    assert asked == []


def test_two_rooms_can_not_enclose_in_one_kind(app: APIFlask, enclosing: list[CalendarPart]) -> None:
    with pytest.raises(ValueError, match=r"two rooms enclose something in test\.greeting"):
        enclosures.register(app, ["test.greeting"], lambda _occasion: ())
