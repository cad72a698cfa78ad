"""Who may be the same person, by name alone: a question for people, never an answer."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from ilpes_lms.core.text import fold

_FEWEST_WORDS = 2
# Given names and surnames that are spelt one way here and another there sound alike.
_ALIKE = (("ph", "f"), ("qu", "k"), ("c", "k"), ("z", "s"), ("x", "s"), ("v", "b"), ("w", "b"), ("y", "i"), ("h", ""))
_PARTICLES = frozenset({"de", "da", "do", "dos", "das", "del", "la", "las", "los", "e", "i", "san", "santa"})


def same_name(names: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose names may mean one person: all words of one are words of the other, two at least.

    Order, accents, particles and what sounds alike do not matter.
    """
    words = {number: _words(name) for number, name in names}
    sharing: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, found in words.items():
        for pair in combinations(sorted(found), _FEWEST_WORDS):
            sharing[pair].append(number)
    pairs = {pair for found in sharing.values() for pair in combinations(sorted(found), 2)}
    for one, other in sorted(pairs):
        if words[one] <= words[other] or words[other] <= words[one]:
            yield one, other


def _words(name: str) -> frozenset[str]:
    return frozenset(_sound(word) for word in fold(name).replace("-", " ").split() if word not in _PARTICLES)


def _sound(word: str) -> str:
    for written, heard in _ALIKE:
        word = word.replace(written, heard)
    return "".join(letter for before, letter in zip(" " + word, word, strict=False) if letter != before)
