"""Lists of people: what is wrong with a row, what may be a mistake, who may be named twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.rules import Line


def line(number, email="luz@example.org", given_names="Luz", first_surname="Paz", **more):
    return Line(number, {"given_names": given_names, "first_surname": first_surname, "email": email, **more})


def said(remarks):
    return [(remark.number, remark.column, remark.why.code) for remark in remarks]


def test_a_row_in_order_is_read_in_normal_form():
    checked = rules.check(
        [line(2, " Luz@Example.ORG ", "  Luz\u00a0María ", "Paz", position="Jefa", language="Français")]
    )
    assert (checked.faults, checked.doubts) == ([], [])
    person = checked.people[0]
    assert (person.given_names, person.email, person.position, person.language) == (
        "Luz María", "Luz@example.org", "Jefa", "fr",
    )  # fmt: skip


def test_every_fault_is_told_by_row_and_column():
    checked = rules.check([
        line(2, "no address", "", "Paz"), line(3, language="klingon"), line(4, given_names="x" * 121),
        line(5, position="p" * 201), line(6, given_names="www.example.org"),
    ])  # fmt: skip
    assert said(checked.faults) == [
        (2, "given_names", "name_missing"), (2, "email", "address_not_valid"), (3, "language", "language_unknown"),
        (4, "given_names", "text_too_long"), (5, "position", "text_too_long"), (6, "given_names", "name_not_valid"),
    ]  # fmt: skip
    assert checked.people == []


def test_what_was_read_is_shown_short_and_without_control_characters():
    fault = rules.check([line(2, "a\x00b\u202e" + "c" * 900)]).faults[0]
    assert len(fault.said) <= 81
    assert fault.said.isprintable()


@pytest.mark.parametrize("again", ["LUZ@example.org", "luz@EXAMPLE.org", "ｌｕｚ@example.org", " luz@example.org"])
def test_an_address_twice_is_found_whatever_its_case_and_form(again):
    assert said(rules.check([line(2), line(7, again, "Ana", "Rey")]).faults) == [(7, "email", "twice_on_list")]


def test_an_address_that_is_written_with_a_mark_of_its_own_or_composed_is_one():
    composed, apart = "josé@example.org", "jose\u0301@example.org"
    assert said(rules.check([line(2, composed), line(3, apart, "Ana", "Rey")]).faults) == [
        (3, "email", "twice_on_list")
    ]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("gmial.com", "gmail.com"), ("gmail.con", "gmail.com"), ("gmail.co", "gmail.com"), ("ggmail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"), ("outlok.com", "outlook.com"),
    ],
)  # fmt: skip
def test_a_domain_one_slip_from_a_known_one_is_a_doubt(written, known):
    doubts = rules.check([line(2, f"luz@{written}")]).doubts
    assert said(doubts) == [(2, "email", "may_be_mistyped")]
    assert doubts[0].why.params == {"known": known}


@pytest.mark.parametrize(
    "domain", ["gmail.com", "ymail.com", "mail.com", "yahoo.com.mx", "hacienda.gob.cl", "cepal.org"]
)
def test_a_domain_that_is_right_is_no_doubt(domain):
    assert rules.check([line(2, f"luz@{domain}")]).doubts == []


def test_a_domain_that_differs_from_most_of_the_list_is_a_doubt():
    lines = [line(n, f"n{n}@hacienda.gob.bo", "Ana", f"Rey {chr(100 + n)}uz") for n in range(2, 5)]
    assert said(rules.check([*lines, line(9, "luz@hacienda.gob.ob")]).doubts) == [(9, "email", "may_be_mistyped")]


@pytest.mark.parametrize("address", ["luz@gmаil.com", "lυz@example.org", "luz@еxample.org"])
def test_letters_that_only_look_latin_are_a_doubt(address):
    assert said(rules.check([line(2, address)]).doubts) == [(2, "email", "letters_of_another_script")]


def test_one_name_with_two_addresses_is_a_doubt_not_a_fault():
    checked = rules.check(
        [line(2, "a@example.org", "Ana María", "Pérez"), line(3, "b@example.org", "ana", "PEREZ Rojas")]
    )
    assert checked.faults == checked.doubts == []
    checked = rules.check([line(2, "a@example.org", "Ana", "Pérez"), line(3, "b@example.org", "Ana María", "Perez")])
    assert said(checked.doubts) == [(3, "given_names", "may_be_same_person")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana María Pérez", "Pérez Ana Maria"), ("José de la Cruz Rojas", "Jose Cruz Rojas"),
        ("Jhon Gonzáles", "John González"), ("Yolanda Vásquez", "Iolanda Vazquez"), ("Luz Paz", "Luz Paz Soto"),
        ("Ana-María Rojas", "Ana Maria Rojas"),
    ],
)  # fmt: skip
def test_names_that_may_mean_one_person(one, other):
    assert list(rules.same_name([(1, one), (2, other)])) == [(1, 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ana Pérez", "Ana Soto"), ("Luz", "Luz"), ("Ana Pérez Soto", "Ana Pérez Rojas"), ("Luz Paz", "Paz Soto Luna")],
)
def test_names_that_do_not(one, other):
    assert list(rules.same_name([(1, one), (2, other)])) == []


@given(st.lists(st.text(max_size=30), max_size=8))
def test_no_name_whatever_it_is_breaks_the_comparison_and_pairs_are_in_order(names):
    pairs = list(rules.same_name(enumerate(names)))
    assert all(one < other for one, other in pairs)
    assert len(pairs) == len(set(pairs))


@given(st.lists(st.dictionaries(st.sampled_from(rules.COLUMNS), st.text(max_size=200)), max_size=6))
def test_no_row_whatever_it_says_breaks_the_check(rows):
    lines = [Line(number, row) for number, row in enumerate(rows, start=2)]
    checked = rules.check(lines)
    wrong = {fault.number for fault in checked.faults if fault.why.code != "twice_on_list"}
    assert wrong | {person.number for person in checked.people} == {row.number for row in lines}


def test_the_template_s_headers_are_recognized_in_every_language():
    for name in rules.COLUMNS:
        assert set(rules.HEADERS[name]) == {"es", "en", "pt", "fr"}
        assert set(rules.HEADERS[name].values()) <= set(rules.KNOWN_HEADERS[name])
