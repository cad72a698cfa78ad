"""Messages as a test sees them: what is in the letter box, what the log says."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.notifications import tasks
from ilpes_lms.notifications.models import Message


def deliver_all(app: APIFlask) -> None:
    """Send all that is due, as the job does."""
    with app.app_context():
        tasks.deliver()


def mailbox(app: APIFlask, to: str | None = None) -> list[EmailMessage]:
    """Return the letters written to files in this test, oldest first, or those to one address."""
    with app.app_context():
        known = set(db.session.scalars(select(Message.message_id)))
    letters = [_letter(path) for path in sorted(_folder(app).glob("*.eml"))]
    return [
        letter
        for letter in letters
        if str(letter["Message-ID"]) in known and (to is None or letter["To"].addresses[0].addr_spec == to)
    ]


def text_of(letter: EmailMessage) -> str:
    """Return a letter's plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """Return a letter's HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """Return the first address in a letter, without the site's own."""
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


def _letter(path: Path) -> EmailMessage:
    letter = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(letter, EmailMessage)
    return letter
