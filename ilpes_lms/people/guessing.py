"""What makes a password easy to guess: that many have it, that it walks over the keyboard, that it says whose it is.

Nothing is asked of its composition: a long one of a few words is as good as any.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ilpes_lms.core.text import fold

_CONTEXT = Path(__file__).with_name("context-words.txt")
# Of the first so many passwords of the list, the shorter ones are words that people put digits and signs around.
_WORDS, _WORD_LENGTHS = 10_000, range(4, 10)
_WALKS = (
    "qwertyuiop", "asdfghjkl", "asdfghjklñ", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "1234567890", "0123456789", "abcdefghijklmnopqrstuvwxyz",
)  # fmt: skip
_SHORTEST_WALK = 4
_LONGEST_UNIT = 5
# Fewer letters than these beside words that anybody would try first keep nobody out.
_LEAST_LETTERS = 4
_SHORTEST_WORD = 3
_AS_LETTERS = str.maketrans("013457@$!|", "oieastasil")


def is_common(password: str) -> bool:
    """Tell whether many people have a password, whatever its case and accents, or it only repeats or walks on."""
    plain = fold(password)
    return plain in _known() or _letters(plain) in _known() or _repeats(plain) or _walks(plain)


def says_whose(password: str, about: Iterable[str]) -> bool:
    """Tell whether a password is made of words of the context and of texts about its owner, and little else.

    Digits and signs count for nothing, and stand for the letters that they look like as well.
    """
    plain, words = fold(password), sorted(context() | _words(about), key=len, reverse=True)
    return any(_is_little(form, words) for form in (plain, plain.translate(_AS_LETTERS)))


def _is_little(text: str, words: list[str]) -> bool:
    left = text
    for word in words:
        left = left.replace(word, " ")
    letters = _letters(left)
    return left != text and (len(letters) < _LEAST_LETTERS or letters in _known())


def _words(about: Iterable[str]) -> frozenset[str]:
    found = (word for text in about for word in re.split(r"[\W\d_]+", fold(text)))
    return frozenset(word for word in found if len(word) >= _SHORTEST_WORD)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())


def _repeats(text: str) -> bool:
    units = (text[:length] for length in range(1, _LONGEST_UNIT + 1))
    return any((unit * len(text))[: len(text)] == text for unit in units)


def _walks(text: str) -> bool:
    """Tell whether a text is nothing but walks, one after the other, in either direction."""
    left = text
    while left:
        step = next((length for length in range(len(left), _SHORTEST_WALK - 1, -1) if _is_walk(left[:length])), 0)
        if not step:
            return False
        left = left[step:]
    return True


def _is_walk(text: str) -> bool:
    return any(text in walk or text[::-1] in walk for walk in map(fold, _WALKS))


@cache
def context() -> frozenset[str]:
    """Return the words of the context."""
    lines = _CONTEXT.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _known() -> frozenset[str]:
    """Return passwords that others have published lists of: long ones as they are, and the words of the commonest."""
    # Opened by whoever sets a password alone: the lists are large.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    passwords: list[str] = FREQUENCY_LISTS["passwords"]
    words = (word for word in passwords[:_WORDS] if word.isalpha() and len(word) in _WORD_LENGTHS)
    return frozenset(map(fold, (*(password for password in passwords if len(password) > max(_WORD_LENGTHS)), *words)))
