"""What may be asked of applicants, and what counts as an answer: plain values in, an answer or a refusal out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ilpes_lms.core.text import N_, fold
from ilpes_lms.enrolment import errors
from ilpes_lms.people.rules import lines, one_line
from ilpes_lms.people.vocabularies import languages

QUESTION_KINDS = {
    "text": N_("Text"),
    "choice": N_("Choice of one"),
    "number": N_("Number"),
    "file": N_("File (PDF)"),
}
MOST_QUESTIONS = 30
MOST_FILES = 3
MOST_OPTIONS = 50
LONGEST_LABEL = 300
LONGEST_HINT = 1000
LONGEST_SHORT_ANSWER = 300
LONGEST_LONG_ANSWER = 5000
LONGEST_FILE_NAME = 120
_NUMBER = re.compile(r"([+-]?[0-9]{1,14})(?:[.,]([0-9]{1,4}))?")
_UNSAFE_IN_A_NAME = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands; `options` are {"code", "labels"}."""

    ref: str
    kind: str
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] = ()
    required: bool = True
    long: bool = False


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was checked and kept: by what it is known outside, its name, where it is, how large."""

    token: str
    name: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is stored."""

    text: str = ""
    number: Decimal | None = None
    file: KeptFile | None = None


def field_of(ref: str) -> str:
    """Return the name of the input that answers a question."""
    return f"answer-{ref}"


def question(
    *,
    ref: str,
    kind: str,
    labels: Mapping[str, str],
    hints: Mapping[str, str],
    options: Sequence[Mapping[str, str]],
    required: bool,
    long: bool,
) -> Question:
    """Return a question in the form in which it is stored; refuse one that nobody could answer."""
    if kind not in QUESTION_KINDS:
        raise errors.UnknownQuestionKind(field="kind")
    words = _texts(labels, LONGEST_LABEL, "labels")
    if not words:
        raise errors.LabelMissing(field="labels")
    return Question(
        ref=ref,
        kind=kind,
        labels=words,
        hints=_texts(hints, LONGEST_HINT, "hints"),
        options=_options(options) if kind == "choice" else (),
        required=required,
        long=long and kind == "text",
    )


def check_change(before: Question, after: Question, *, note: str) -> None:
    """Refuse a change that would give the answers already given another meaning."""
    if after.kind != before.kind:
        raise errors.AnsweredKindStays(field="kind")
    if len(after.options) < len(before.options):
        raise errors.AnsweredOptionsStay(field="options")
    old = [_folded(option) for option in before.options]
    for number, option in enumerate(after.options):
        moved = any(_folded(option) & words for place, words in enumerate(old) if place != number)
        if moved and not (number < len(old) and _folded(option) & old[number]):
            raise errors.AnsweredOptionsStay(field="options")
    if says_otherwise(before, after) and not note.strip():
        raise errors.NoteMissing(field="note")


def says_otherwise(before: Question, after: Question) -> bool:
    """Tell whether what people read was changed; an option more at the end is no change of what was read."""
    options = list(after.options)[: len(before.options)]
    return (dict(before.labels), dict(before.hints), list(before.options)) != (
        dict(after.labels), dict(after.hints), options,
    )  # fmt: skip


def answer_to(asked: Question, said: str | KeptFile | None) -> Given | None:
    """Return an answer in the form in which it is stored, None for no answer where none is needed.

    Raises why it is none, naming the input.
    """
    name = field_of(asked.ref)
    text = said.strip() if isinstance(said, str) else said
    if not text:
        if asked.required:
            raise _MISSING[asked.kind](field=name)
        return None
    if (asked.kind == "file") != isinstance(text, KeptFile):
        raise errors.FileGone(field=name)
    return Given(file=text) if isinstance(text, KeptFile) else _READERS[asked.kind](asked, text, name)


def safe_name(name: str) -> str:
    """Return a file's name as it may be kept and offered again: no path, no tricks of script or direction, `.pdf`."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE_IN_A_NAME.sub(" ", "".join(c for c in last if c.isprintable()))
    stem = re.sub(r"(\.pdf)+$", "", " ".join(plain.split()), flags=re.IGNORECASE).strip(". ")
    return f"{stem[:LONGEST_FILE_NAME].strip() or 'document'}.pdf"


def _text(asked: Question, said: str, name: str) -> Given:
    if asked.long:
        return Given(text=lines(said, longest=LONGEST_LONG_ANSWER, field=name))
    return Given(text=one_line(said, longest=LONGEST_SHORT_ANSWER, field=name))


def _choice(asked: Question, said: str, name: str) -> Given:
    if said not in {option["code"] for option in asked.options}:
        raise errors.UnknownOption(field=name)
    return Given(text=said)


def _number(_asked: Question, said: str, name: str) -> Given:
    found = _NUMBER.fullmatch("".join(said.split()))
    if found is None:
        raise errors.NotANumber(field=name)
    return Given(number=Decimal(f"{found[1]}.{found[2] or 0}"))


_READERS = {"text": _text, "choice": _choice, "number": _number}
_MISSING = {
    "text": errors.AnswerMissing, "choice": errors.ChoiceMissing, "number": errors.AnswerMissing,
    "file": errors.FileMissing,
}  # fmt: skip


def _texts(texts: Mapping[str, str], longest: int, field_name: str) -> dict[str, str]:
    for code in texts:
        if not languages.is_code(code):
            raise errors.UnknownLabelLanguage(field=field_name)
    cleaned = {code: one_line(texts.get(code) or "", longest=longest, field=field_name) for code in languages.CODES}
    return {code: text for code, text in cleaned.items() if text}


def _options(given: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    labels = [_texts(option, LONGEST_LABEL, "options") for option in given]
    if len(labels) < 2 or not all(labels):  # noqa: PLR2004 - one is no choice
        raise errors.OptionsMissing(field="options")
    if len(labels) > MOST_OPTIONS:
        raise errors.TooManyOptions(field="options", most=MOST_OPTIONS)
    # By position, so that an answer keeps its meaning when a label is corrected.
    return [{"code": str(number), "labels": words} for number, words in enumerate(labels, start=1)]


def _folded(option: Mapping[str, Any]) -> set[str]:
    return {fold(text) for text in option["labels"].values()}
