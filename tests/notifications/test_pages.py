"""The log of messages as coordinators see it."""

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.notifications import service
from tests.factories import people
from tests.factories.notifications import Sink, add_person, deliver_all, greet, mail_over, messages


def failed_message(app: APIFlask) -> str:
    with app.app_context():
        greet("failing", title="<b>bold</b>")
    with Sink() as sink, mail_over(app, sink.url):
        sink.answer = "550 no such mailbox"
        deliver_all(app)
    return messages(app)[-1].public_id


@pytest.fixture
def coordinator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


def test_the_log_shows_to_whom_what_and_in_which_state(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        greet("k", to=None, person_id=add_person().id)
    deliver_all(app)
    failed_message(app)
    page = coordinator.get("/coordinate/messages?lang=en").text
    assert "Ana Soto, ana@example.org" in page
    assert re.search(r"Hello there</a>", page)
    assert "Sent (1)" in page
    assert "Failed (1)" in page
    assert "Hello &lt;b&gt;bold&lt;/b&gt;" in page
    only_failed = coordinator.get("/coordinate/messages?state=failed").text
    assert "Hello there" not in only_failed


def test_one_message_can_be_read_with_its_note_and_attempts(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = failed_message(app)
    page = coordinator.get(f"/coordinate/messages/{reference}?lang=en").text
    assert "The mail server refused the message." in page
    assert "550 no such mailbox" in page
    assert f"&lt;{reference}@localhost&gt;" in page


def test_a_failed_message_is_sent_again_from_its_page(app: APIFlask, coordinator: FlaskClient) -> None:
    reference = failed_message(app)
    answer = people.form_post(
        coordinator, f"/coordinate/messages/{reference}/send-again", page=f"/coordinate/messages/{reference}"
    )
    assert answer.status_code == 303
    deliver_all(app)
    first, again = messages(app)
    assert (first.state, again.state) == ("failed", "sent")
    assert answer.location == f"/coordinate/messages/{again.public_id}"
    assert f"/coordinate/messages/{reference}" in coordinator.get(answer.location).text
    earlier = coordinator.get(f"/coordinate/messages/{reference}").text
    assert answer.location in earlier
    assert "send-again" not in earlier


def test_a_message_that_can_not_be_sent_again_says_why(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        greet("waiting")
    reference = messages(app)[0].public_id
    page = f"/coordinate/messages/{reference}"
    assert "send-again" not in coordinator.get(page).text
    answer = people.form_post(coordinator, f"{page}/send-again?lang=en", page="/my/password")
    assert "it is still on its way" in coordinator.get(f"{answer.location}?lang=en").text


def test_the_log_is_searched_by_kind_and_by_whom_it_went_to(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        greet("1", to=None, person_id=add_person().id)
        greet("2", to="beto@example.org", title="Beto")
    deliver_all(app)
    page = coordinator.get("/coordinate/messages?to=beto&state=sent&lang=en").text
    assert ("Hello Beto" in page, "Hello there" in page) == (True, False)
    assert "Sent (1)" in page
    assert 'value="beto"' in page
    assert "No message fits" in coordinator.get("/coordinate/messages?to=nobody&lang=en").text
    assert coordinator.get("/coordinate/messages?kind=nonsense").status_code == 422


def test_a_one_time_link_is_masked_on_the_page(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        service.send(kind="test.secret", key="x", values={"token": "t0p-s3cret"}, address="ana@example.org")
    deliver_all(app)
    page = coordinator.get(f"/coordinate/messages/{messages(app)[-1].public_id}").text
    assert "/confirm/••••••" in page
    assert "t0p-s3cret" not in page


def test_a_full_log_takes_few_statements_and_goes_on_by_cursor(
    app: APIFlask, coordinator: FlaskClient, statements: list[str]
) -> None:
    with app.app_context():
        for number in range(60):
            greet(f"k{number}", to=None, person_id=add_person(f"p{number}@example.org").id, title=f"no. {number}.")
    deliver_all(app)
    del statements[:]
    page = coordinator.get("/coordinate/messages").text
    assert len(statements) <= 12
    assert "no. 59." in page
    assert "no. 9." not in page
    following = re.search(r'href="(/coordinate/messages\?[^"]*cursor=[^"]+)"', page)
    assert following is not None
    assert "no. 9." in coordinator.get(following.group(1).replace("&amp;", "&")).text


def test_a_coordinator_of_one_division_sees_no_message_of_others(app: APIFlask, client: FlaskClient) -> None:
    reference = failed_message(app)
    with app.app_context():
        people.coordinator("social@example.org", division="social_development")
    people.sign_in(client, "social@example.org")
    assert "bold" not in client.get("/coordinate/messages").text
    assert client.get(f"/coordinate/messages/{reference}").status_code == 404
    assert client.get("/coordinate/messages?cursor=nonsense").status_code == 422


def test_nobody_else_reads_the_log(app: APIFlask, client: FlaskClient) -> None:
    assert client.get("/coordinate/messages").status_code == 303
    with app.app_context():
        people.staff("statistics_reader", "other@example.org")
        people.person("nobody@example.org")
    for address in ("other@example.org", "nobody@example.org"):
        people.sign_in(client, address)
        assert client.get("/coordinate/messages").status_code == 403
