"""Messages as a test sees them: what is in the letter box, what the log says; and kinds made for tests."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apiflask import APIFlask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select, update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import kinds, rendering, service, tasks
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import EmailAddress, Person

TEMPLATES = {
    "test/mail/greeting.txt": "Subject: Hello {{ title }}\n\n{{ person_name }}: {{ title }}\n{{ absolute('/x') }}\n",
    "test/mail/secret.txt": "Subject: A link\n\nOpen {{ absolute('/confirm/' ~ token) }} now.\n",
    "test/mail/holed.txt": "Subject: Hole\n\n{{ nobody_gave_this }}\n",
    "test/mail/dated.txt": "Subject: {{ weekday(when) }}\n\n{{ moment(when, 'America/Bogota') }}\n",
}


def deliver_all(app: APIFlask) -> None:
    """Send all that is due, as the job does."""
    with app.app_context():
        tasks.deliver()


def deliver_later(app: APIFlask) -> None:
    """Let the time pass until all that is queued is due, and send it."""
    with app.app_context(), writing() as session:
        session.execute(update(Message).where(Message.state == "queued").values(due_at=clock.now()))
    deliver_all(app)


def mailbox(app: APIFlask, to: str | None = None) -> list[EmailMessage]:
    """Return the letters written to files in this test, oldest first, or those to one address."""
    with app.app_context():
        known = set(db.session.scalars(select(Message.message_id)))
    letters = [letter_of(path.read_bytes()) for path in sorted(_folder(app).glob("*.eml"))]
    return [
        letter
        for letter in letters
        if str(letter["Message-ID"]) in known and (to is None or letter["To"].addresses[0].addr_spec == to)
    ]


def letter_of(content: bytes) -> EmailMessage:
    """Return a letter read back from its bytes."""
    letter = message_from_bytes(content, policy=default)
    assert isinstance(letter, EmailMessage)
    return letter


def text_of(letter: EmailMessage) -> str:
    """Return a letter's plain text, its soft line breaks joined again as mail programs do (RFC 3676)."""
    part = letter.get_body(("plain",))
    assert part is not None
    return re.sub(r"(?m)^ ", "", re.sub(r"(?m)(?<!^--) \n", " ", str(part.get_content())))


def html_of(letter: EmailMessage) -> str:
    """Return a letter's HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """Return the path and query of the first address in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text_of(letter))
    assert found is not None, text_of(letter)
    return found.group(1)


def messages(app: APIFlask) -> list[Message]:
    """Return the outbox, oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Message).order_by(Message.id)))


def _folder(app: APIFlask) -> Path:
    folder: Path = app.config["SETTINGS"].var / "mail"
    return folder


@dataclass
class Question:
    """The answer that kinds made for tests give to "still due?"."""

    due: bool = True
    asked: list[tuple[dict[str, Any], int | None]] = field(default_factory=list)

    def __call__(self, values: dict[str, Any], person_id: int | None) -> bool:
        self.asked.append((values, person_id))
        return self.due


@contextmanager
def test_kinds(app: APIFlask) -> Iterator[Question]:
    """Make the kinds test.greeting, test.awaited, test.secret, test.holed and test.dated known while a test runs."""
    registered = app.extensions["ilpes-message-kinds"]
    before, loader, question = dict(registered), app.jinja_env.loader, Question()
    assert loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), loader])
    app.extensions.pop(rendering._EXTENSION, None)
    kinds.register(app, Kind("test.greeting", "test/mail/greeting", is_due=question))
    kinds.register(app, Kind("test.secret", "test/mail/secret"))
    kinds.register(app, Kind("test.awaited", "test/mail/greeting", awaited=True))
    kinds.register(app, Kind("test.holed", "test/mail/holed"))
    kinds.register(app, Kind("test.dated", "test/mail/dated", values=_dated))
    yield question
    registered.clear()
    registered.update(before)
    app.jinja_env.loader = loader
    app.extensions.pop(rendering._EXTENSION, None)


def _dated(values: dict[str, Any], language: str) -> dict[str, Any]:
    return {"when": datetime.fromisoformat(values["when"])}


def greet(key: str = "k", *, to: str | None = "ana@example.org", title: str = "there", **more: Any) -> None:
    """Wish a greeting sent."""
    service.send(kind="test.greeting", key=key, values={"title": title}, address=to, **more)


def add_person(address: str = "ana@example.org", *, name: str = "Ana", verified: bool = True, **more: Any) -> Person:
    """Write a person with one address."""
    with writing() as session:
        person = Person(
            given_names=name, first_surname="Soto", certificate_name=f"{name} Soto", name_key=f"{name} soto".lower(),
            created_at=clock.now(), **more,
        )  # fmt: skip
        person.emails.append(
            EmailAddress(address=address, address_key=address, verified_at=clock.now() if verified else None)
        )
        session.add(person)
    return person


def add_address(person_id: int, address: str) -> None:
    """Write one more confirmed address of a person."""
    with writing() as session:
        session.add(
            EmailAddress(person_id=person_id, address=address, address_key=address, verified_at=clock.now())
        )  # fmt: skip


class Sink:
    """A real mail server that keeps what it takes; `answer` is its reply to a letter."""

    def __init__(self, **settings: Any) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answer = "250 OK"
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port(), **settings)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append((envelope.rcpt_tos[0], letter_of(envelope.content)))
        return self.answer

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def mail_over(app: APIFlask, url: str) -> Iterator[None]:
    """Let letters leave over a mail server while a test runs."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, mail_url=url)
    try:
        yield
    finally:
        app.config["SETTINGS"] = settings


def plain_letter(number: int = 1) -> EmailMessage:
    """Write the least letter that a mail server takes."""
    letter = EmailMessage()
    letter["From"], letter["To"] = "noreply@example.org", "ana@example.org"
    letter["Subject"], letter["Message-ID"] = f"Letter {number}", f"<{number}@example.org>"
    letter.set_content("Words.\n")
    return letter
