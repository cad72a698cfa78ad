import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.certificates import errors, rules
from ilpes_lms.core.ids import public_id

STATES = ("queued", "issued", "failed", "superseded", "revoked")
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
codes = st.text(ALPHABET, min_size=26, max_size=26)


def test_a_webinar_certifies_participation_and_anything_else_completion() -> None:
    assert rules.kind_for("webinar") == "participation"
    for kind in ("international_open", "national_restricted", "other_division"):
        assert rules.kind_for(kind) == "completion"


def test_a_serial_has_its_year_and_six_digits() -> None:
    assert rules.serial(2027, 42) == "ILPES-2027-000042"


def test_only_what_was_issued_is_valid() -> None:
    answers = {state: rules.answer(state) for state in (*STATES, None, "", "anything")}
    assert [state for state, answer in answers.items() if answer == "valid"] == ["issued"]
    assert answers["queued"] == answers["failed"] == answers[None] == "unknown"


@pytest.mark.parametrize(
    ("before", "after"),
    [("queued", "issued"), ("queued", "failed"), ("failed", "queued"), ("issued", "revoked"), ("issued", "superseded")],
)
def test_the_steps_of_the_table_may_be_taken(before, after) -> None:
    rules.check_step(before, after)


def test_no_other_step_may_be_taken() -> None:
    allowed = 0
    for before in STATES:
        for after in STATES:
            try:
                rules.check_step(before, after)
                allowed += 1
            except errors.StepNotPossible:
                pass
    assert allowed == 5


@given(codes, st.sampled_from([str, str.upper, str.title]), st.integers(1, 9), st.sampled_from([" ", "-", " - ", "–"]))
def test_case_spaces_and_dashes_do_not_matter(code, spelt, size, gap) -> None:
    typed = gap.join(spelt(code)[start : start + size] for start in range(0, 26, size))
    assert rules.code_in(f"  {typed}\n") == code


@given(codes)
def test_the_whole_address_may_be_pasted(code) -> None:
    assert rules.code_in(f"https://example.org/verify/{code}") == code
    assert rules.code_in(f"https://example.org/verify/{code}/?lang=fr") == code


@given(codes, st.integers(0, 25), st.sampled_from("0189!/ñ\x00"))
def test_what_can_be_no_code_is_none(code, place, wrong) -> None:
    assert rules.code_in(code[:place] + wrong + code[place + 1 :]) is None
    assert rules.code_in(code[1:]) is None
    assert rules.code_in("") is None


def test_the_codes_we_make_are_codes() -> None:
    for _ in range(50):
        code = public_id()
        assert rules.code_in(code) == code
