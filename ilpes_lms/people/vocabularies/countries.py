"""The countries and territories of ISO 3166-1, by alpha-3 code, under the names the United Nations uses.

`country_names.json` holds the names in which the United Nations differs from the CLDR names of Babel. Portuguese is
not a language of the United Nations: `itamaraty.json` names States as the Brazilian Ministry of Foreign Affairs writes
them; territories follow the pattern of the United Nations in Brazilian usage.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import TypeVar

import pycountry
from babel import Locale

from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies.errors import UnknownCode
from ilpes_lms.people.vocabularies.vocabulary import (
    LANGUAGES,
    ChoiceGroups,
    Choices,
    Vocabulary,
    known_language,
    read_data,
)


@dataclass(frozen=True, slots=True)
class Country:
    """One entry of ISO 3166-1 and its names by language."""

    alpha_3: str
    alpha_2: str
    numeric: str
    names: Mapping[str, str]


V = TypeVar("V")


class _ReadWhenAsked(Mapping[str, V]):
    """What is read when somebody first looks into it: the names of all countries take much room, and few need them."""

    def __init__(self, read: Callable[[], dict[str, V]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> dict[str, V]:
        return self._read()

    def __getitem__(self, code: str) -> V:
        return self._found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


# The 33 member States of ECLAC that are countries of the region.
LATIN_AMERICA_CARIBBEAN: frozenset[str] = frozenset(read_data("latin_america_caribbean"))

_GROUPS = Vocabulary.load("country_groups")
group_label = _GROUPS.label


def _read_cldr_names() -> dict[str, dict[str, str]]:
    territories = {language: Locale.parse(language).territories for language in LANGUAGES}
    return {
        str(entry.alpha_3): {language: str(names[entry.alpha_2]) for language, names in territories.items()}
        for entry in pycountry.countries
    }


def _read_countries() -> dict[str, Country]:
    un_names: dict[str, dict[str, str]] = read_data("country_names")
    itamaraty = {code: {"pt": name} for code, name in read_data("itamaraty").items()}
    found = {}
    for entry in sorted(pycountry.countries, key=lambda entry: str(entry.alpha_3)):
        names = MappingProxyType(
            CLDR_NAMES[entry.alpha_3] | un_names.get(entry.alpha_3, {}) | itamaraty.get(entry.alpha_3, {})
        )
        found[entry.alpha_3] = Country(entry.alpha_3, entry.alpha_2, entry.numeric, names)
    return found


# The names in common use, which people write whatever the United Nations calls the country.
CLDR_NAMES: Mapping[str, dict[str, str]] = _ReadWhenAsked(_read_cldr_names)
COUNTRIES: Mapping[str, Country] = _ReadWhenAsked(_read_countries)
CODES = tuple(sorted(str(entry.alpha_3) for entry in pycountry.countries))
_KNOWN = frozenset(CODES)


def is_country(code: object) -> bool:
    """Say whether a value is exactly an alpha-3 code of ISO 3166-1."""
    return isinstance(code, str) and code in _KNOWN


def country_name(code: str, language: str) -> str:
    """Return the name the United Nations gives a country in a language."""
    if not is_country(code):
        raise UnknownCode(code, "countries")
    return COUNTRIES[code].names[known_language(language)]


def choices(language: str) -> Choices:
    """Return all countries with their names, sorted as a reader expects."""
    return list(_sorted_by_name(language))


def countries_for_choice(language: str) -> ChoiceGroups:
    """Return the countries in two groups, those of the region first; `group_label` names the groups."""
    named = _sorted_by_name(language)
    region = [choice for choice in named if choice[0] in LATIN_AMERICA_CARIBBEAN]
    others = [choice for choice in named if choice[0] not in LATIN_AMERICA_CARIBBEAN]
    return list(zip(_GROUPS.codes, (region, others), strict=True))


@cache
def _sorted_by_name(language: str) -> tuple[tuple[str, str], ...]:
    # By the folded name, so that Á stands among A and not after Z.
    named = ((code, country_name(code, language)) for code in CODES)
    return tuple(sorted(named, key=lambda choice: fold(choice[1])))


label = country_name
is_code = is_country
