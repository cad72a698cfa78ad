"""Text that people write and search."""

import unicodedata
from functools import lru_cache


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation where it is written; whoever shows it translates it."""
    return message


# Characters that nobody sees and that can make a text of nothing or turn one around: zero widths, directions, halves of
# characters, and letters that are blanks. What joins emoji is among them: they are shown one by one then.
_UNSEEN = {"Cf", "Cs"}
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


def visible(text: str) -> str:
    """Return a text without the characters that are not seen in it."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in _UNSEEN and c not in _BLANK_LETTERS)


def fold(text: str) -> str:
    """Return the search and sorting key of a text: no accents, no case, single spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    without_marks = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(without_marks.split())


# Lists of activities ask for the same few again and again.
@lru_cache(maxsize=4096)
def slug(text: str, *, longest: int = 80) -> str:
    """Return the words of a text as they may stand in an address."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold(text)).split()
    return "-".join(words)[:longest].strip("-")
