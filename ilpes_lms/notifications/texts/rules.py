"""How a text becomes a message: names in braces are filled with values, and nothing that anybody wrote is executed.

A text is paragraphs with an empty line between them, lists (`- ` before each item), `**stress**` and addresses. A
line one of whose placeholders has no value is left out: what is said only sometimes stands in a line of its own. What
a value holds is words: it is never read as stress, list or placeholder.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ilpes_lms.notifications.texts.errors import (
    BodyNeeded,
    LinkInSubject,
    PlaceholderNeeded,
    SubjectNeeded,
    SubjectOfLines,
    TextTooLong,
    UnknownPlaceholder,
)

LONGEST_SUBJECT, LONGEST_BODY = 150, 5000
REFUSALS = (
    BodyNeeded, LinkInSubject, PlaceholderNeeded, SubjectNeeded, SubjectOfLines, TextTooLong, UnknownPlaceholder,
)  # fmt: skip
_IN_BRACES = re.compile(r"\{([^{}\n]*)\}")
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")
_ITEM = re.compile(r"\s{0,3}[-*•]\s+(.*)")
_STRESS = "**"
# A short line with the name, that ends as a greeting does.
_GREETING = re.compile(r"[^\n{}.?]{0,30}(\{name\}|\{greeting\})[^\n{}.?]{0,10}[,:!]|\{greeting\}")
# All that may break a line, but not the spaces that keep words together.
_GAP = re.compile(r"[^\S\u00a0\u202f]+")


class Named(Protocol):
    """What this needs to know of a placeholder."""

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def form(self) -> str: ...


class Version(Protocol):
    """What this needs to know of a version that people wrote."""

    @property
    def version(self) -> int: ...
    @property
    def original(self) -> bool: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True)
class Words:
    """What a message says, before it is filled."""

    subject: str
    body: str


@dataclass(frozen=True)
class Span:
    """A stretch of a line: words, perhaps stressed, or an address to follow."""

    text: str
    link: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a list (a line is an item) or a button (its only span is the address, `action` what it says)."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]
    action: str = ""


@dataclass(frozen=True)
class Value:
    """What a placeholder shows: a text, what kind of text, and what a button says that leads to it.

    What was read as a text of its own before has its `blocks`, which stand where the placeholder stands alone.
    """

    text: str
    form: str = "words"
    action: str = ""
    blocks: tuple[Block, ...] = ()


def check(words: Words, known: Sequence[Named]) -> None:
    """Raise what is wrong with a text first, by the placeholders that its kind of message has."""
    _check_lengths(words)
    names = {each.name: each for each in known}
    for field, text in (("subject", words.subject), ("body", words.body)):
        unknown = [name for name in placeholders_of(text) if name not in names]
        if unknown:
            raise UnknownPlaceholder(field=field, unknown=_listed(unknown[:1]), known=_listed(names))
    for name in placeholders_of(words.subject):
        if names[name].form == "link":
            raise LinkInSubject(field="subject", link=_listed([name]))
    missing = [each.name for each in known if each.required and each.name not in placeholders_of(words.body)]
    if missing:
        raise PlaceholderNeeded(field="body", missing=_listed(missing[:1]))


def fits(words: Words, names: Iterable[str]) -> bool:
    """Tell whether every placeholder of a text is among some names."""
    return {*placeholders_of(words.subject), *placeholders_of(words.body)} <= set(names)


def placeholders_of(text: str) -> list[str]:
    """Return the names in braces in a text, each once, in order."""
    return list(dict.fromkeys(_IN_BRACES.findall(text)))


def filled_subject(subject: str, values: Mapping[str, Value]) -> str:
    """Return a subject with its values; raises KeyError when one is not there."""
    return _filled(subject, values)


def blocks_of(body: str, values: Mapping[str, Value]) -> list[Block]:
    """Return a text as blocks with its values; raises KeyError when one is not there."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        lines = [line for line in paragraph.splitlines() if _is_said(line, values)]
        if ready := _ready(lines, values):
            found += ready
            continue
        found += _blocks([piece for line in lines for piece in _expanded(line.strip(), values)], values)
    return found


def without_greeting(body: str) -> str:
    """Return a text without its first paragraph where that does nothing but greet its reader."""
    first, _gap, rest = body.strip().partition("\n\n")
    return rest if rest and _GREETING.fullmatch(first) else body


def prose(text: str) -> list[Block]:
    """Return what somebody wrote as paragraphs with the addresses in it."""
    return [
        Block("paragraph", tuple(tuple(_linked(line)) for line in part.splitlines()))
        for part in re.split(r"\n\s*\n", text.strip())
        if part.strip()
    ]


