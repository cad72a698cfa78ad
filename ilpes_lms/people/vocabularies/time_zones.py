"""The IANA time zones, those of a person's country and of the region before all others.

`time_zones.json` lists, for each country of the region, the zones whose clocks differ today, the capital's first.
Other countries have the zones that the time zone database itself lists for them.
"""

import zoneinfo
from functools import cache
from importlib.resources import files

from babel.dates import get_timezone, get_timezone_location

from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies.countries import COUNTRIES, is_country
from ilpes_lms.people.vocabularies.errors import UnknownCode
from ilpes_lms.people.vocabularies.vocabulary import (
    ChoiceGroups,
    Choices,
    Vocabulary,
    known_language,
    read_data,
)

_REGION: dict[str, list[str]] = read_data("time_zones")
UTC = "UTC"
# What the database calls by a name that people do not use.
_TODAY = {"Etc/UTC": UTC}
_GROUPS = Vocabulary.load("time_zone_groups")
group_label = _GROUPS.label


@cache
def all_zones() -> tuple[str, ...]:
    """Return every zone that may be offered: areas with a place, each by today's name, and UTC."""
    return tuple(sorted(zone for zone in _available() if ("/" in zone or zone == UTC) and canonical(zone) == zone))


def is_zone(name: object) -> bool:
    """Say whether a value names a zone of the time zone database."""
    return isinstance(name, str) and name in _available()


def canonical(name: str) -> str:
    """Return today's name of a zone, which differs for an alias: `America/Buenos_Aires`, `US/Eastern`, `Cuba`.

    Names that no table of aliases knows stay as they are.
    """
    return _aliases().get(name, name)


def zones_of_country(country: str) -> tuple[str, ...]:
    """Return the zones of a country, the default first if there is one; all zones where it has none."""
    return _own_zones(country) or all_zones()


def default_zone(country: str) -> str | None:
    """Return the zone to propose to people of a country, or none where that would be a guess."""
    own = _own_zones(country)
    if country in _REGION or len(own) == 1:
        return own[0]
    return None


def label(zone: str, language: str) -> str:
    """Return a zone's place in a language with its IANA name, which tells apart two places of one name."""
    if not is_zone(zone):
        raise UnknownCode(zone, "time zones")
    return f"{_place(zone, known_language(language))} ({zone})"


def choices(language: str) -> Choices:
    """Return all offered zones with their labels, sorted by place."""
    return list(_sorted_by_label(language))


def zones_for_choice(country: str | None, language: str) -> ChoiceGroups:
    """Return the zones in groups, each zone once: one's country's, the region's, all others."""
    own = _own_zones(country) if country else ()
    region = {zone for zones in _REGION.values() for zone in zones} - set(own)
    groups: dict[str, Choices] = {"country": [(zone, label(zone, language)) for zone in own]}
    named = _sorted_by_label(language)
    groups["latin_america_caribbean"] = [choice for choice in named if choice[0] in region]
    groups["other_zones"] = [choice for choice in named if choice[0] not in region | set(own)]
    return [(key, found) for key, found in groups.items() if found]


def _own_zones(country: str) -> tuple[str, ...]:
    if not is_country(country):
        raise UnknownCode(country, "countries")
    listed = _listed_zones().get(COUNTRIES[country].alpha_2, [])
    return tuple(_REGION.get(country, listed))


def _place(zone: str, language: str) -> str:
    location = get_timezone_location(get_timezone(zone), locale=language, return_city=True)
    return location.rsplit("/", 1)[-1]


@cache
def _available() -> frozenset[str]:
    # A machine's own "localtime" and the placeholder "Factory" say nothing about a place.
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})


@cache
def _listed_zones() -> dict[str, list[str]]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            alpha_2, _, zone = line.split("\t")[:3]
            listed.setdefault(alpha_2, []).append(zone)
    return listed


@cache
def _aliases() -> dict[str, str]:
    """Return the names that only stand for another: links of the time zone database that are no country's own zone.

    `Europe/Oslo` is a link to `Europe/Berlin`, but it is Norway's zone, and stays.
    """
    own = {zone for zones in _listed_zones().values() for zone in zones} | {UTC}
    source = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    links = (line.split()[1:3] for line in source.splitlines() if line.startswith("L "))
    return {alias: _TODAY.get(zone, zone) for zone, alias in links if alias not in own} | _TODAY


@cache
def _sorted_by_label(language: str) -> tuple[tuple[str, str], ...]:
    named = ((zone, label(zone, language)) for zone in all_zones())
    return tuple(sorted(named, key=lambda choice: fold(choice[1])))


is_code = is_zone
CODES = all_zones()
