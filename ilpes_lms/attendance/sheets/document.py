"""The sign-in sheet as a PDF: tagged, with its head on every page, made while one waits.

A name that no typeface can show in full does not keep the others from signing: the sheet says which characters are
missing, and their place is marked.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.attendance.sheets.composition import Line, Sheet
from ilpes_lms.core import typesetting
from ilpes_lms.web.i18n import in_language

PDF = "application/pdf"
_TEMPLATE = Path(__file__).parent / "templates" / "sign_in_sheet.typ"
# The first one that has a character shows it; all of them come with the typesetter.
_TYPEFACES = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
_REGIONS = {"en": "GB", "pt": "BR"}
_MISSING = "\u25af"
# A longer word than any real one may be broken after each of so many letters: nothing runs out of its column.
_LONGEST_WORD = 20
_LETTERS_TOGETHER = 8
_BREAK = "\u200b"


def render(sheet: Sheet) -> bytes:
    """Return a sign-in sheet as PDF bytes; the same sheet gives the same bytes."""
    try:
        return _set(sheet, "")
    except typesetting.NotTypeset:
        missing = typesetting.missing_glyphs(_all_texts(sheet), _TYPEFACES)
        if not missing:
            raise
        return _set(_marked(sheet, missing), missing)


def _set(sheet: Sheet, missing: str) -> bytes:
    with in_language(sheet.language):
        return typesetting.typeset(_TEMPLATE, {"sheet": _page(sheet, missing)})


def _page(sheet: Sheet, missing: str) -> dict[str, Any]:
    heading = str(_("Sign-in sheet"))
    facts = {_("When"): sheet.when, _("Place"): sheet.place}
    return {
        "typefaces": _TYPEFACES, "language": sheet.language, "region": _REGIONS.get(sheet.language, ""),
        "organizations": sheet.organizations, "heading": heading, "title": _clean(sheet.title),
        "title_language": sheet.title_language,
        "class_session": _clean(sheet.class_session),
        "document_title": _clean(f"{heading} – {sheet.title} – {sheet.class_session}"),
        "facts": [{"label": str(label), "value": _clean(value)} for label, value in facts.items() if value],
        "remark": _remark(missing),
        # The braces are the template's: it knows the numbers.
        "page": str(_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}")),
        "headings": [str(_("No.")), str(_("Name")), str(_("Institution")), str(_("Country")), str(_("Signature"))],
        "lines": [_cells(line) for line in sheet.lines],
    }  # fmt: skip


def _remark(missing: str) -> str:
    if not missing:
        return ""
    named = ", ".join(f"U+{ord(character):04X}" for character in missing)
    return str(
        _(
            "No typeface here has these characters: %(named)s. Their places are marked %(mark)s; please write them "
            "by hand.",
            named=named, mark=_MISSING,
        )
    )  # fmt: skip


def _cells(line: Line) -> dict[str, str]:
    texts = {name: _breakable(_clean(text)) for name, text in asdict(line).items() if name != "number"}
    return {**texts, "number": "" if line.number is None else str(line.number)}


def _clean(text: str) -> str:
    return typesetting.cleaned(text)


def _breakable(text: str) -> str:
    return " ".join(_broken(word) if len(word) > _LONGEST_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    return _BREAK.join(word[at : at + _LETTERS_TOGETHER] for at in range(0, len(word), _LETTERS_TOGETHER))


def _all_texts(sheet: Sheet) -> str:
    return " ".join([sheet.title, sheet.class_session, sheet.place, *_texts_of(sheet.lines)])


def _texts_of(lines: tuple[Line, ...]) -> list[str]:
    return [text for line in lines for text in (line.name, line.institution, line.country)]


def _marked(sheet: Sheet, missing: str) -> Sheet:
    marks = str.maketrans(dict.fromkeys(missing, _MISSING))

    def shown(text: str) -> str:
        return typesetting.cleaned(text).translate(marks)

    lines = tuple(
        replace(line, name=shown(line.name), institution=shown(line.institution), country=shown(line.country))
        for line in sheet.lines
    )
    return replace(
        sheet, title=shown(sheet.title), class_session=shown(sheet.class_session), place=shown(sheet.place), lines=lines
    )
