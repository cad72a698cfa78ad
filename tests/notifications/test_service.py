"""A wish is one row, a row is one letter, and what can't be sent says why."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import OperationalError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import delivery, notes, rules, service, transport
from ilpes_lms.notifications.errors import CanNotBeSentAgain, MessageNotFound
from ilpes_lms.notifications.models import Message
from tests.factories.notifications import (
    Question,
    Sink,
    add_person,
    deliver_all,
    greet,
    html_of,
    letter_of,
    mail_over,
    mailbox,
    messages,
    text_of,
)


def the_message(app: APIFlask) -> Message:
    (message,) = messages(app)
    return message


def hand_over(claims: list[delivery.Claim]) -> None:
    with transport.open_transport() as way:
        delivery.deliver(claims, way)


def wish(app: APIFlask, *keys: str, **more: str) -> None:
    with app.app_context():
        for key in keys or ("k",):
            greet(key, **more)


def test_the_same_wish_twice_is_one_message(app: APIFlask) -> None:
    wish(app, "k", "k", "other")
    assert [m.key for m in messages(app)] == ["k", "other"]


def test_of_many_wishes_those_that_are_new_are_counted(app: APIFlask) -> None:
    def wishes(*numbers: int) -> list[service.Wish]:
        return [service.Wish(kind="test.greeting", key=f"{n}", address="ana@example.org") for n in numbers]

    with app.app_context():
        counts = [service.send_all(wishes(*of)) for of in ((1, 2, 3), (2, 3, 4, 4, 5), (1, 5), ())]
    assert counts == [3, 2, 0, 0]


def test_the_same_wish_from_many_threads_at_once_is_one_message(app: APIFlask) -> None:
    barrier = threading.Barrier(4)

    def one(_: int) -> None:
        with app.app_context():
            barrier.wait()
            greet("k")
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert len(messages(app)) == 1


def test_a_wish_in_a_transaction_that_is_rolled_back_is_none(app: APIFlask, notes: list[object]) -> None:
    def regret() -> None:
        with writing():
            greet("k")
            raise ValueError

    with app.app_context(), pytest.raises(ValueError, match=r"^$"):
        regret()
    assert (messages(app), notes) == ([], [])


def test_many_wishes_of_one_unit_of_work_wake_the_worker_once(app: APIFlask, notes: list[object]) -> None:
    with app.app_context():
        with writing():
            greet("1")
            greet("2")
        greet("3")
    assert notes == [("notifications.deliver", ())] * 2


def test_a_wish_needs_somebody(app: APIFlask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="a person or an address"):
        greet("k", to=None)


def test_a_message_is_sent_once_however_often_the_job_runs(app: APIFlask) -> None:
    wish(app)
    deliver_all(app)
    deliver_all(app)
    (letter,) = mailbox(app)
    message = the_message(app)
    assert letter["Subject"] == "Hello there"
    assert letter["Message-ID"] == message.message_id == f"<{message.public_id}@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert "http://localhost/x" in text_of(letter)
    assert '<a href="http://localhost/x"' in html_of(letter)
    assert (message.state, message.attempts, message.sent_to, message.note) == ("sent", 1, "ana@example.org", "")


def test_a_message_for_later_waits(app: APIFlask, notes: list[object]) -> None:
    with app.app_context():
        greet("k", due_at=clock.now() + timedelta(hours=1))
    deliver_all(app)
    assert (the_message(app).state, notes) == ("queued", [])
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        deliver_all(app)
    assert the_message(app).state == "sent"


def test_a_person_is_written_to_at_their_confirmed_address_in_their_language(app: APIFlask) -> None:
    with app.app_context():
        for code in ("es", "en", "pt", "fr"):
            person = add_person(f"{code}@example.org", language=code)
            service.send(
                kind="test.dated", key=code, values={"when": "2027-04-06T15:00:00+00:00"}, person_id=person.id
            )  # fmt: skip
    deliver_all(app)
    assert [(letter["To"].addresses[0].display_name, letter["Subject"]) for letter in mailbox(app)] == [
        ("Ana Soto", "martes, 6 de abril de 2027"),
        ("Ana Soto", "Tuesday, 6 April 2027"),
        ("Ana Soto", "terça-feira, 6 de abril de 2027"),
        ("Ana Soto", "mardi 6 avril 2027"),
    ]
    assert "10:00" in text_of(mailbox(app, "fr@example.org")[0])


def test_the_wish_may_name_another_address_and_language(app: APIFlask) -> None:
    with app.app_context():
        person = add_person(language="fr")
        greet("k", to="new@example.org", language="pt", person_id=person.id)
    deliver_all(app)
    (letter,) = mailbox(app)
    assert letter["To"].addresses[0].addr_spec == "new@example.org"
    assert letter["Content-Language"] == "pt"


def test_a_person_without_a_confirmed_address_is_skipped_with_a_note(app: APIFlask) -> None:
    with app.app_context():
        greet("k", to=None, person_id=add_person(verified=False).id)
    deliver_all(app)
    assert mailbox(app) == []
    assert (the_message(app).state, the_message(app).note) == ("skipped", notes.NO_ADDRESS)


def test_trust_13_what_is_no_longer_due_when_its_turn_comes_is_skipped(app: APIFlask, question: Question) -> None:
    wish(app)
    question.due = False
    deliver_all(app)
    assert (mailbox(app), question.asked) == ([], [({"title": "there"}, None)])
    assert (the_message(app).state, the_message(app).note) == ("skipped", notes.NOT_DUE)


def test_trust_11_a_kind_that_nobody_knows_fails_at_once_and_the_rest_goes_on(app: APIFlask) -> None:
    with app.app_context():
        service.send(kind="test.unheard_of", key="x", values={}, address="ana@example.org")
    wish(app)
    deliver_all(app)
    assert [(m.state, m.note) for m in messages(app)] == [("failed", notes.UNKNOWN_KIND), ("sent", "")]


def test_a_template_with_a_hole_is_never_sent_and_ends_as_failed(app: APIFlask) -> None:
    with app.app_context():
        service.send(kind="test.holed", key="x", values={}, address="ana@example.org")
    wish(app)
    for hours in range(0, 60, 10):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            deliver_all(app)
    holed, greeting = messages(app)
    assert (holed.state, holed.attempts) == ("failed", rules.MOST_ATTEMPTS)
    assert holed.note.splitlines() == [notes.UNWRITABLE, "UndefinedError"]
    assert greeting.state == "sent"


@pytest.mark.parametrize("address", ["nobody", "a@b@c d", "x@", "@example.org", "a\r\nBcc: b@example.org", "a b@x.org"])
def test_an_address_that_is_none_fails_at_once(app: APIFlask, address: str) -> None:
    wish(app, to=address)
    deliver_all(app)
    assert (mailbox(app), the_message(app).state) == ([], "failed")


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x85", "\u2028", "\v", "\0"])
def test_trust_35_line_breaks_in_titles_and_names_reach_no_header(app: APIFlask, ending: str) -> None:
    nasty = f"x{ending}Bcc: victim@example.org"
    with app.app_context():
        person = add_person(name=nasty.replace("\0", ""))
        if ending == "\0" and db.engine.dialect.name == "postgresql":
            pytest.skip("PostgreSQL refuses NUL in text and JSON")
        greet("k", title=nasty, to=None, person_id=person.id)
    with Sink() as sink, mail_over(app, sink.url):
        deliver_all(app)
    ((recipient, letter),) = sink.taken
    assert recipient == "ana@example.org"
    assert letter["Bcc"] is None
    assert letter_of(letter.as_bytes()).keys() == letter.keys()
    assert set(map(str.lower, letter.keys())) == {
        "auto-submitted", "content-language", "content-type", "date", "from", "message-id", "mime-version", "subject",
        "to", "x-ilpes-message",
    }  # fmt: skip


def test_trust_33_script_in_a_title_is_inert_in_the_letter(app: APIFlask) -> None:
    wish(app, title="<script>alert(1)</script>")
    deliver_all(app)
    assert "<script>" not in html_of(mailbox(app)[0])
    assert "&lt;script&gt;" in html_of(mailbox(app)[0])


def test_a_one_time_link_reaches_the_mail_and_never_the_log(app: APIFlask) -> None:
    with app.app_context():
        service.send(kind="test.secret", key="x", values={"token": "t0p-s3cret", "n": 1}, address="ana@example.org")
    deliver_all(app)
    message = the_message(app)
    assert "http://localhost/confirm/t0p-s3cret" in text_of(mailbox(app)[0])
    assert "http://localhost/confirm/••••••" in message.text
    assert message.values == {"n": 1}
    assert "t0p-s3cret" not in str({c.name: getattr(message, c.name) for c in Message.__table__.columns})


def test_letters_leave_over_a_real_mail_server(app: APIFlask) -> None:
    wish(app, "1", "2", title="ñandú")
    with Sink() as sink, mail_over(app, sink.url):
        deliver_all(app)
    assert [letter["Message-ID"] for _, letter in sink.taken] == [m.message_id for m in messages(app)]
    assert {letter["Subject"] for _, letter in sink.taken} == {"Hello ñandú"}
    assert mailbox(app) == []


def test_a_dead_mail_server_is_tried_once_a_batch_and_the_letters_leave_when_it_is_back(app: APIFlask) -> None:
    wish(app, "1", "2", "3")
    with Sink() as sink:
        dead = sink.url
    with mail_over(app, dead):
        deliver_all(app)
    assert [(m.state, m.attempts) for m in messages(app)] == [("queued", 1)] * 3
    assert "could not be reached" in messages(app)[2].note
    with Sink() as sink, mail_over(app, sink.url):
        deliver_all(app)
        assert sink.taken == []
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            deliver_all(app)
    assert len(sink.taken) == 3
    assert [(m.state, m.note) for m in messages(app)] == [("sent", "")] * 3


def test_a_mail_server_that_stays_dead_leaves_failed_messages_that_can_be_sent_again(app: APIFlask) -> None:
    wish(app)
    with Sink() as sink:
        dead = sink.url
    with mail_over(app, dead):
        for hours in range(0, 60, 10):
            with time_machine.travel(clock.now() + timedelta(hours=hours)):
                deliver_all(app)
    assert (the_message(app).state, the_message(app).attempts) == ("failed", 6)
    with app.app_context():
        service.send_again(message_ref=the_message(app).public_id)
    deliver_all(app)
    assert [m.state for m in messages(app)] == ["failed", "sent"]
    assert [letter["Message-ID"] for letter in mailbox(app)] == [messages(app)[1].message_id]


def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(app: APIFlask) -> None:
    wish(app, "1")
    with Sink() as sink, mail_over(app, sink.url):
        sink.answer = "550 no such mailbox"
        deliver_all(app)
        wish(app, "2")
        sink.answer = "451 later"
        deliver_all(app)
    first, second = messages(app)
    assert (first.state, first.attempts, first.note.splitlines()[1]) == ("failed", 1, "550 no such mailbox")
    assert (second.state, second.attempts, second.note.splitlines()[1]) == ("queued", 1, "451 later")


def test_a_message_whose_secret_was_erased_is_not_sent_again(app: APIFlask) -> None:
    with app.app_context():
        service.send(kind="test.secret", key="x", values={"token": "t0p"}, address="ana@example.org")
    deliver_all(app)
    with app.app_context(), pytest.raises(CanNotBeSentAgain):
        service.send_again(message_ref=the_message(app).public_id)
    assert len(messages(app)) == 1


def test_only_what_is_over_is_sent_again(app: APIFlask) -> None:
    wish(app)
    with app.app_context():
        with pytest.raises(CanNotBeSentAgain):
            service.send_again(message_ref=the_message(app).public_id)
        with pytest.raises(MessageNotFound):
            service.send_again(message_ref="nothing")


def test_a_message_left_by_a_dead_worker_is_sent_when_its_lease_is_over(app: APIFlask) -> None:
    wish(app)
    with app.app_context():
        assert len(service._claim(10)) == 1
    deliver_all(app)
    assert (mailbox(app), the_message(app).state) == ([], "sending")
    with time_machine.travel(clock.now() + rules.LEASE + timedelta(seconds=1)):
        deliver_all(app)
    assert (len(mailbox(app)), the_message(app).state) == (1, "sent")


def test_whoever_lost_the_lease_neither_sends_nor_marks(app: APIFlask) -> None:
    wish(app)
    with app.app_context():
        late = service._claim(10)
        with time_machine.travel(clock.now() + rules.LEASE + timedelta(seconds=1)):
            hand_over(service._claim(10))
        hand_over(late)
    assert (len(mailbox(app)), the_message(app).state, the_message(app).attempts) == (1, "sent", 1)


def test_trust_8_a_database_that_fails_between_sending_and_marking_costs_one_duplicate_of_the_same_id(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish(app)
    mark = delivery._mark

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE messages", {}, Exception("gone"))

    with Sink() as sink, mail_over(app, sink.url):
        monkeypatch.setattr(delivery, "_mark", fail)
        with pytest.raises(OperationalError):
            deliver_all(app)
        monkeypatch.setattr(delivery, "_mark", mark)
        deliver_all(app)
        assert len(sink.taken) == 1
        with time_machine.travel(clock.now() + rules.LEASE + timedelta(seconds=1)):
            deliver_all(app)
    assert [letter["Message-ID"] for _, letter in sink.taken] == [the_message(app).message_id] * 2
    assert (the_message(app).state, the_message(app).note) == ("sent", notes.PERHAPS_TWICE)


def test_trust_11_a_message_that_kills_its_worker_each_time_ends_as_failed(app: APIFlask) -> None:
    wish(app)
    start = clock.now()
    for round_ in range(rules.MOST_ATTEMPTS):
        with time_machine.travel(start + round_ * (rules.LEASE + timedelta(seconds=5))), app.app_context():
            (claim,) = service._claim(10)
            assert delivery._take_in_hand(claim) is not None
    with time_machine.travel(start + timedelta(hours=1)):
        deliver_all(app)
    assert (mailbox(app), the_message(app).state, the_message(app).note) == ([], "failed", notes.INTERRUPTED)


def test_a_message_costs_one_transaction_that_reads_and_one_that_writes(app: APIFlask) -> None:
    wish(app, *map(str, range(10)))
    committed = []

    def note(connection: object) -> None:
        committed.append(connection)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", note)
    try:
        deliver_all(app)
    finally:
        event.remove(engine, "commit", note)
    assert {m.state for m in messages(app)} == {"sent"}
    around = 6  # taking the first, marking the last, two polls, and what SQLite ends before it writes
    assert len(committed) <= 2 * 10 + around


def test_trust_10_workers_at_once_send_each_message_once(app: APIFlask) -> None:
    wish(app, *map(str, range(40)))
    together(3, lambda: deliver_all(app))
    ids = [letter["Message-ID"] for letter in mailbox(app)]
    assert len(ids) == len(set(ids)) == 40
    assert {m.state for m in messages(app)} == {"sent"}


def test_trust_10_without_leases_workers_at_once_would_send_twice(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test before: with the protection off, the same race shows."""
    monkeypatch.setattr(delivery, "_TAKE_IN_HAND", delivery._taking(delivery._ROWS.c.id == bindparam("claimed")))
    wish(app)
    with app.app_context():
        (claim,) = service._claim(1)
    for _ in range(2):
        with app.app_context():
            hand_over([claim])
    assert len(mailbox(app)) == 2


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_one_that_somebody_else_has_locked_is_left_alone_and_the_mark_before_it_is_kept(app: APIFlask) -> None:
    """To wait for it with the mark not committed could be a deadlock with whoever waits for that mark."""
    wish(app, "first", "locked")
    with app.app_context():
        claims = service._claim(10)
        with db.engine.connect() as other:
            other.execute(select(Message.id).where(Message.key == "locked").with_for_update())
            hand_over(claims)
            assert [(m.key, m.state, m.attempts) for m in messages(app)] == [
                ("first", "sent", 1), ("locked", "sending", 0),
            ]  # fmt: skip
    with time_machine.travel(clock.now() + rules.LEASE + timedelta(seconds=1)):
        deliver_all(app)
    assert [letter["Message-ID"] for letter in mailbox(app)] == [m.message_id for m in messages(app)]


