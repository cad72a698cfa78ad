"""Codes read from what people write in lists: labels of the four languages, ISO codes, and the words in use.

What could mean two codes means none here: nothing is guessed (law 10).
"""

from collections.abc import Iterable
from functools import cache

import pycountry

from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies import sectors, sexes
from ilpes_lms.people.vocabularies.countries import CLDR_NAMES, COUNTRIES
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES, Vocabulary, read_data

_WORDS: dict[str, dict[str, list[str]]] = read_data("words")
# As codes of countries these are also how people write "not available", "no data", "no answer", "no", "yes".
_NO_ANSWERS = frozenset({"NA", "SD", "NC", "NR", "NO", "SI"})
# In Spanish the letter of "mujer" and of "masculino": only the list's other letter tells which is meant.
AMBIGUOUS_SEX = "m"
_OTHER_LETTERS = {"f": "male", "h": "female"}


def key(text: str) -> str:
    """Return the form in which words are compared: no case, accents, spaces or punctuation."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def country_of(text: str) -> str | None:
    """Return the alpha-3 code of the country that a text names."""
    stripped = text.strip()
    return _country_codes().get(stripped) or _country_words().get(key(stripped))


def sex_of(text: str, *, letter_m: str | None = None) -> str | None:
    """Return the code of the sex that a text names; `letter_m` is what M means in the list it comes from."""
    found = key(text)
    return letter_m if found == AMBIGUOUS_SEX else _words_of("sexes").get(found)


def sector_of(text: str) -> str | None:
    """Return the code of the sector that a text names."""
    return text if sectors.is_code(text) else _words_of("sectors").get(key(text))


def meaning_of_m(letters: Iterable[str]) -> str | None:
    """Return the sex that M stands for in a list whose cells these are: beside F male, beside H female, else none."""
    meanings = {_OTHER_LETTERS[letter] for letter in map(key, letters) if letter in _OTHER_LETTERS}
    return meanings.pop() if len(meanings) == 1 else None


@cache
def _words_of(name: str) -> dict[str, str]:
    vocabulary: Vocabulary = {"sexes": sexes.VOCABULARY, "sectors": sectors.VOCABULARY}[name]
    labels = [(vocabulary.label(code, language), code) for code in vocabulary.codes for language in LANGUAGES]
    return _unambiguous([*labels, *_in_use(name), *((code, code) for code in vocabulary.codes)])


@cache
def _country_words() -> dict[str, str]:
    named = [(name, code) for code, country in COUNTRIES.items() for name in country.names.values()]
    common = [(name, code) for code, names in CLDR_NAMES.items() for name in names.values()]
    return _unambiguous([*named, *common, *_in_use("countries"), *_official_names()])


@cache
def _country_codes() -> dict[str, str]:
    """Return the codes as they are written; in small letters a short one may be a word of some language."""
    codes: dict[str, str] = {}
    for code, country in COUNTRIES.items():
        codes |= {code: code, code.lower(): code, country.numeric: code}
        if country.alpha_2 not in _NO_ANSWERS:
            codes[country.alpha_2] = code
    return codes


def _official_names() -> list[tuple[str, str]]:
    return [
        (name, str(entry.alpha_3))
        for entry in pycountry.countries
        for name in (entry.name, getattr(entry, "common_name", None), getattr(entry, "official_name", None))
        if name
    ]


def _in_use(name: str) -> list[tuple[str, str]]:
    return [(word, code) for code, words in _WORDS[name].items() for word in words]


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for word, code in pairs:
        found.setdefault(key(word), set()).add(code)
    return {word: codes.pop() for word, codes in found.items() if len(codes) == 1}
