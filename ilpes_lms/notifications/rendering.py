"""From a kind's templates to a letter in the reader's language; there is no request here, so addresses are absolute."""

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app
from jinja2 import Environment, StrictUndefined, TemplateNotFound

from ilpes_lms.notifications import links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.web.i18n import in_language

_EXTENSION = "ilpes-letter-templates"
_SUBJECT = "Subject:"
_FRAME = "notifications/mail/frame"
_LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: an address to follow, or words."""

    text: str
    link: bool


@dataclass(frozen=True)
class Draft:
    """What a message says; `secrets` are the parts of it that only its recipient may read."""

    subject: str
    text: str
    html: str
    secrets: tuple[str, ...] = ()


def render(kind: Kind, values: Values, *, language: str, person_name: str, unsubscribe_url: str | None = None) -> Draft:
    """Return a message in a language; raises when its template asks for a value that nobody gave."""
    with in_language(language):
        shown = {
            **kind.values(values, language), "base_url": links.base_url(), "absolute": links.absolute,
            "page": links.page, "person_name": person_name, "unsubscribe_url": unsubscribe_url,
        }  # fmt: skip
        subject, text = _split(_rendered(f"{kind.template}.txt", shown))
        shown |= {"subject": subject, "text": text, "paragraphs": paragraphs}
        return Draft(subject, _rendered(f"{_FRAME}.txt", shown), _html(kind, shown), _secrets(kind, values, shown))


def one_line(text: str) -> str:
    """Return a text without line breaks or control characters, so that it may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def paragraphs(text: str) -> list[list[list[Piece]]]:
    """Return a text as paragraphs of lines of pieces, for setting it as HTML."""
    return [[_pieces(line) for line in part.splitlines()] for part in re.split(r"\n\s*\n", text) if part.strip()]


def _pieces(line: str) -> list[Piece]:
    return [Piece(part, bool(_LINK.fullmatch(part))) for part in _LINK.split(line) if part]


def _html(kind: Kind, shown: dict[str, Any]) -> str:
    try:
        return _rendered(f"{kind.template}.html", shown)
    except TemplateNotFound as missing:
        if missing.name != f"{kind.template}.html":
            raise
        return _rendered(f"{_FRAME}.html", shown)


def _secrets(kind: Kind, *sources: Values) -> tuple[str, ...]:
    # Whoever reads the log must not be able to decline for somebody else.
    found = {source.get(name) for source in sources for name in (*kind.secrets, "unsubscribe_url")}
    return tuple(sorted((text for text in found if isinstance(text, str) and text), key=len, reverse=True))


def _split(text: str) -> tuple[str, str]:
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith(_SUBJECT):
        raise ValueError("a message's text begins with a line 'Subject: ...'")
    return one_line(first.removeprefix(_SUBJECT)), rest.strip()


def _rendered(name: str, shown: dict[str, Any]) -> str:
    context = dict(shown)
    current_app.update_template_context(context)
    return _templates().get_template(name).render(context)


def _templates() -> Environment:
    # A page may show a hole; a letter with one is better not sent, and found.
    if _EXTENSION not in current_app.extensions:
        current_app.extensions[_EXTENSION] = current_app.jinja_env.overlay(undefined=StrictUndefined)
    found: Environment = current_app.extensions[_EXTENSION]
    return found
