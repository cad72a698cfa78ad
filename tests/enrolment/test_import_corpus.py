"""Every way in which a list may be written, against an oracle that knows what was meant (TRUST.md 29, 31)."""

import io
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterable

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import tables
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import Enrolment, ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.people.models import EmailAddress
from tests.factories.catalogue import make_activity
from tests.factories.imports import (
    HEADER,
    accept,
    as_csv,
    as_xlsx,
    bring_in,
    check,
    row,
    rows,
    text_of,
    upload,
    workbook,
)
from tests.pace import paced

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1")
GOOD, STOPPED = True, False
# What a row of each kind says of person n, and whether it can stand alone.
KINDS = {
    "plain": (lambda n: {"email": f"p{n}@example.org"}, GOOD),
    "capitals": (lambda n: {"email": f"P{n}@Example.ORG"}, GOOD),
    "accent": (lambda n: {"email": f"josé{n}@example.org"}, GOOD),
    "accent apart": (lambda n: {"email": unicodedata.normalize("NFD", f"josé{n}@example.org")}, GOOD),
    "unknown words": (lambda n: {"email": f"p{n}@example.org", "sex": "¿?", "country": "Atlántida"}, GOOD),
    "control character": (lambda n: {"email": f"p{n}@example.org", "given": f"An\x01a {n}"}, GOOD),
    "formula": (lambda n: {"email": f"p{n}@example.org", "institution": "=1+1"}, GOOD),
    "line break": (lambda n: {"email": f"p{n}@example.org", "institution": 'Casa "A";\r\nOficina'}, GOOD),
    "look-alike": (lambda n: {"email": f"p{n}@exаmple.org"}, STOPPED),
    "no address": (lambda _n: {"email": ""}, STOPPED),
    "no name": (lambda n: {"email": f"p{n}@example.org", "given": ""}, STOPPED),
    "too long": (lambda n: {"email": f"p{n}@example.org", "given": "Ana" * 500}, STOPPED),
    "link for a name": (lambda n: {"email": f"p{n}@example.org", "first": "www.example.org"}, STOPPED),
}


@pytest.fixture
def activity(context: APIFlask) -> Activity:
    return make_activity("other_division")


def expected(body: Iterable[tuple[str, int]]) -> tuple[set[str], list[int]]:
    """Return the oracle's answer: the addresses that are enrolled, the rows that are not."""
    enrolled: set[str] = set()
    stopped = []
    for number, (kind, person) in enumerate(body, start=2):
        said, good = KINDS[kind]
        email = unicodedata.normalize("NFC", said(person)["email"]).casefold()
        if good and email not in enrolled:
            enrolled.add(email)
        else:
            stopped.append(number)
    return enrolled, stopped


def enrolled_in(activity: Activity) -> set[str]:
    statement = (
        select(EmailAddress.address_key)
        .join(Enrolment, Enrolment.person_id == EmailAddress.person_id)
        .where(Enrolment.activity_id == activity.id, Enrolment.state == "confirmed")
    )
    return set(db.session.scalars(statement))


def stopped_rows(imported: ParticipantImport) -> list[int]:
    return sorted({one.row for one in service.imports.remarks_of(imported) if one.stops})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 6)), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t"),
    encoding=st.sampled_from(ENCODINGS),
)
def test_trust_29_whatever_the_encoding_separator_and_order_the_oracle_s_people_come_in_and_the_others_are_told_by_row(
    context: APIFlask, body: list[tuple[str, int]], separator: str, encoding: str
) -> None:
    text = text_of([row(n, **KINDS[kind][0](n)) for kind, n in body], separator=separator)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content = text.encode("utf-8-sig")
    activity = make_activity("other_division")
    done = bring_in(activity, io.BytesIO(content))
    people, stopped = expected(body)
    assert done.state == "done", done.failure
    assert enrolled_in(activity) == people
    assert stopped_rows(done) == stopped
    assert (done.total, done.added, done.already, done.faults) == (len(body), len(people), 0, len(stopped))
    again = bring_in(activity, io.BytesIO(content))
    assert (again.added, again.already, again.faults) == (0, len(people), len(stopped))


def test_spanish_in_the_code_page_of_windows_keeps_its_letters(activity: Activity) -> None:
    bring_in(activity, as_csv([row(given="Íñigo", first="Güemes", country="México")], encoding="cp1252"))
    (enrolment,) = db.session.scalars(select(Enrolment).where(Enrolment.activity_id == activity.id))
    assert (enrolment.person.given_names, enrolment.person.first_surname, enrolment.country) == (
        "Íñigo", "Güemes", "MEX",
    )  # fmt: skip


