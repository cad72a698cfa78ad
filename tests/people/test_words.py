"""What people write for a country, a sex or a sector, in four languages, and what must not be guessed."""

import pytest

from ilpes_lms.people.vocabularies import countries, sectors, sexes, words
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_that_is_shown_is_understood(language: str) -> None:
    assert {code: words.country_of(name) for code, name in countries.choices(language)} == {
        code: code for code in countries.CODES
    }
    assert [words.sex_of(label) for _code, label in sexes.choices(language)] == list(sexes.CODES)
    assert [words.sector_of(label) for _code, label in sectors.choices(language)] == list(sectors.CODES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CHL", "CHL"), ("chl", "CHL"), ("CL", "CHL"), ("152", "CHL"), ("  Perú ", "PER"), ("PERU", "PER"),
        ("Bolivia", "BOL"), ("Estado Plurinacional de Bolivia", "BOL"), ("Brasil", "BRA"), ("Brésil", "BRA"),
        ("EE.UU.", "USA"), ("Estados Unidos", "USA"), ("Trinidad & Tobago", "TTO"), ("Saint Lucia", "LCA"),
    ],
)  # fmt: skip
def test_names_in_use_and_codes_are_understood(text: str, code: str) -> None:
    assert words.country_of(text) == code


@pytest.mark.parametrize("text", ["", "NA", "N/A", "SD", "S/D", "NO", "cl", "Atlántida", "América", "-", "x" * 9999])
def test_what_is_no_country_or_may_mean_no_answer_is_none(text: str) -> None:
    assert words.country_of(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("F", "female"), ("femenino", "female"), ("MUJER", "female"), ("Féminin", "female"), ("h", "male"),
        ("Varón", "male"), ("Masculino", "male"), ("no binario", "other"), ("Prefiero no decirlo", "not_stated"),
        ("M", None), ("X", None), ("sí", None), ("", None),
    ],
)  # fmt: skip
def test_words_and_letters_for_a_sex_are_understood_but_m_alone(text: str, code: str | None) -> None:
    assert words.sex_of(text) == code


@pytest.mark.parametrize(
    ("cells", "meaning"),
    [
        (["F", "M"], "male"), (["m", "f", ""], "male"), (["H", "M"], "female"), (["F", "H", "M"], None),
        (["M"], None), ([], None), (["Mujer", "M"], None),
    ],
)  # fmt: skip
def test_m_means_what_the_other_letter_of_the_list_leaves(cells: list[str], meaning: str | None) -> None:
    assert words.meaning_of_m(cells) == meaning
