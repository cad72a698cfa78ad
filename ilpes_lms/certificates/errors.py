"""What can be refused about certificates."""

import unicodedata
from typing import Any

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_


class GlyphMissing(Invalid):
    """Some characters can't be printed; `characters` are they, each once, in the order of the text."""

    message = N_("The certificate cannot be printed: its typeface has no glyph for %(named)s.")

    def __init__(self, characters: str, *, field: str | None = None, **params: Any) -> None:
        named = ", ".join(_named(c) for c in characters)
        super().__init__(field=field, named=named, **params)
        self.characters = characters


def _named(character: str) -> str:
    point = f"U+{ord(character):04X}"
    return f"“{character}” ({point})" if _can_stand_alone(character) else point


def _can_stand_alone(character: str) -> bool:
    return character.isprintable() and not unicodedata.combining(character)