def test_what_is_remarked_about_a_row_that_is_stopped_never_says_that_it_is_imported(activity: Activity) -> None:
    checked = check(activity, as_csv([row(1, email="nothing", country="Atlántida"), row(2, country="Atlántida")]))
    told = [(one.row, one.column, one.stops) for one in service.imports.remarks_of(checked)]
    assert sorted(told) == [(2, "country", True), (2, "email", True), (3, "country", False)]


def test_trust_29_nul_in_a_cell_costs_the_row_nothing(activity: Activity) -> None:
    done = bring_in(activity, as_csv([row(given="An\x00a", email="a\x00na@example.org"), row(2)]))
    assert (done.added, done.faults) == (2, 0)
    assert enrolled_in(activity) == {"ana@example.org", "ana2@example.org"}


def test_trust_29_a_field_of_a_megabyte_stops_its_row_alone_and_is_quoted_by_its_beginning(activity: Activity) -> None:
    done = bring_in(activity, as_csv([row(1), row(2, given="x" * 1_000_000), row(3)]))
    assert (done.added, done.faults) == (2, 1)
    (told,) = service.imports.remarks_of(done)
    assert (told.row, told.column, len(told.read)) == (3, "given_names", 121)


def test_the_letter_that_looks_latin_is_named(activity: Activity) -> None:
    (told,) = service.imports.remarks_of(check(activity, as_csv([row(email="ana@exаmple.org")])))
    assert told.params == {"letter": "а"}


@pytest.mark.parametrize("domain", ["examp1e.org", "exarnple.org", "éxample.org"])
def test_trust_29_a_domain_that_looks_like_an_earlier_one_is_imported_and_pointed_out(
    activity: Activity, domain: str
) -> None:
    checked = check(activity, as_csv([row(1), row(2, email=f"eva@{domain}"), row(3, email="eva@other.org")]))
    (told,) = service.imports.remarks_of(checked)
    assert (told.row, told.params["other"], told.stops) == (3, "example.org", False)
    assert accept(checked).added == 3


@pytest.mark.parametrize(
    ("hostile", "refused"),
    [
        (lambda: workbook(10_000), tables.TooManySheets),
        (lambda: workbook(1, ["0" * 1_000_000] * 250), tables.UnpacksTooLarge),
        (lambda: io.BytesIO(b"a" * (rules.MOST_BYTES + 1)), tables.FileTooLarge),
        (lambda: io.BytesIO(b"%PDF-1.7 and so on"), tables.NotATable),
    ],
)
def test_trust_31_bombs_and_giants_are_refused_at_the_upload(
    activity: Activity, hostile, refused: type[DomainError]
) -> None:
    source = hostile()
    with paced() as pace, pytest.raises(refused):
        upload(activity, source)
    assert pace.seconds < 2  # TRUST.md 31 sets the limit
    assert db.session.scalar(select(ParticipantImport.id)) is None


def test_names_whose_letters_broke_on_the_way_are_not_imported_as_they_are(activity: Activity) -> None:
    header = ("Nombre", "Apellidos", "Correo")
    body = [("José", "Peña", "a@example.org"), ("Ana", "Soto", "b@example.org"), ("Iván", "Núñez", "c@example.org")]
    # One byte that is no UTF-8, and the file as a whole is read as the code page of Windows.
    source = io.BytesIO(text_of(body, header).encode().replace(b"Soto", b"Sot\xf3"))
    done = bring_in(activity, source)
    assert stopped_rows(done) == [2, 4]
    assert enrolled_in(activity) == {"b@example.org"}


def test_a_workbook_that_is_broken_further_down_stops_the_check_with_the_reason(activity: Activity) -> None:
    whole = as_xlsx(rows(3000))
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[:-200] if name == "xl/worksheets/sheet1.xml" else part)
    stopped = check(activity, out)
    assert (stopped.state, stopped.file_key) == ("failed", "")
    assert "can't be read as a table" in stopped.failure


def test_more_rows_than_are_read_stop_the_check_with_the_number(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = tables.Limits(file_bytes=rules.MOST_BYTES, rows=3)
    monkeypatch.setattr("ilpes_lms.enrolment.service.imports.kept.LIMITS", limits)
    stopped = check(activity, as_csv(rows(4)))
    assert (stopped.state, stopped.findings["failure"]) == ("failed", {"rows": 3})


@pytest.mark.slow
def test_trust_29_memory_grows_by_little_more_than_the_addresses_of_a_long_list(context: APIFlask) -> None:
    """What is remembered of a row is its address. Keeping the rows themselves would cost several times as much."""

    def peak(count: int) -> int:
        activity = make_activity("other_division")
        domain = f"d{count}.org"
        source = as_csv([row(n, email=f"a{n}@{domain}") for n in range(count)], HEADER)
        tracemalloc.start()
        done = bring_in(activity, source)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert done.added == count
        return most

    peak(100)
    few, many = peak(2_000), peak(12_000)
    assert (many - few) / 10_000 < 400
