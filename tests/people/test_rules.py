"""What is decided about people, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.people import errors, rules


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@example.org", "a b@example.org", "ana@example.org\r\nBcc: x@y.z,"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(errors.AddressNotValid) as refusal:
        rules.address(text)
    assert refusal.value.field == "email"


def test_an_address_is_found_whatever_its_case_and_unicode_form():
    assert rules.address_key("ANA.Núñez@Example.org") == rules.address_key("ana.nu\u0301n\u0303ez@example.org")


def test_an_address_with_an_accent_is_another_one_than_without():
    assert rules.address_key("peña@example.org") != rules.address_key("pena@example.org")


@given(st.text(max_size=300))
def test_every_text_has_a_key_that_a_database_can_store(text):
    key = rules.address_key(text)
    assert len(key) <= rules.LONGEST_ADDRESS
    assert "\x00" not in key
    key.encode()


@given(st.text(max_size=200))
def test_a_line_has_no_break_and_can_be_stored(text):
    line = rules.one_line(text, longest=1000)
    assert len(line.splitlines()) <= 1
    line.encode()
    assert "\x00" not in line


def test_a_name_is_kept_as_it_is_written_with_single_spaces():
    assert rules.name_part("  María  de los\tÁngeles ", field="given_names") == "María de los Ángeles"
    assert rules.name_part("O'Higgins-Núñez", field="first_surname") == "O'Higgins-Núñez"
    assert rules.name_part("J. C.", field="given_names") == "J. C."


@pytest.mark.parametrize(
    "name", ["www.example.org", "Visit evil.com", "<b>Ana</b>", "ana@example.org", "http://x", "123"]
)
def test_a_link_in_disguise_is_no_name(name):
    with pytest.raises(errors.NameNotValid):
        rules.name_part(name, field="given_names")


def test_a_needed_name_may_not_be_empty_and_no_name_too_long():
    with pytest.raises(errors.NameMissing):
        rules.name_part(" \t", field="given_names")
    with pytest.raises(errors.TextTooLong):
        rules.name_part("a" * 121, field="given_names")
    assert rules.name_part("", field="second_surname", needed=False) == ""


def test_the_full_name_has_the_parts_in_their_order():
    assert rules.full_name("Ana María", "Soto", "Rojas") == "Ana María Soto Rojas"
    assert rules.full_name("Ana", "Soto") == "Ana Soto"


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("nine char", errors.PasswordTooShort),
        ("x" * 201, errors.PasswordTooLong),
        ("Ana.Soto@example.org", errors.PasswordIsAddress),
        (" ana.soto@EXAMPLE.org ", errors.PasswordIsAddress),
    ],
)
def test_a_weak_password_is_refused(password, refusal):
    with pytest.raises(refusal):
        rules.check_password(password, email="ana.soto@example.org")


def test_ten_characters_are_enough_for_a_password():
    rules.check_password("ten chars!", email="ana@example.org")


@pytest.mark.parametrize(
    ("role", "division", "organization_id", "refusal"),
    [
        ("emperor", None, None, errors.UnknownRole),
        ("instructor", None, None, errors.UnknownRole),
        ("administrator", "ilpes", None, errors.ScopeNotForRole),
        ("coordinator", None, 1, errors.ScopeNotForRole),
        ("focal_point", None, None, errors.OrganizationMissing),
        ("focal_point", "ilpes", 1, errors.ScopeNotForRole),
    ],
)
def test_a_role_takes_only_the_limits_it_has(role, division, organization_id, refusal):
    with pytest.raises(refusal):
        rules.check_role(role, division=division, organization_id=organization_id)


def test_roles_with_their_own_limits_are_accepted():
    rules.check_role("administrator", division=None, organization_id=None)
    rules.check_role("coordinator", division="ilpes", organization_id=None)
    rules.check_role("focal_point", division=None, organization_id=1)


@pytest.mark.parametrize(
    ("grants", "divisions"),
    [
        ([], set()),
        ([("coordinator", "ilpes")], {"ilpes"}),
        ([("coordinator", "ilpes"), ("coordinator", "other")], {"ilpes", "other"}),
        ([("coordinator", "ilpes"), ("coordinator", None)], set()),
        ([("coordinator", "ilpes"), ("administrator", None)], set()),
        ([("coordinator", "ilpes"), ("statistics_reader", None)], {"ilpes"}),
    ],
)
def test_one_grant_without_a_division_lifts_the_limit(grants, divisions):
    assert rules.divisions_of(grants) == divisions


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("ana.soto@example.org", ("Ana", "Soto")),
        ("ana.maria.soto-rojas@example.org", ("Ana", "Maria Soto Rojas")),
        ("admin@cepal.example.org", ("Admin", "Cepal")),
        ("42@7.example.org", ("Staff", "Staff")),
    ],
)
def test_a_name_to_begin_with_is_read_from_an_address(email, name):
    assert rules.name_from_address(email) == name


def test_a_browser_has_a_name_that_its_owner_recognizes():
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    assert rules.device_name(phone) == "Chrome, Android"
    assert rules.device_name("curl/8.5") == ""
