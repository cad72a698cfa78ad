"""A message that comes back says so, once, and its address is spared until it works again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.notifications import bouncing, notes, reports, service, telling
from ilpes_lms.notifications.models import BouncedAddress, BounceReport, Message
from tests.factories.bounces import dsn
from tests.factories.notifications import (
    Sink,
    add_address,
    add_person,
    deliver_all,
    greet,
    mail_over,
    mailbox,
    messages,
)

SECRET = "a secret that both know"


def sent_message(app: APIFlask, key: str = "k", **more: object) -> Message:
    """Send a message to Ana at her own address."""
    with app.app_context():
        person_id = db.session.scalar(select(Message.person_id).where(Message.person_id.is_not(None)).limit(1))
        greet(key, to=None, person_id=person_id or add_person().id, **more)
    deliver_all(app)
    return messages(app)[-1]


def bounced(app: APIFlask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(BouncedAddress.address_key)))


def report_of(app: APIFlask, content: bytes) -> bool:
    report = reports.failure_in(content)
    with app.app_context():
        return report is not None and bouncing.keep(report, bouncing.MAILBOX)


@pytest.mark.parametrize("named_by", ["envelope", "header", "message_id"])
def test_a_report_finds_its_message_by_whatever_the_server_kept_of_it(app: APIFlask, named_by: str) -> None:
    message = sent_message(app)
    assert report_of(app, dsn(message, named_by=named_by))
    (again,) = messages(app)
    assert (again.state, again.note.splitlines()) == ("bounced", [bouncing.RETURNED, "550 5.1.1 <ana>: unknown user"])
    assert bounced(app) == ["ana@example.org"]


def test_the_same_report_twice_and_another_of_the_same_message_change_nothing_more(app: APIFlask) -> None:
    message = sent_message(app)
    assert [report_of(app, dsn(message)) for _ in range(3)] == [True, False, False]
    assert report_of(app, dsn(message, report_id="<other@mx>"))
    with app.app_context():
        assert db.session.scalar(select(func.count(BounceReport.id))) == 2
        assert db.session.scalar(select(func.count(BouncedAddress.id))) == 1


def test_a_report_of_a_message_that_nobody_sent_changes_nothing(app: APIFlask) -> None:
    message = sent_message(app)
    stranger = Message(public_id="a" * 26, message_id="<never@example.org>", sent_to="ana@example.org")
    assert not report_of(app, dsn(stranger))
    assert (messages(app)[0].state, bounced(app), message.state) == ("sent", [], "sent")


def test_a_full_mailbox_is_a_bounce_but_no_fault_of_the_address(app: APIFlask) -> None:
    message = sent_message(app)
    assert report_of(app, dsn(message, status="5.2.2", diagnostic="552 5.2.2 mailbox full"))
    assert (messages(app)[0].state, bounced(app)) == ("bounced", [])


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_only_late_or_arrived_is_no_bounce(app: APIFlask, action: str) -> None:
    message = sent_message(app)
    assert not report_of(app, dsn(message, action=action))
    assert messages(app)[0].state == "sent"


def test_trust_13_what_was_queued_before_the_bounce_is_not_sent_after_it(app: APIFlask) -> None:
    """TRUST.md 13."""
    message = sent_message(app)
    with app.app_context():
        greet("later", to=None, person_id=message.person_id, due_at=clock.now() + timedelta(hours=1))
        greet("later, to the address itself", due_at=clock.now() + timedelta(hours=1))
    report_of(app, dsn(message))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        deliver_all(app)
    assert [(m.state, m.note) for m in messages(app)[1:]] == [("skipped", notes.BOUNCED_BEFORE)] * 2
    assert len(mailbox(app)) == 1


def test_an_address_that_somebody_gave_since_is_tried_and_works_again_once_something_arrives(app: APIFlask) -> None:
    message = sent_message(app)
    report_of(app, dsn(message))
    with app.app_context():
        greet("own", to=None, person_id=message.person_id)
        greet("given since", to="Ana@example.org")
        greet("own again", to=None, person_id=message.person_id)
    deliver_all(app)
    assert [m.state for m in messages(app)[1:]] == ["skipped", "sent", "sent"]
    assert bounced(app) == []


def test_another_confirmed_address_takes_the_place_of_one_at_which_nothing_arrives(app: APIFlask) -> None:
    message = sent_message(app)
    report_of(app, dsn(message))
    with app.app_context():
        assert message.person_id is not None
        add_address(message.person_id, "ana@elsewhere.example.org")
    assert sent_message(app, "2").sent_to == "ana@elsewhere.example.org"


def test_what_came_back_can_be_sent_again_as_a_message_of_its_own(app: APIFlask) -> None:
    message = sent_message(app)
    report_of(app, dsn(message))
    with app.app_context():
        again = [service.send_again(message_ref=message.public_id).public_id for _ in range(2)]
    deliver_all(app)
    first, second = messages(app)
    assert again == [second.public_id] * 2
    assert (first.state, second.state, second.again_of_id) == ("bounced", "sent", first.id)
    assert first.message_id != second.message_id


def test_a_server_that_knows_no_such_address_marks_it_at_once(app: APIFlask) -> None:
    with app.app_context():
        greet("k")
    with Sink() as sink, mail_over(app, sink.url):
        sink.answer = "550 5.1.1 no such mailbox"
        deliver_all(app)
    (message,) = messages(app)
    assert (message.state, bounced(app)) == ("bounced", ["ana@example.org"])
    assert message.note.splitlines()[1] == "550 5.1.1 no such mailbox"


@contextmanager
def secret(app: APIFlask, text: str = SECRET) -> Iterator[None]:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, bounce_secret=text)
    yield
    app.config["SETTINGS"] = settings


def told(
    client: FlaskClient, message: Message, *, signed: str = SECRET, age: int = 0, **more: str
) -> tuple[int, object]:
    values = {"event": "e1", "message_id": message.message_id, "status": "5.1.1", "reason": "no such user"} | more
    body = json.dumps(values).encode()
    header = telling.sign(body, int(clock.now().timestamp()) - age, signed)
    answer = client.post(
        "/api/v1/bounces", data=body, headers={"Content-Type": "application/json", "X-Signature": header}
    )
    return answer.status_code, answer.json and answer.json.get("news")


def test_a_mail_service_tells_of_a_bounce_once(app: APIFlask, client: FlaskClient) -> None:
    message = sent_message(app)
    with secret(app):
        assert [told(client, message) for _ in range(2)] == [(200, True), (200, False)]
    assert (messages(app)[0].state, bounced(app)) == ("bounced", ["ana@example.org"])


def test_a_report_without_the_secret_too_old_or_changed_is_refused(app: APIFlask, client: FlaskClient) -> None:
    message = sent_message(app)
    with secret(app):
        assert told(client, message, signed="another")[0] == 403
        assert told(client, message, age=400)[0] == 403
        body = json.dumps({"event": "e", "message_id": message.message_id}).encode()
        header = telling.sign(body, int(clock.now().timestamp()), SECRET)
        changed = client.post(
            "/api/v1/bounces", data=body + b" ", headers={"Content-Type": "application/json", "X-Signature": header}
        )
        assert changed.status_code == 403
    with secret(app, ""):
        assert told(client, message, signed="")[0] == 404
    assert (messages(app)[0].state, bounced(app)) == ("sent", [])
