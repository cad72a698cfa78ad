"""What is marked for translation is found by the extractor, so that it stands in the catalogues.

Babel reads Python as tokens: what is marked within an f-string, or within another call that marks, it does not see; and
a text that is put together before it is marked is no text of a catalogue.
"""

import ast
from collections.abc import Iterator
from io import BytesIO

import pytest
from babel.messages.extract import extract

from ilpes_lms.config import ROOT
from ilpes_lms.web import cli as translating

PACKAGE = ROOT / "ilpes_lms"
# How many of the first arguments are texts.
MARKS = {"_": 1, "N_": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2}


def marked(source: str) -> Iterator[tuple[int, ast.expr]]:
    """Yield what Python code marks for translation, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            for text in node.args[: MARKS[node.func.id]]:
                yield node.lineno, text


def is_put_together(text: ast.expr) -> bool:
    """Tell whether a text is made of others before it is marked."""
    if isinstance(text, ast.JoinedStr | ast.BinOp):
        return True
    is_called = isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute)
    return is_called and isinstance(text.func.value, ast.Constant | ast.JoinedStr)


def extracted(source: str) -> set[str]:
    found: set[str] = set()
    for _line, texts, *_more in extract("python", BytesIO(source.encode()), keywords=translating.KEYWORDS):
        found.update([texts] if isinstance(texts, str) else filter(None, texts))
    return found


def faults_of(source: str) -> list[tuple[int, str]]:
    """Return what is marked and not found, with the line."""
    known, faults = extracted(source), []
    for line, text in marked(source):
        if is_put_together(text):
            faults.append((line, ast.unparse(text)))
        elif isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value not in known:
            faults.append((line, text.value))
    return faults


def test_every_text_that_code_marks_is_found() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in faults_of(path.read_text())
    ]
    assert faults == []


@pytest.mark.parametrize(
    "source",
    [
        '_(f"Hello {name}")',
        "f\"{_('Hello')} {name}\"",
        '_("Hello " + name)',
        '_("Hello %s" % name)',
        '_("Hello {}".format(name))',
        'ngettext("One", f"{number} more", number)',
        '_(words.get(name, N_("Hello")))',
    ],
)
def test_what_the_extractor_does_not_see_is_found(source: str) -> None:
    assert faults_of(source)


@pytest.mark.parametrize("source", ['_("Hello")', '_("Hello %(name)s", name=name)', "_(label)", 'N_("One " "text")'])
def test_what_the_extractor_sees_is_left_alone(source: str) -> None:
    assert not faults_of(source)
