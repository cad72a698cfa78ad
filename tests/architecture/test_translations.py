"""Every string of every page exists in every language."""

import re
from collections import defaultdict
from functools import lru_cache

import pytest
from babel.messages.catalog import Catalog

from ilpes_lms.config import ROOT
from ilpes_lms.web import cli as translating

PACKAGE = ROOT / "ilpes_lms"
ROOMS = sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists())
# Words and persons that another word of the same language stands for: one thing has one name, and readers are addressed
# politely in Spanish and French, as usual in Brazil in Portuguese.
UNWANTED = {
    "es": re.compile(
        r"\b(sesión(es)? de clase|plazas?|vacantes?|pulse|eventos?|matrícula|tú|tus?|ti|contigo|vosotros)\b",
        re.IGNORECASE,
    ),
    "pt": re.compile(r"\b(sess(ão|ões) de aula|matrículas?|eventos?|tu|teus?|tuas?|contigo)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(sessions? de cours|événements?|tu|toi|tes?)\b", re.IGNORECASE),
}
PLACES = re.compile(r"%\(\w+\)[sd]")


@lru_cache
def strings_of(room: str) -> frozenset[str | tuple[str, ...]]:
    return frozenset(translating.strings_of(PACKAGE / room))


@lru_cache
def catalogue(room: str, language: str) -> Catalog:
    return translating.read_catalogue(PACKAGE / room / "translations" / f"{language}.po", language)


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
@pytest.mark.parametrize("room", ROOMS)
def test_every_string_of_a_room_is_translated(room: str, language: str) -> None:
    known = catalogue(room, language)
    missing = []
    for string in strings_of(room):
        message = known.get(string if isinstance(string, str) else string[0])
        texts = () if message is None else message.string if isinstance(message.string, tuple) else (message.string,)
        if not texts or not all(texts) or message is None or message.fuzzy:
            missing.append(string)
    assert sorted(map(str, missing)) == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_translations_keep_the_places_of_names_and_numbers(language: str) -> None:
    wrong = [
        f"{room}: {message.id}"
        for room in ROOMS
        for message in catalogue(room, language)
        if message.id and isinstance(message.id, str) and isinstance(message.string, str) and message.string
        if set(PLACES.findall(message.id)) != set(PLACES.findall(message.string))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_the_same_string_is_translated_alike_in_every_room(language: str) -> None:
    """The rooms' catalogues are merged, so a difference would depend on the order of reading."""
    translations: dict[str, set[str]] = defaultdict(set)
    for room in ROOMS:
        for message in catalogue(room, language):
            if message.id and isinstance(message.id, str) and isinstance(message.string, str):
                translations[message.id].add(message.string)
    assert {k: v for k, v in translations.items() if len(v - {""}) > 1} == {}


@pytest.mark.parametrize("language", UNWANTED)
def test_one_thing_has_one_word_and_the_reader_is_addressed_politely(language: str) -> None:
    found = [
        f"{room}: {text}"
        for room in ROOMS
        for message in catalogue(room, language)
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if UNWANTED[language].search(text)
    ]
    assert found == []