def as_text(blocks: Iterable[Block]) -> str:
    """Return blocks as plain text: a button is its address, which follows the line that speaks of it."""
    written = ""
    for block in blocks:
        mark = "- " if block.kind == "list" else ""
        gap = "\n" if block.kind == "button" else "\n\n"
        lines = "\n".join(mark + "".join(span.text for span in line) for line in block.lines)
        written = f"{written}{gap}{lines}" if written else lines
    return written


def _check_lengths(words: Words) -> None:
    if not words.subject.strip():
        raise SubjectNeeded(field="subject")
    if not words.body.strip():
        raise BodyNeeded(field="body")
    if len(words.subject.strip().splitlines()) > 1:
        raise SubjectOfLines(field="subject")
    for field, text, most in (("subject", words.subject, LONGEST_SUBJECT), ("body", words.body, LONGEST_BODY)):
        if len(text) > most:
            raise TextTooLong(field=field, most=most)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _is_said(line: str, values: Mapping[str, Value]) -> bool:
    return all(values[name].text.strip() for name in placeholders_of(line))


def _filled(text: str, values: Mapping[str, Value]) -> str:
    return _IN_BRACES.sub(lambda found: _in_one_line(values[found[1]].text), text)


def _in_one_line(text: str) -> str:
    return _GAP.sub(" ", text).strip()


def _ready(lines: Sequence[str], values: Mapping[str, Value]) -> tuple[Block, ...]:
    alone = _IN_BRACES.fullmatch(lines[0].strip()) if len(lines) == 1 else None
    return values[alone[1]].blocks if alone else ()


@dataclass(frozen=True)
class _Line:
    """A line on its way; what a value holds (`lone`: it stands alone in its line) is not read for marks."""

    text: str
    lone: Value | None = None


def _expanded(line: str, values: Mapping[str, Value]) -> list[_Line]:
    """Return a line, or the several of a value that stands alone in one."""
    alone = _IN_BRACES.fullmatch(line)
    if alone is None:
        return [_Line(line)]
    value = values[alone[1]]
    return [_Line(part, value) for part in value.text.strip().splitlines()]


def _blocks(lines: Sequence[_Line], values: Mapping[str, Value]) -> list[Block]:
    found: list[Block] = []
    for line in lines:
        kind, spans, action = _read(line, values)
        if not spans:
            found.append(Block("gap", ()))
        elif kind != "button" and found and found[-1].kind == kind:
            found[-1] = Block(kind, (*found[-1].lines, spans))
        else:
            found.append(Block(kind, (spans,), action))
    return [block for block in found if block.kind != "gap"]


def _read(line: _Line, values: Mapping[str, Value]) -> tuple[str, tuple[Span, ...], str]:
    if line.lone:
        return _alone(line.text.strip(), line.lone)
    item = _ITEM.fullmatch(line.text)
    return ("list" if item else "paragraph"), tuple(_spans(item[1] if item else line.text, values)), ""


def _alone(text: str, value: Value) -> tuple[str, tuple[Span, ...], str]:
    if value.form == "link":
        return "button", (Span(text, link=True),), value.action
    if value.form == "prose":
        return "paragraph", tuple(_linked(text)), ""
    if value.form == "items":
        return "list", (Span(text),) if text else (), ""
    return "paragraph", (Span(text),) if text else (), ""


def _spans(text: str, values: Mapping[str, Value]) -> list[Span]:
    """Read a line that somebody wrote; a stress that does not end is no stress."""
    parts = text.split(_STRESS)
    if len(parts) % 2 == 0:
        parts[-2:] = [_STRESS.join(parts[-2:])]
    return [
        span for number, part in enumerate(parts) for span in _unstressed(part, values, strong=number % 2 == 1)
    ]  # fmt: skip


def _unstressed(text: str, values: Mapping[str, Value], *, strong: bool) -> list[Span]:
    found: list[Span] = []
    for number, part in enumerate(_IN_BRACES.split(text)):
        if number % 2 == 0:
            found += _linked(part, strong=strong)
        else:
            found += _of_value(values[part], strong=strong)
    return found


def _of_value(value: Value, *, strong: bool) -> list[Span]:
    said = _in_one_line(value.text)
    return _linked(said, strong=strong) if value.form == "prose" else [Span(said, value.form == "link", strong)]


def _linked(text: str, *, strong: bool = False) -> list[Span]:
    return [
        Span(part, bool(_ADDRESS.fullmatch(part)) and number % 2 == 1, strong)
        for number, part in enumerate(_ADDRESS.split(text))
        if part
    ]
