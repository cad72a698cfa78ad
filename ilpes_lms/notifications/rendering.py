"""From a kind's text to a letter in the reader's language; there is no request here, so addresses are absolute."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from flask_babel import gettext as _
from jinja2 import Environment, StrictUndefined
from markupsafe import escape

from ilpes_lms.notifications import links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import Placeholder
from ilpes_lms.notifications.texts import queries as texts
from ilpes_lms.notifications.texts import rules
from ilpes_lms.notifications.texts.rules import Block, Value, Version, Words
from ilpes_lms.web.i18n import current_language, in_language

log = structlog.get_logger(__name__)

_EXTENSION = "ilpes-letter-templates"
_ORIGINALS, _FRAMES = "ilpes-letter-originals", "ilpes-letter-frames"
_SUBJECT = "Subject:"
_TEMPLATE, _BODY = "notifications/mail/frame", "notifications/mail/body.html"
# Stands in no template.
_MARK = "\N{SYMBOL FOR NULL}"
_WIDTH = 72
_SIGNATURE = "-- "

# By kind and language; None where nobody ever wrote another text than the code's.
InForce = Callable[[str, str], Version | None]


@dataclass(frozen=True)
class Draft:
    """What a message says; `secrets` are the parts of it that only its recipient may read."""

    subject: str
    text: str
    html: str
    secrets: tuple[str, ...] = ()


def render(
    kind: Kind, values: Values, *, language: str, person_name: str, unsubscribe_url: str | None = None,
    words: Words | None = None, in_force: InForce = texts.newest,
) -> Draft:  # fmt: skip
    """Return a message in a language, by the text in force or by `words`.

    Whoever writes many asks once what is `in_force`. Raises when the text asks for a value that nobody gave.
    """
    with in_language(language):
        shown = _shown(kind.values(values, language), person_name)
        subject, blocks = _said(kind, shown, language, words, in_force)
        return framed(subject, blocks, unsubscribe_url, secrets=_secrets(kind, unsubscribe_url, values, shown))


def example(kind: Kind, words: Words, *, language: str) -> Draft:
    """Return how a text looks with values made up; nothing is asked of anybody."""
    with in_language(language):
        values = {each.name: _value(each, _(each.example)) for each in kind.placeholders}
        stop = None if kind.essential else links.absolute(links.STOP + links.A_TEST)
        return framed(rules.filled_subject(words.subject, values), rules.blocks_of(words.body, values), stop)


def original(kind: Kind, language: str) -> Words:
    """Return the code's own text of a kind that has placeholders."""
    known: dict[tuple[str, str], Words] = current_app.extensions.setdefault(_ORIGINALS, {})
    if (kind.name, language) not in known:
        with in_language(language):
            written = _rendered(f"{kind.template}.txt", {each.source: each.marker for each in kind.placeholders})
        known[kind.name, language] = Words(*_split(written))
    return known[kind.name, language]


def words_of(kind: Kind, row: Version | None, language: str) -> Words:
    """Return what a version says: the code's own text where there is none, or it goes back to that."""
    return original(kind, language) if row is None or row.original else Words(row.subject, row.body)


def framed(subject: str, blocks: Sequence[Block], stop: str | None, *, secrets: tuple[str, ...] = ()) -> Draft:
    """Return a message in the institute's frame, in the present language: text and HTML say the same."""
    frame = _frame(current_language(), may_be_declined=stop is not None)
    body = _templates().get_template(_BODY).render(blocks=blocks)
    said = {"subject": one_line(subject), "text": rules.as_text(blocks), "unsubscribe_url": stop or ""}
    html = {name: str(escape(value)) for name, value in said.items()} | {"body": body}
    return Draft(said["subject"], _put(frame.text, said), _put(frame.html, html), secrets)


@dataclass(frozen=True)
class _Frame:
    """What stands around every message in a language, in pieces: every second one names what stands there."""

    text: Sequence[str]
    html: Sequence[str]


