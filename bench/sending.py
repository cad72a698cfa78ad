"""Messages sent end to end by one worker, beside a bare smtplib loop; polls with much waiting, beside little."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from flask import Flask
from results import Figure
from sqlalchemy import delete, func, select, text

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import letter, service
from ilpes_lms.notifications.kinds import kind_named
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import render
from ilpes_lms.people import service as people

LETTERS, ROUNDS, CLAIMS = 200, 3, 40
BACKLOG, HARDLY = 100_000, 100
KIND = "people.address_known"
_numbers = count(1)


class Miscounted(Exception):
    """Not every message was sent, so the figure would be of nothing."""


class _Undone(Exception):
    pass


def figures(app: Flask) -> list[Figure]:
    """Measure sending, then the poller in front of a hundred thousand that wait for later, and that are due."""
    rate = Figure(
        "Messages sent end to end, one worker", "messages/s", "a bare smtplib loop, one connection", least=0.3
    )
    with _sink() as port, app.app_context():
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=f"smtp://127.0.0.1:{port}")
        person_id = people.create_person(email="reader@example.org", given_names="Ana", first_surname="Soto").id
        ready = _letter(app)
        for number in range(ROUNDS + 1):
            whole, alone = _sent(person_id), _bare(ready, port)
            if number:
                rate.add(LETTERS / whole, LETTERS / alone)
        return [rate, *_polling(person_id)]


def _sent(person_id: int) -> float:
    service.send_all([_wish(person_id) for _ in range(LETTERS)])
    begun = time.perf_counter()
    service.deliver(for_seconds=600)
    took = time.perf_counter() - begun
    left = db.session.scalar(select(func.count()).select_from(Message).where(Message.state != "sent"))
    if left:
        raise Miscounted(left)
    return took


def _bare(ready: EmailMessage, port: int) -> float:
    begun = time.perf_counter()
    with closing(smtplib.SMTP("127.0.0.1", port)) as server:
        for _ in range(LETTERS):
            server.send_message(ready)
    return time.perf_counter() - begun


def _letter(app: Flask) -> EmailMessage:
    """Write the letter that is sent, once."""
    kind = kind_named(KIND)
    if kind is None:
        raise Miscounted(KIND)
    draft = render(kind, {}, language="es", person_name="Ana Soto")
    return letter.compose(
        draft, message_id="<bare@example.org>", sender=app.config["SETTINGS"].mail_from, name="Ana Soto",
        address="reader@example.org", language="es",
    )  # fmt: skip


def _polling(person_id: int) -> Iterator[Figure]:
    for what, ahead in (("due", timedelta()), ("for later", timedelta(days=30))):
        name = f"Polls for 20 messages, {BACKLOG:,} waiting ({what})"
        found = Figure(name, "polls/s", f"with {HARDLY} due", least=0.5)
        few = _fill(person_id, HARDLY, timedelta()), [_polls() for _ in range(ROUNDS)]
        _fill(person_id, BACKLOG, ahead)
        if ahead:
            _fill(person_id, HARDLY, timedelta(), clear=False)
        for reference in few[1]:
            found.add(_polls(), reference)
        yield found
    with writing() as session:
        session.execute(delete(Message))


def _fill(person_id: int, number: int, ahead: timedelta, *, clear: bool = True) -> None:
    with writing() as session:
        if clear:
            session.execute(delete(Message))
        service.send_all([_wish(person_id, ahead) for _ in range(number)])
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE messages"))
        db.session.commit()


def _polls() -> float:
    begun = time.perf_counter()
    for _ in range(CLAIMS):
        with suppress(_Undone), writing():
            service._claim(20)  # noqa: SLF001 - the poller's own statement, taken back so that each finds the same
            raise _Undone
    return CLAIMS / (time.perf_counter() - begun)


def _wish(person_id: int, ahead: timedelta = timedelta()) -> service.Wish:
    number = next(_numbers)
    return service.Wish(
        kind=KIND, key=f"bench/{number}", person_id=person_id, address=f"reader{number}@example.org",
        due_at=clock.now() + ahead,
    )  # fmt: skip


@contextmanager
def _sink() -> Iterator[int]:
    """Run a mail server in a process of its own; yield its port."""
    command = [sys.executable, str(Path(__file__).with_name("sink.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()
