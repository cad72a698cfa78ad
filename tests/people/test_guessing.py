"""Passwords that are tried first are refused, and nothing is asked of what a good one is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.people import errors, guessing, rules, service
from tests.factories import people as make

ABOUT = ("Valentina", "Rojas Quispe", "Ministerio de Planificación")


def refusal_of(password: str) -> type[Exception] | None:
    try:
        rules.check_password(password, email="v.quinteros@example.org", about=ABOUT)
    except errors.Invalid as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    "password",
    ["password123", "Manchester1", "1q2w3e4r5t", "Dragon12345!", "motdepasse2026",
     "aaaaaaaaaa", "abcabcabcabc", "12341234123", "1234567890", "0987654321", "qwertyuiop", "qwertyasdfgh",
     "asdfghjklñ", "QWERTY12345", "abcdefghij"],
)  # fmt: skip
def test_what_many_people_have_what_repeats_and_what_walks_over_the_keyboard_is_refused(password: str) -> None:
    assert refusal_of(password) is errors.PasswordCommon


@pytest.mark.parametrize(
    "password",
    ["ilpes2026!!", "Cepal-Chile-2026", "Capacitación-2027", "p4ssw0rd-2026", "ValentinaRojas1990", "quispe.quinteros7",
     "C3p4l-Ilpes", "senha do ilpes 26", "marzo-abril-mayo", "Planification2026", "Ministerio2026"],
)  # fmt: skip
def test_a_password_of_words_of_the_context_or_about_its_owner_is_refused(password: str) -> None:
    assert refusal_of(password) is errors.PasswordTellsWhose


@pytest.mark.parametrize(
    "password",
    ["seven quiet rivers", "sol mar nube piedra", "tres tristes tigres", "ten chars!", "x7Kq-92mz-aLp0", "olhos d'água",
     "rojas montañas lejos", "mi clave de los domingos lluviosos", "4815 162 342 zanahorias"],
)  # fmt: skip
def test_a_few_words_that_have_nothing_to_do_with_each_other_are_enough(password: str) -> None:
    assert refusal_of(password) is None


def test_the_words_of_others_are_no_reason_to_refuse() -> None:
    rules.check_password("ValentinaRojas1990", email="ana@example.org", about=("Ana", "Soto"))


@given(
    st.integers(0, 9), st.sampled_from(["ilpes", "cepal", "clave", "octubre"]), st.text("0123456789!-.", max_size=12)
)
def test_no_digits_and_signs_make_a_word_of_the_context_good(place: int, word: str, signs: str) -> None:
    password = f"{signs[:place]}{word}{signs[place:]}".ljust(rules.SHORTEST_PASSWORD, "7")
    assert guessing.says_whose(password, ())


@given(
    st.lists(st.sampled_from(["zanahoria", "glaciar", "tejedora", "alcaraván", "quebracho"]), min_size=2, unique=True)
)
def test_uncommon_words_together_are_taken_however_they_are_put(words: list[str]) -> None:
    for between in (" ", "-", ""):
        rules.check_password(between.join(words), email="ana@example.org", about=("Ana", "Soto"))


def test_the_lists_are_what_they_say() -> None:
    assert {"ilpes", "cepal", "eclac"} <= guessing.context()
    assert len(guessing._known()) > 8000
    assert "licence" not in guessing._known()


def test_whoever_chooses_one_anywhere_is_told_which_kind_it_is(app, client) -> None:
    wish = {
        "email": "valentina@example.org", "given_names": "Valentina", "first_surname": "Rojas", "country": "CHL",
        "sex": "female", "language": "es", "consent": True,
    }  # fmt: skip
    codes = []
    for password in ("password123", "ValentinaRojas1990", "seven quiet rivers"):
        answer = client.post("/api/v1/accounts", json={**wish, "password": password})
        codes += [fault["code"] for fault in answer.json.get("errors", [])] if answer.status_code == 422 else [None]
    assert codes == ["password_common", "password_tells_whose", None]
    with app.app_context():
        make.person("ana@example.org", password=make.PASSWORD, given_names="Zulema", first_surname="Quintul")
        account_id = make.account("ana@example.org").id
        for verb in (
            lambda: service.set_password(account_id=account_id, password="ZulemaQuintul7"),
            lambda: service.change_password(account_id=account_id, current=make.PASSWORD, password="ZulemaQuintul7"),
        ):
            with pytest.raises(errors.PasswordTellsWhose):
                verb()