def _frame(language: str, *, may_be_declined: bool) -> _Frame:
    known: dict[tuple[str, bool], _Frame] = current_app.extensions.setdefault(_FRAMES, {})
    if (language, may_be_declined) not in known:
        names = ("subject", "text", "body", *(["unsubscribe_url"] if may_be_declined else []))
        marks = {name: f"{_MARK}{name}{_MARK}" for name in names}
        pieces = (_rendered(f"{_TEMPLATE}.{form}", marks).split(_MARK) for form in ("txt", "html"))
        known[language, may_be_declined] = _Frame(*pieces)
    return known[language, may_be_declined]


def _put(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    return "".join(values[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def unframed(
    kind: Kind, values: Values, *, language: str, person_name: str, in_force: InForce = texts.newest
) -> tuple[str, list[Block]]:
    """Return what a message says without its frame and its greeting, as it stands among others in a summary."""
    with in_language(language):
        shown = _shown(kind.values(values, language), person_name)
        return _said(kind, shown, language, None, in_force, greeting=False)


def one_line(text: str) -> str:
    """Return a text without line breaks or control characters, so that it may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def flowed(text: str) -> str:
    """Return a text in short lines that a narrow screen may join again (format=flowed, RFC 3676)."""
    return "\n".join(piece for line in text.splitlines() for piece in _flowed(line)) + "\n"


def _flowed(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    pieces = _short_lines(line)
    stuffed = [f" {piece}" if piece.startswith((" ", ">", "From ")) else piece for piece in pieces]
    return [f"{piece} " for piece in stuffed[:-1]] + stuffed[-1:]


def _short_lines(line: str) -> list[str]:
    if len(line) <= _WIDTH and "\t" not in line:
        return [line.rstrip()]
    return textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _shown(values: Values, person_name: str) -> Values:
    return {
        "name": person_name, "catalogue_link": links.absolute("/activities"), "base_url": links.base_url(),
        "absolute": links.absolute, "person_name": person_name, **values,
    }  # fmt: skip


def _said(
    kind: Kind, shown: Values, language: str, words: Words | None, in_force: InForce, *, greeting: bool = True
) -> tuple[str, list[Block]]:
    if not kind.placeholders:
        subject, text = _split(_rendered(f"{kind.template}.txt", shown))
        return subject, rules.prose(text)
    values = {each.name: _value(each, shown[each.source]) for each in kind.placeholders}
    said = words or _in_force(kind, language, values, in_force(kind.name, language))
    body = said.body if greeting else rules.without_greeting(said.body)
    return rules.filled_subject(said.subject, values), rules.blocks_of(body, values)


def _in_force(kind: Kind, language: str, values: Mapping[str, Value], row: Version | None) -> Words:
    found = words_of(kind, row, language)
    if row is None or rules.fits(found, values):
        return found
    # A newer release says it with other values: the message is better sent in the code's words than not at all.
    log.warning("message_text_unfit", kind=kind.name, language=language, version=row.version)
    return original(kind, language)


def _value(placeholder: Placeholder, value: Any) -> Value:
    if isinstance(value, tuple):
        return Value(rules.as_text(value), placeholder.form, blocks=value)
    if isinstance(value, list):
        value = "\n".join(map(str, value))
    said = "" if value is None else str(value)
    return Value(said, placeholder.form, _(placeholder.action) if placeholder.form == "link" else "")


def _secrets(kind: Kind, stop: str | None, *sources: Values) -> tuple[str, ...]:
    # Whoever reads the log must not be able to decline for somebody else.
    found = {stop, *(source.get(name) for source in sources for name in kind.secrets)}
    return tuple(sorted((text for text in found if isinstance(text, str) and text), key=len, reverse=True))


def _split(text: str) -> tuple[str, str]:
    first, _nl, rest = text.lstrip().partition("\n")
    if not first.startswith(_SUBJECT):
        raise ValueError("a message's text begins with a line 'Subject: ...'")
    return one_line(first.removeprefix(_SUBJECT)), rest.strip()


def _rendered(name: str, shown: Values) -> str:
    context = dict(shown)
    current_app.update_template_context(context)
    return _templates().get_template(name).render(context)


def _templates() -> Environment:
    # A page may show a hole; a letter with one is better not sent, and found.
    if _EXTENSION not in current_app.extensions:
        current_app.extensions[_EXTENSION] = current_app.jinja_env.overlay(undefined=StrictUndefined)
    found: Environment = current_app.extensions[_EXTENSION]
    return found
