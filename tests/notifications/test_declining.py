"""A person stops what is not essential, by the link in the letter and without signing in."""

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.notifications import kinds, notes, service
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.models import DeclinedKind
from tests.factories.notifications import Question, add_person, deliver_all, greet, html_of, mailbox, messages, text_of


@pytest.fixture
def stop_path(app: APIFlask, question: Question) -> str:
    """A letter of a kind that may be declined was sent; this is the path of its link."""
    kinds.register(app, Kind("test.news", "test/mail/greeting", essential=False, label="News"))
    with app.app_context():
        person = add_person(language="en")
        service.send(kind="test.news", key="1", values={"title": "1"}, person_id=person.id)
        greet("essential", to=None, person_id=person.id)
    deliver_all(app)
    news, essential = mailbox(app)
    assert essential["List-Unsubscribe"] is None
    found = re.fullmatch(r"<http://localhost(/messages/stop/\S+)>", news["List-Unsubscribe"])
    assert found is not None
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found.group(1) in text_of(news)
    assert found.group(1) in html_of(news)
    assert found.group(1) not in messages(app)[0].text
    return found.group(1)


def send_more(app: APIFlask) -> list[tuple[str, str]]:
    person_id = messages(app)[0].person_id
    with app.app_context():
        service.send(kind="test.news", key="2", values={"title": "2"}, person_id=person_id)
        greet("more", to=None, person_id=person_id)
    deliver_all(app)
    return [(m.state, m.note) for m in messages(app)[-2:]]


def test_a_mail_program_declines_with_one_post_and_only_that_kind_stops(
    app: APIFlask, client: FlaskClient, stop_path: str
) -> None:
    assert client.post(stop_path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(stop_path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert send_more(app) == [("skipped", notes.DECLINED), ("sent", "")]


def test_looking_at_the_page_changes_nothing_and_the_choice_can_be_taken_back(
    app: APIFlask, client: FlaskClient, stop_path: str
) -> None:
    assert "You get messages of this kind: News" in client.get(stop_path).text
    client.post(stop_path)
    assert "no more messages of this kind: News" in client.get(stop_path).text
    client.post(stop_path, data={"wanted": "yes"})
    assert send_more(app) == [("sent", ""), ("sent", "")]


def test_the_link_in_a_test_says_what_it_is_and_declines_nothing(app: APIFlask, client: FlaskClient) -> None:
    assert "This was a test" in client.get("/messages/stop/test?lang=en").text
    for pressed in ({}, {"List-Unsubscribe": "One-Click"}):
        assert client.post("/messages/stop/test", data=pressed).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(DeclinedKind)).all() == []
    assert client.get("/api/v1/message-kinds/test").status_code == 404


def test_a_link_that_was_tampered_with_declines_nothing(app: APIFlask, client: FlaskClient, stop_path: str) -> None:
    with app.app_context(), pytest.raises(service.declining.StopLinkNotValid):
        service.decline(token=stop_path.removeprefix("/messages/stop/") + "x")
    assert send_more(app) == [("sent", ""), ("sent", "")]


def test_a_program_reads_and_sets_the_wish_by_the_last_part_of_the_link(
    app: APIFlask, client: FlaskClient, stop_path: str
) -> None:
    url = "/api/v1/message-kinds/" + stop_path.removeprefix("/messages/stop/")
    assert client.get(url).json["wanted"] is True
    for wanted in (False, False, True):
        assert client.put(url, json={"wanted": wanted}).json["wanted"] is wanted
        assert client.get(url).json["wanted"] is wanted
    assert client.put(url, json={}).status_code == 422
    assert client.put(url + "x", json={"wanted": False}).status_code == client.get(url + "x").status_code == 404
