"""What the room of people posts is sent here: the link reaches the person and nobody else."""

from datetime import timedelta

import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.notifications import notes
from ilpes_lms.people import service
from tests.factories.notifications import Sink, deliver_all, link_in, mail_over, mailbox, messages


def sign_up(app: APIFlask, language: str = "pt") -> None:
    with app.app_context():
        service.sign_up(
            email="nova@example.org", password="seven quiet rivers", given_names="Nova", first_surname="Lima",
            country="BRA", sex="female", language=language, zone="America/Sao_Paulo", consent=True,
        )  # fmt: skip
    deliver_all(app)


def test_the_confirmation_s_link_opens_the_account_and_is_not_in_the_log(app: APIFlask, client: FlaskClient) -> None:
    sign_up(app)
    (letter,) = mailbox(app, "nova@example.org")
    path = link_in(letter)
    assert letter["Content-Language"] == "pt"
    token = path.rsplit("/", 1)[-1]
    (message,) = messages(app)
    assert token not in str({c.name: getattr(message, c.name) for c in type(message).__table__.columns})
    with app.app_context():
        assert service.confirm_email(token=token).account_id


def test_a_confirmation_whose_link_ran_out_before_it_could_be_sent_is_skipped(app: APIFlask) -> None:
    with Sink() as sink:
        dead = sink.url
    with mail_over(app, dead):
        sign_up(app)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        deliver_all(app)
    assert [(m.state, m.note) for m in messages(app)] == [("skipped", notes.NOT_DUE)]
