"""The vocabularies are complete in four languages, use UN names, and never guess."""

import zoneinfo
from types import ModuleType

import pycountry
import pytest

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies import (
    countries,
    divisions,
    languages,
    sectors,
    sexes,
    time_zones,
    topics,
)
from ilpes_lms.people.vocabularies.errors import UnknownCode
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES, Vocabulary, read_data

SMALL = [divisions, languages, sectors, sexes, topics]
ALL = [*SMALL, countries, time_zones]

UN_NAMES = [
    ("BOL", "en", "Bolivia (Plurinational State of)"),
    ("BOL", "es", "Bolivia (Estado Plurinacional de)"),
    ("BOL", "fr", "Bolivie (État plurinational de)"),
    ("VEN", "en", "Venezuela (Bolivarian Republic of)"),
    ("VEN", "es", "Venezuela (República Bolivariana de)"),
    ("IRN", "en", "Iran (Islamic Republic of)"),
    ("KOR", "en", "Republic of Korea"),
    ("PRK", "fr", "République populaire démocratique de Corée"),
    ("TUR", "en", "Türkiye"),
    ("CZE", "en", "Czechia"),
    ("CIV", "en", "Côte d'Ivoire"),
    ("VNM", "en", "Viet Nam"),
    ("RUS", "es", "Federación de Rusia"),
    ("GBR", "en", "United Kingdom of Great Britain and Northern Ireland"),
    ("PSE", "fr", "État de Palestine"),
    ("NLD", "es", "Países Bajos (Reino de los)"),
    ("TWN", "en", "Taiwan (Province of China)"),
    ("TTO", "es", "Trinidad y Tabago"),
    ("KNA", "es", "Saint Kitts y Nevis"),
    ("NZL", "es", "Nueva Zelandia"),
    ("FLK", "es", "Islas Malvinas (Falkland Islands)"),
    ("KAZ", "es", "Kazajstán"),
    ("BTN", "es", "Bhután"),
]
ITAMARATY_NAMES = {
    "BOL": "Bolívia", "VEN": "Venezuela", "CIV": "Côte d'Ivoire", "VNM": "Vietnã", "USA": "Estados Unidos",
    "MMR": "Myanmar", "MDA": "Moldova", "PNG": "Papua Nova Guiné", "TJK": "Tajiquistão", "KOR": "República da Coreia",
    "TTO": "Trinidad e Tobago", "KNA": "São Cristóvão e Névis", "DEU": "Alemanha", "VAT": "Santa Sé",
}  # fmt: skip
# The countries of the region as editors know them: es, en, pt, fr.
REGION = """
ATG Antigua y Barbuda | Antigua and Barbuda | Antígua e Barbuda | Antigua-et-Barbuda
ARG Argentina | Argentina | Argentina | Argentine
BHS Bahamas | Bahamas | Bahamas | Bahamas
BRB Barbados | Barbados | Barbados | Barbade
BLZ Belice | Belize | Belize | Belize
BOL Bolivia (Estado Plurinacional de) | Bolivia (Plurinational State of) | Bolívia | Bolivie (État plurinational de)
BRA Brasil | Brazil | Brasil | Brésil
CHL Chile | Chile | Chile | Chili
COL Colombia | Colombia | Colômbia | Colombie
CRI Costa Rica | Costa Rica | Costa Rica | Costa Rica
CUB Cuba | Cuba | Cuba | Cuba
DMA Dominica | Dominica | Dominica | Dominique
DOM República Dominicana | Dominican Republic | República Dominicana | République dominicaine
ECU Ecuador | Ecuador | Equador | Équateur
SLV El Salvador | El Salvador | El Salvador | El Salvador
GRD Granada | Grenada | Granada | Grenade
GTM Guatemala | Guatemala | Guatemala | Guatemala
GUY Guyana | Guyana | Guiana | Guyana
HTI Haití | Haiti | Haiti | Haïti
HND Honduras | Honduras | Honduras | Honduras
JAM Jamaica | Jamaica | Jamaica | Jamaïque
MEX México | Mexico | México | Mexique
NIC Nicaragua | Nicaragua | Nicarágua | Nicaragua
PAN Panamá | Panama | Panamá | Panama
PRY Paraguay | Paraguay | Paraguai | Paraguay
PER Perú | Peru | Peru | Pérou
KNA Saint Kitts y Nevis | Saint Kitts and Nevis | São Cristóvão e Névis | Saint-Kitts-et-Nevis
VCT San Vicente y las Granadinas | Saint Vincent and the Grenadines | São Vicente e Granadinas | Saint-Vincent-et-les Grenadines
LCA Santa Lucía | Saint Lucia | Santa Lúcia | Sainte-Lucie
SUR Suriname | Suriname | Suriname | Suriname
TTO Trinidad y Tabago | Trinidad and Tobago | Trinidad e Tobago | Trinité-et-Tobago
URY Uruguay | Uruguay | Uruguai | Uruguay
VEN Venezuela (República Bolivariana de) | Venezuela (Bolivarian Republic of) | Venezuela | Venezuela (République bolivarienne du)
"""  # noqa: E501 - a table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_iso_country_has_a_name_of_its_own(language: str) -> None:
    names = {entry.alpha_3: countries.country_name(entry.alpha_3, language) for entry in pycountry.countries}
    assert len(names) == 249
    assert all(name == name.strip() != "" for name in names.values())
    assert len({fold(name) for name in names.values()}) == len(names)


