"""Text that people write and search."""

import unicodedata
from functools import lru_cache


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation where it is written; whoever shows it translates it."""
    return message


def fold(text: str) -> str:
    """Return the search and sorting key of a text: no accents, no case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    without_marks = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(without_marks.split())


# Lists of activities ask for the same few again and again.
@lru_cache(maxsize=4096)
def slug(text: str, *, longest: int = 80) -> str:
    """Return the words of a text as they may stand in an address."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold(text)).split()
    return "-".join(words)[:longest].strip("-")
