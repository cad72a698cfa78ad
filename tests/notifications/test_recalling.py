"""What nobody has in hand yet is taken back, and says to whom and what; whatever is being sent leaves."""

import threading

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import notes, service
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.service import Recalled
from tests.factories.notifications import add_person, deliver_all, greet, mailbox, messages

ACTIVITY = "a" * 26


def take_back() -> list[Recalled]:
    return service.recall(kinds=("test.greeting",), activity_ref=ACTIVITY)


def test_what_is_taken_back_says_what_it_was_to_tell_and_leaves_its_key_to_another(app: APIFlask) -> None:
    with app.app_context():
        person_id = add_person().id
        greet("k", to=None, person_id=person_id, activity_ref=ACTIVITY, title="first")
        greet("elsewhere", activity_ref="b" * 26)
        service.send(
            kind="test.awaited", key="other", values={"title": "x"}, person_id=person_id, activity_ref=ACTIVITY
        )
        assert take_back() == [Recalled("test.greeting", person_id, {"title": "first"})]
        assert take_back() == []
        greet("k", to=None, person_id=person_id, activity_ref=ACTIVITY, title="second")
    deliver_all(app)
    found = {message.values["title"]: (message.state, message.note) for message in messages(app)}
    assert found == {
        "first": ("skipped", notes.SAID_BY_ANOTHER), "there": ("sent", ""), "x": ("sent", ""), "second": ("sent", ""),
    }  # fmt: skip


@pytest.mark.parametrize("state", ["sending", "sent", "failed"])
def test_what_is_in_hand_or_over_stays(app: APIFlask, state: str) -> None:
    with app.app_context():
        greet(activity_ref=ACTIVITY)
        with writing() as session:
            session.execute(update(Message).values(state=state))
        assert take_back() == []


def test_what_somebody_sent_again_on_purpose_stays(app: APIFlask) -> None:
    with app.app_context():
        greet(activity_ref=ACTIVITY)
    deliver_all(app)
    with app.app_context():
        service.send_again(message_ref=messages(app)[0].public_id)
        assert take_back() == []


def test_while_a_worker_sends_each_message_is_sent_or_taken_back_and_never_both(app: APIFlask) -> None:
    with app.app_context():
        for number in range(60):
            greet(str(number), title=str(number), activity_ref=ACTIVITY)
    barrier, taken = threading.Barrier(2), []

    def recall() -> None:
        with app.app_context():
            barrier.wait()
            taken.extend(one.values["title"] for one in take_back())
            db.session.remove()

    thread = threading.Thread(target=recall)
    thread.start()
    barrier.wait()
    deliver_all(app)
    thread.join()
    deliver_all(app)
    sent = [str(letter["Subject"]).removeprefix("Hello ") for letter in mailbox(app)]
    assert sorted([*sent, *taken], key=int) == [str(number) for number in range(60)]


def test_to_read_what_waits_and_then_take_it_back_would_take_back_what_left(app: APIFlask) -> None:
    """The negative control of the test before: one statement asks for the state and changes it, two would not do."""
    with app.app_context():
        greet(activity_ref=ACTIVITY)
        waiting = list(db.session.scalars(select(Message.id).where(Message.state == "queued")))
        db.session.commit()
        deliver_all(app)
        with writing() as session:
            session.execute(update(Message).where(Message.id.in_(waiting)).values(state="skipped"))
    assert len(mailbox(app)) == 1
    assert [message.state for message in messages(app)] == ["skipped"]
