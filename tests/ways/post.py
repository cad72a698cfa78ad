"""Reading the mail that the system wrote to files."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from apiflask import APIFlask


def letters_to(app: APIFlask, address: str) -> list[EmailMessage]:
    """Return the letters to an address, oldest first."""
    folder = Path(app.config["SETTINGS"].var) / "mail"
    parser = BytesParser(policy=policy.default)
    letters = [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
    return [letter for letter in letters if isinstance(letter, EmailMessage) and address in str(letter["To"])]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, path: str) -> str:
    """Return the last part of the link to a path, for example of `/confirm/`."""
    found = re.search(re.escape(path) + r"([\w.~-]+)", text_of(letter))
    assert found is not None, text_of(letter)
    return found.group(1)
