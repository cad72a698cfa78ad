"""Text that people write: what is seen of it stays, what is not goes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.core.text import fold, visible


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("\u200b\u202e", ""),
        ("a\u202eb", "ab"),
        ("\u3164\u2800", ""),
        ("pla\u00adni\u2060ficaci\u00f3n", "planificaci\u00f3n"),
        ("\ud800x", "x"),
        ("\ufeffSe\u00f1ora\n\t\u00d1and\u00fa", "Se\u00f1ora\n\t\u00d1and\u00fa"),
        ("S\u0303o Paulo \u2013 \u00ab\u00e7a\u00bb", "S\u0303o Paulo \u2013 \u00ab\u00e7a\u00bb"),
    ],
)
def test_what_is_not_seen_goes_and_the_rest_stays(typed: str, seen: str) -> None:
    assert visible(typed) == seen


@given(st.text())
def test_nothing_unseen_is_left_and_nothing_is_added(typed: str) -> None:
    kept = visible(typed)
    assert not any(unicodedata.category(c) in ("Cf", "Cs") for c in kept)
    assert visible(kept) == kept
    remaining = iter(typed)
    assert all(c in remaining for c in kept)


@given(st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd", "Po", "Zs")), max_size=30))
def test_letters_digits_and_spaces_stay_as_they_are(typed: str) -> None:
    assert visible(typed) == typed


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_to_a_key_is_the_long_one(typed: str) -> None:
    assert fold(typed) == fold(f"{typed}\u0301 \u0301").rstrip()


@pytest.mark.parametrize(
    ("typed", "key"),
    [("  Ñandú\tÁvila ", "nandu avila"), ("STRASSE Straße", "strasse strasse"), ("\x1ca\x1f B", "a b")],
)
def test_a_key_has_no_accents_no_case_and_single_spaces(typed: str, key: str) -> None:
    assert fold(typed) == key