@pytest.mark.parametrize(("code", "language", "name"), UN_NAMES)
def test_names_are_those_of_the_united_nations(code: str, language: str, name: str) -> None:
    assert countries.country_name(code, language) == name


def test_portuguese_names_of_states_are_those_of_itamaraty_as_a_named_list() -> None:
    named = read_data("itamaraty")
    # The 193 member States of the United Nations, and its two observer States.
    assert len(named) == 195
    assert set(named) <= set(countries.COUNTRIES)
    assert {code: countries.country_name(code, "pt") for code in named} == named
    assert {code: named[code] for code in ITAMARATY_NAMES} == ITAMARATY_NAMES


def test_the_countries_of_the_region_are_named_as_editors_know_them() -> None:
    lines = [line.split(" ", 1) for line in REGION.strip().splitlines()]
    expected = {code: names.split(" | ") for code, names in lines}
    assert set(expected) == countries.LATIN_AMERICA_CARIBBEAN
    found = {code: [countries.country_name(code, tongue) for tongue in ("es", "en", "pt", "fr")] for code in expected}
    assert found == expected


def test_english_names_are_written_out_where_cldr_shortens_them() -> None:
    names = [name for _, name in countries.choices("en")]
    assert [name for name in names if "&" in name or name.startswith(("St. ", "U.S."))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_have_one_kind_of_apostrophe(language: str) -> None:
    assert [name for _, name in countries.choices(language) if "’" in name] == []


def test_every_un_name_belongs_to_a_country_and_a_known_language() -> None:
    overrides = read_data("country_names")
    assert set(overrides) <= set(countries.COUNTRIES)
    assert all(set(names) <= set(LANGUAGES) and all(names.values()) for names in overrides.values())


def test_a_country_knows_its_other_codes() -> None:
    bolivia = countries.COUNTRIES["BOL"]
    assert (bolivia.alpha_3, bolivia.alpha_2, bolivia.numeric) == ("BOL", "BO", "068")


def test_the_region_has_33_countries_and_comes_first() -> None:
    (region_key, region), (others_key, others) = countries.countries_for_choice("es")
    assert (region_key, others_key) == ("latin_america_caribbean", "other_countries")
    assert len(region) == 33
    assert {code for code, _ in region} == countries.LATIN_AMERICA_CARIBBEAN
    assert {"PRI", "GUF", "ESP"} <= {code for code, _ in others}
    assert countries.group_label(region_key, "es") == "América Latina y el Caribe"


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_hold_each_country_once(language: str) -> None:
    codes = [code for _, group in countries.countries_for_choice(language) for code, _ in group]
    assert len(codes) == len(set(codes)) == 249


def test_accents_do_not_move_a_country_to_the_end() -> None:
    (_, _), (_, others) = countries.countries_for_choice("pt")
    names = [name for _, name in others]
    assert names.index("Afeganistão") < names.index("África do Sul") < names.index("Albânia")
    assert names.index("Áustria") < names.index("Azerbaijão") < names.index("Zâmbia")


def test_changing_a_list_of_choices_changes_nobody_elses() -> None:
    countries.choices("es").clear()
    countries.countries_for_choice("es")[0][1].clear()
    assert len(countries.choices("es")) == 249
    assert len(countries.countries_for_choice("es")[0][1]) == 33


@pytest.mark.parametrize("vocabulary", SMALL, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
@pytest.mark.parametrize("language", LANGUAGES)
def test_small_vocabularies_are_complete_and_say_each_thing_once(vocabulary: ModuleType, language: str) -> None:
    labels = [vocabulary.label(code, language) for code in vocabulary.CODES]
    assert all(labels)
    assert len({fold(label) for label in labels}) == len(labels) > 0
    assert vocabulary.choices(language) == list(zip(vocabulary.CODES, labels, strict=True))


@pytest.mark.parametrize("vocabulary", ALL, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
@pytest.mark.parametrize("value", ["unknown", "", "Other", "bol", "BO", None, 7, ["x"]])
def test_what_is_not_known_is_refused_and_never_becomes_other(vocabulary: ModuleType, value: object) -> None:
    assert not vocabulary.is_code(value)
    with pytest.raises(UnknownCode) as refused:
        vocabulary.label(value, "es")
    assert refused.value.params["value"] == value


@pytest.mark.parametrize("vocabulary", ALL, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_a_language_without_labels_is_refused(vocabulary: ModuleType) -> None:
    with pytest.raises(UnknownCode):
        vocabulary.label(vocabulary.CODES[0], "de")


def test_a_refusal_is_a_domain_fact_and_a_value_error() -> None:
    with pytest.raises(Invalid):
        sexes.label("x", "es")
    with pytest.raises(ValueError, match="“x” is not one of the known values"):
        sexes.label("x", "es")


def test_women_come_before_men_and_silence_is_not_other() -> None:
    assert sexes.CODES == ("female", "male", "other", "not_stated")
    assert sexes.label("not_stated", "es") != sexes.label("other", "es")


def test_the_sectors_are_those_of_the_register() -> None:
    assert set(sectors.CODES) == {
        "central_government",
        "subnational_government",
        "legislature_judiciary",
        "academia",
        "civil_society",
        "private",
        "international_organization",
    }


def test_languages_name_themselves() -> None:
    own = [languages.own_name(code) for code in LANGUAGES]
    assert own == ["Español", "English", "Português", "Français"]


def test_a_vocabulary_with_a_missing_label_does_not_load() -> None:
    with pytest.raises(ValueError, match="demo: a needs a label"):
        Vocabulary("demo", {"a": {"es": "A", "en": "A", "pt": "A"}})
    with pytest.raises(ValueError, match="demo: a needs a label"):
        Vocabulary("demo", {"a": {"es": "A", "en": "A", "pt": "A", "fr": " "}})


def test_every_country_of_the_region_has_zones_that_exist() -> None:
    assert set(read_data("time_zones")) == countries.LATIN_AMERICA_CARIBBEAN
    for country in countries.LATIN_AMERICA_CARIBBEAN:
        zones = time_zones.zones_of_country(country)
        assert time_zones.default_zone(country) == zones[0]
        assert [zone for zone in zones if zoneinfo.ZoneInfo(zone).key != zone] == []
        assert len(set(zones)) == len(zones)


def test_regional_zones_are_listed_under_their_own_country() -> None:
    listed = time_zones._listed_zones()
    for country, zones in read_data("time_zones").items():
        assert set(zones) <= set(listed[countries.COUNTRIES[country].alpha_2]), country


def test_a_default_zone_is_never_a_guess() -> None:
    assert time_zones.default_zone("CHL") == "America/Santiago"
    assert time_zones.default_zone("FRA") == "Europe/Paris"
    assert time_zones.default_zone("USA") is None
    assert "America/New_York" in time_zones.zones_of_country("USA")


def test_a_country_without_zones_is_offered_all() -> None:
    assert time_zones.zones_of_country("BVT") == time_zones.all_zones()
    assert time_zones.default_zone("BVT") is None
    with pytest.raises(UnknownCode):
        time_zones.zones_of_country("XXX")


def test_zones_for_choice_puts_the_country_first_and_repeats_nothing() -> None:
    groups = time_zones.zones_for_choice("ECU", "es")
    assert [key for key, _ in groups] == ["country", "latin_america_caribbean", "other_zones"]
    assert [zone for zone, _ in groups[0][1]] == ["America/Guayaquil", "Pacific/Galapagos"]
    zones = [zone for _, group in groups for zone, _ in group]
    assert sorted(zones) == sorted(time_zones.all_zones())


def test_without_a_country_the_region_comes_first() -> None:
    assert [key for key, _ in time_zones.zones_for_choice(None, "fr")] == ["latin_america_caribbean", "other_zones"]


def test_a_zone_is_named_in_the_readers_language() -> None:
    assert time_zones.label("Pacific/Easter", "es") == "Isla de Pascua (Pacific/Easter)"
    assert time_zones.label("America/Argentina/Buenos_Aires", "pt").startswith("Buenos Aires (")
    assert not time_zones.is_zone("Factory")
    assert time_zones.is_zone("UTC")


@pytest.mark.parametrize(
    ("alias", "zone"),
    [
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"), ("US/Eastern", "America/New_York"),
        ("Brazil/East", "America/Sao_Paulo"), ("Chile/Continental", "America/Santiago"), ("Cuba", "America/Havana"),
        ("Etc/UTC", "UTC"), ("Zulu", "UTC"), ("UTC", "UTC"), ("America/Lima", "America/Lima"),
        ("Europe/Oslo", "Europe/Oslo"), ("America/Cayman", "America/Cayman"), ("Mars", "Mars"),
    ],
)  # fmt: skip
def test_an_old_name_of_a_zone_is_known_by_today_s(alias: str, zone: str) -> None:
    assert time_zones.canonical(alias) == zone


def test_aliases_are_accepted_but_not_offered_and_no_name_needs_two_steps() -> None:
    aliases = time_zones._aliases()
    assert not set(aliases) & set(time_zones.all_zones())
    assert not set(aliases) & set(aliases.values())
    assert all(time_zones.is_zone(zone) for zone in aliases.values())
    for country in countries.COUNTRIES:
        assert all(time_zones.canonical(zone) == zone for zone in time_zones._own_zones(country))


def test_both_names_of_a_zone_keep_the_same_time() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    for month in (1, 7):
        moment = datetime(2027, month, 1, 12)  # noqa: DTZ001 - the clocks of a place
        for alias, zone in time_zones._aliases().items():
            assert (
                moment.replace(tzinfo=ZoneInfo(alias)).utcoffset() == moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
            )
