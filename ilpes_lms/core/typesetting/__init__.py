"""PDF by Typst: tagged, archival, the same bytes for the same input, and nothing fetched.

PDF/A-3a and PDF/UA-1 are both claimed; Typst refuses to write a file that breaks a rule of either that it can see, a
missing glyph among them.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import typst

_PROBE = Path(__file__).with_name("probe.typ")
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_INVISIBLE_BREAKS = re.compile("[\u00ad\u200b\ufeff]")
_STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]


class NotTypeset(Exception):
    """The typesetter refused; the message is its own."""


def typeset(template: Path, inputs: dict[str, Any], *, day: date = date(2000, 1, 1)) -> bytes:
    """Return a template as PDF, each input a JSON document to it; Typst may read the template's folder alone.

    The document's own date is `day`. Raises NotTypeset, for a character without a glyph too.
    """
    noon = datetime.combine(day, time(12), UTC)
    return _made(template, inputs, format="pdf", pdf_standards=_STANDARDS, timestamp=noon)


def picture(template: Path, inputs: dict[str, Any], *, resolution: int) -> bytes:
    """Return the one page of a template as PNG, at so many pixels an inch; the rest is as in `typeset`."""
    return _made(template, inputs, format="png", ppi=float(resolution))


def missing_glyphs(text: str, typefaces: Sequence[str]) -> str:
    """Return the characters of a text that typefaces can't show, each once, in the order they come."""
    return "".join(c for c in dict.fromkeys(cleaned(text)) if not _can_be_shown(c, tuple(typefaces)))


def cleaned(text: str) -> str:
    """Return a text composed (NFC), on one line, without the marks of possible breaks that show nothing."""
    return _SPACES.sub(" ", _INVISIBLE_BREAKS.sub("", unicodedata.normalize("NFC", text))).strip()


def _made(template: Path, inputs: dict[str, Any], **form: Any) -> bytes:
    # A large library, which whoever typesets nothing does without.
    import typst

    said = {name: json.dumps(value) for name, value in inputs.items()}
    try:
        compiler = typst.Compiler(
            template, root=template.parent, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=said
        )
        return cast("bytes", compiler.compile(**form))
    except typst.TypstError as refusal:
        raise NotTypeset(str(refusal)) from refusal


@cache
def _can_be_shown(character: str, typefaces: tuple[str, ...]) -> bool:
    """Ask the typesetter itself: only it knows what its typefaces and its shaping can do.

    Characters that show nothing (control characters, changes of direction) would be dropped in silence.
    """
    if not character.isprintable() and unicodedata.category(character) != "Zs":
        return False
    carrier = "o" if unicodedata.combining(character) else ""
    try:
        typeset(_PROBE, {"probe": {"text": carrier + character, "typefaces": typefaces}})
    except NotTypeset:
        return False
    return True


@cache
def _fonts() -> "typst.Fonts":
    """Load the typefaces that come with Typst, once; the machine's own would make bytes differ."""
    import typst

    return typst.Fonts(include_system_fonts=False)