def test_a_lease_that_is_nearly_over_is_renewed_before_the_message_is_sent(app: APIFlask) -> None:
    wish(app, "a", "b")
    with app.app_context():
        fresh, old = service._claim(10)
        assert delivery._take_in_hand(fresh).claim == fresh
        with time_machine.travel(fresh.lease - rules.ENOUGH, tick=False):
            found = delivery._take_in_hand(old)
    assert found.claim.lease == fresh.lease - rules.ENOUGH + rules.LEASE
    assert messages(app)[1].lease_until == found.claim.lease


def together(count: int, work: Callable[[], None]) -> None:
    barrier = threading.Barrier(count)

    def one(_: int) -> None:
        barrier.wait()
        work()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


def test_what_somebody_waits_for_is_taken_in_hand_before_a_long_queue(app: APIFlask) -> None:
    wish(app, *map(str, range(30)), due_at=clock.now() - timedelta(hours=1))
    with app.app_context():
        service.send(kind="test.awaited", key="awaited", values={"title": "you"}, address="ana@example.org")
        service._claim(20)
    taken = [message.key for message in messages(app) if message.state == "sending"]
    assert "awaited" in taken
    assert len(taken) == len(set(taken)) == 20


def test_what_the_people_room_sends_to_let_somebody_in_is_awaited(app: APIFlask) -> None:
    with app.app_context():
        for kind in ("people.reset_password", "people.confirm_email", "people.address_known", "test.greeting"):
            service.send(kind=kind, key=kind, values={}, address="ana@example.org")
    assert [message.awaited for message in messages(app)] == [True, True, True, False]
