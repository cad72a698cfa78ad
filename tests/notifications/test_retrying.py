"""Messages that did not get through: looked through by reason, domain and kind, and sent again together."""

import threading
from contextlib import suppress

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications import transport
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.retrying import queries, service
from ilpes_lms.notifications.retrying.errors import NothingToRetry, OthersByNow, RetryUnderWay
from ilpes_lms.notifications.retrying.models import MessageRetry
from ilpes_lms.notifications.retrying.queries import Stranded
from tests.factories import people
from tests.factories.notifications import Question, deliver_all, mailbox, messages

PAGE = "/admin/undelivered-messages"
ALL = Stranded()


def fail(
    number: int, *, domain: str = "example.org", note: str = transport.REFUSED, kind: str = "test.greeting"
) -> None:
    """Write messages that failed for good, the mail server's own words below the reason."""
    with writing() as session:
        for _ in range(number):
            count = len(session.scalars(select(Message.id)).all())
            notifications.send(
                kind=kind, key=f"k{count}", values={"title": f"no. {count}"}, address=f"p{count}@{domain}"
            )
        new = update(Message).where(Message.state == "queued")
        session.execute(new.values(state="failed", note=f"{note}\n550 no", sent_to=Message.address))


@pytest.fixture
def administrator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    client.get("/help?lang=en")
    return client


def again(app: APIFlask) -> list[Message]:
    return [message for message in messages(app) if message.again_of_id is not None]


def test_messages_are_counted_and_found_by_reason_domain_and_kind(context: APIFlask) -> None:
    fail(2)
    fail(1, domain="Gob.example")
    fail(1, note=transport.NO_SUCH_ADDRESS, kind="test.dated")
    counts = queries.counts()
    assert counts.reasons == {"refused": 3, "no_such_address": 1}
    assert counts.domains == {"example.org": 3, "gob.example": 1}
    assert counts.kinds == {"test.greeting": 3, "test.dated": 1}
    for which, number in (
        (ALL, 4), (Stranded(reason="refused"), 3), (Stranded(domain="GOB.example"), 1),
        (Stranded(kind="test.dated"), 1),
        (Stranded(reason="refused", domain="example.org"), 2), (Stranded(reason="nonsense"), 0),
    ):  # fmt: skip
        assert (queries.repeatable(which), len(queries.stranded(which).items)) == (number, number)


def test_all_that_are_shown_are_sent_again_once_and_the_rest_is_left(app: APIFlask, run_jobs) -> None:
    with app.app_context():
        fail(3)
        fail(2, note=transport.POSTPONED)
        made = service.retry_all(which=Stranded(reason="refused"), seen=3)
    run_jobs()
    with app.app_context():
        service.go_on()
        found = queries.retry(made.public_id)
        assert (found.state, found.done, found.total) == ("over", 3, 3)
        assert queries.counts().reasons == {"postponed": 2}
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "notifications.retry_all"))
        assert entry.details == {"messages": 3, "reason": "refused", "kind": ""}
    assert [message.state for message in again(app)] == ["sent"] * 3
    assert len(mailbox(app)) == 3


def test_what_is_no_longer_due_is_not_sent_although_all_were_asked_for(
    app: APIFlask, run_jobs, question: Question
) -> None:
    with app.app_context():
        fail(2)
        service.retry_all(which=ALL, seen=2)
    question.due = False
    run_jobs()
    assert [message.state for message in again(app)] == ["skipped", "skipped"]
    assert mailbox(app) == []


def test_what_failed_since_then_is_not_sent_with_them(app: APIFlask) -> None:
    with app.app_context():
        fail(2)
        service.retry_all(which=ALL, seen=2)
        fail(1)
        service.go_on()
        assert queries.repeatable(ALL) == 1
    assert len(again(app)) == 2


def test_who_saw_another_number_is_told_and_nothing_is_sent(context: APIFlask) -> None:
    fail(3)
    with pytest.raises(OthersByNow, match="It is 3 messages by now, not 2"):
        service.retry_all(which=ALL, seen=2)
    with pytest.raises(NothingToRetry):
        service.retry_all(which=Stranded(domain="nowhere.example"), seen=0)
    assert queries.last_retry() is None


def test_what_held_a_secret_is_shown_and_never_sent_again(context: APIFlask) -> None:
    fail(2)
    with writing() as session:
        first = select(Message.id).order_by(Message.id).limit(1).scalar_subquery()
        session.execute(update(Message).where(Message.id == first).values(erased=True))
    assert (queries.repeatable(ALL), len(queries.stranded(ALL).items)) == (1, 2)
    service.retry_all(which=ALL, seen=1)
    service.go_on()
    assert len(queries.stranded(ALL).items) == 1


def asked_by_three_at_once(app: APIFlask) -> int:
    barrier, made = threading.Barrier(3), []

    def press() -> None:
        with app.app_context():
            barrier.wait(10)
            with suppress(RetryUnderWay):
                made.append(service.retry_all(which=ALL, seen=2))

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return len(made)


def test_of_three_who_press_at_once_one_begins_it(app: APIFlask) -> None:
    with app.app_context():
        fail(2)
    assert asked_by_three_at_once(app) == 1
    with app.app_context():
        assert len(db.session.scalars(select(MessageRetry)).all()) == 1


def test_without_the_look_and_the_index_each_of_them_would(app: APIFlask, monkeypatch) -> None:
    """The negative control of the test before."""
    monkeypatch.setattr(queries, "is_under_way", lambda: False)
    (index,) = (one for one in MessageRetry.__table__.indexes if one.name == "uq_message_retries_open")
    with app.app_context():
        fail(2)
        index.drop(db.engine)
    try:
        assert asked_by_three_at_once(app) == 3
    finally:
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(MessageRetry.__table__.delete())
            index.create(db.engine)


def test_the_domain_is_forgotten_when_it_is_over(context: APIFlask) -> None:
    fail(1, domain="soto.example")
    made = service.retry_all(which=Stranded(domain="soto.example"), seen=1)
    assert made.domain == "soto.example"
    service.go_on()
    db.session.expire_all()
    assert (queries.retry(made.public_id).domain, len(queries.stranded(ALL).items)) == ("", 0)


def test_an_administrator_narrows_the_list_and_sends_all_that_is_shown(
    app: APIFlask, administrator: FlaskClient, notes
) -> None:
    with app.app_context():
        fail(2)
        fail(1, domain="gob.example", note=transport.POSTPONED)
    page = administrator.get(f"{PAGE}?domain=gob.example&lang=en").text
    assert "p2@gob.example" in page
    assert "p0@example.org" not in page
    assert "1 message is sent again, if it is still due by then." in page
    assert "The mail server refused the message. (2)" in page
    shown = {"reason": "", "domain": "gob.example", "kind": "", "count": 1}
    answer = people.form_post(administrator, f"{PAGE}/retries", shown, page=PAGE)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?domain=gob.example")
    assert ("notifications.retry", ()) in notes
    assert "0 of 1" in administrator.get(f"{PAGE}?lang=en").text
    with app.app_context():
        service.go_on()
    page = administrator.get(f"{PAGE}?lang=en").text
    assert "1 message was queued again" in page
    assert "p2@gob.example" not in page


def test_who_presses_what_is_no_longer_so_is_told_how_to_go_on(app: APIFlask, administrator: FlaskClient) -> None:
    with app.app_context():
        fail(2)
    people.form_post(administrator, f"{PAGE}/retries", {"count": 1}, page=PAGE)
    assert "It is 2 messages by now, not 1." in administrator.get(f"{PAGE}?lang=en").text
    people.form_post(administrator, f"{PAGE}/retries", {"count": "many"}, page=PAGE)
    assert "Look at the list, and ask from there." in administrator.get(f"{PAGE}?lang=en").text
    assert again(app) == []


def test_with_nothing_to_show_the_page_says_what_will_be_there(administrator: FlaskClient) -> None:
    assert "Everything got through" in administrator.get(f"{PAGE}?lang=en").text
    assert "No message fits" in administrator.get(f"{PAGE}?reason=held&lang=en").text
    assert administrator.get(f"{PAGE}?reason=nonsense").status_code == 422


def test_a_long_list_takes_few_statements(app: APIFlask, administrator: FlaskClient, statements: list[str]) -> None:
    with app.app_context():
        fail(60)
    administrator.get(PAGE)
    del statements[:]
    assert "cursor=" in administrator.get(PAGE).text
    assert len(statements) <= 12


def test_a_program_reads_them_and_has_them_sent_again_by_one_key_once(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.administrator()
        fail(2)
    headers = people.bearer(app, "admin@example.org")
    found = client.get("/api/v1/undelivered-messages?reason=refused&size=1", headers=headers).json
    assert (len(found["items"]), found["repeatable"], found["reasons"]) == (1, 2, {"refused": 2})
    once = {**headers, "Idempotency-Key": "1"}
    answers = [client.post("/api/v1/message-retries", json={"count": 2}, headers=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    other = client.post("/api/v1/message-retries", json={"count": 2}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "retry_under_way")
    with app.app_context():
        service.go_on()
    over = client.get(f"/api/v1/message-retries/{answers[0].json['id']}", headers=headers).json
    assert (over["state"], over["done"]) == ("over", 2)
    assert client.get("/api/v1/message-retries/nothing", headers=headers).status_code == 404


def test_a_worker_that_dies_between_parts_leaves_the_rest_to_the_next(app: APIFlask, monkeypatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 2)
    with app.app_context():
        fail(5)
        made = service.retry_all(which=ALL, seen=5)
        assert service._next_part()
        assert queries.retry(made.public_id).done == 2
        service.go_on()
        db.session.expire_all()
        assert (queries.retry(made.public_id).done, queries.repeatable(ALL)) == (5, 0)
    deliver_all(app)
    assert [message.state for message in again(app)] == ["sent"] * 5
