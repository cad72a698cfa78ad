"""All certificates of a person together, with what is not on record told apart from nothing."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from ilpes_lms.certificates import service, transcript
from ilpes_lms.certificates.display import linkedin_url
from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.core import clock
from ilpes_lms.people import rules as people_rules
from tests.certificates.test_document import LONG_NAME, LONG_TITLE, PLAIN, structure
from tests.factories.certificates import make_issued
from tests.factories.people import bearer, person, sign_in

HOLDER = "holder@example.org"
TODAY = date(2026, 11, 26)
contents = st.builds(
    lambda day, hours, number: replace(PLAIN, issued_on=day, hours=hours, serial=f"ILPES-{day.year}-{number:06}"),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.none() | st.decimals(0, 200, places=1),
    st.integers(1, 999_999),
)


@given(st.lists(contents))
def test_every_certificate_stands_in_its_year_and_hours_add_up(found) -> None:
    years = transcript.by_year(found)
    assert [year.year for year in years] == sorted({c.issued_on.year for c in found}, reverse=True)
    assert sorted(c.serial for year in years for c in year.contents) == sorted(c.serial for c in found)
    assert sum(year.hours for year in years) == sum(c.hours for c in found if c.hours is not None)
    assert sum(year.without_hours for year in years) == sum(c.hours is None for c in found)


def test_hours_earned_are_added_up_and_told_from_those_planned(app) -> None:
    found = [replace(PLAIN, hours_earned=Decimal(48)), replace(PLAIN, serial="ILPES-2026-000124")]
    with app.test_request_context("/?lang=es"):
        (year,) = transcript.by_year(found)
        assert (year.hours, year.hours_planned, year.hours_in_words) == (108, 120, "108 de 120")
        text = pdf_text(transcript.render("Ana Pérez", [year], today=TODAY))
    assert "48 de 60" in text
    assert "Horas obtenidas" in text


def pdf_text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("language", "heading", "without"),
    [
        ("es", "Historial de certificados", "1 sin registro de horas"),
        ("en", "Transcript of certificates", "1 without hours on record"),
        ("pt", "Histórico de certificados", "1 sem registro de horas"),
        ("fr", "Relevé de certificats", "1 sans heures enregistrées"),
    ],
)
def test_the_pdf_says_it_in_the_reader_s_language(app, language, heading, without) -> None:
    found = [PLAIN, replace(PLAIN, hours=None, serial="ILPES-2026-000124"), replace(PLAIN, issued_on=date(2025, 2, 3))]
    with app.test_request_context(f"/?lang={language}"):
        pdf = transcript.render("Ana Pérez", transcript.by_year(found), today=TODAY)
    text = pdf_text(pdf)
    for expected in (heading, without, "Ana Pérez", PLAIN.title, PLAIN.code, "ILPES-2026-000124", "2025"):
        assert expected in text
    document = pikepdf.open(io.BytesIO(pdf))
    assert str(document.Root.Lang) == language
    names = [str(element.S) for element in structure(document)]
    assert names.count("/H1") == 1
    assert names.count("/Table") == 2
    assert names.count("/TH") == 8


def test_many_long_ones_flow_over_pages_with_the_heading_of_the_table_on_each(app) -> None:
    found = [replace(PLAIN, title=LONG_TITLE, serial=f"ILPES-2026-{n:06}") for n in range(40)]
    with app.test_request_context("/?lang=en"):
        pdf = transcript.render(LONG_NAME, transcript.by_year(found), today=TODAY)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 3
    assert all("Issued on" in " ".join(page.extract_text().split()) for page in pages[:-1])
    assert all(f"ILPES-2026-{n:06}" in pdf_text(pdf) for n in range(40))


def test_without_certificates_it_says_so_and_a_name_without_glyphs_is_refused(app) -> None:
    with app.test_request_context("/?lang=en"):
        assert "No certificates yet" in pdf_text(transcript.render("Ana", [], today=TODAY))
        with pytest.raises(GlyphMissing):
            transcript.render("Ana \u4e2d", [], today=TODAY)


def test_hours_without_any_record_are_no_zero(app) -> None:
    with app.test_request_context("/?lang=en"):
        (year,) = transcript.by_year([replace(PLAIN, hours=None)])
        assert year.hours_in_words == "–"
        (year,) = transcript.by_year([replace(PLAIN, hours=Decimal(0))])
        assert year.hours_in_words == "0"


def test_the_way_into_linkedin_carries_what_the_certificate_says() -> None:
    address = urlsplit(linkedin_url(replace(PLAIN, title="Redes & territorios: #1 «ñ»")))
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.netloc == "www.linkedin.com"
    assert (said["name"], said["certUrl"], said["certId"]) == (
        "Redes & territorios: #1 «ñ»", PLAIN.verify_url, PLAIN.serial,
    )  # fmt: skip
    assert (said["issueYear"], said["issueMonth"]) == ("2026", "6")


def test_one_s_own_page_pdf_and_json_count_valid_ones_alone(app, client) -> None:
    with app.app_context():
        person("other@example.org")
        code = make_issued(email=HOLDER).certificate.code
    sign_in(client, HOLDER)
    year = clock.today("America/Santiago").year
    text = client.get("/my/certificates?lang=en").text
    for expected in ("Hours of training by year", "Add to LinkedIn", f"/verify/{code}", "transcript.pdf"):
        assert expected in text
    file = client.get("/my/certificates/transcript.pdf?lang=en")
    assert file.content_type == "application/pdf"
    assert code in pdf_text(file.data)
    mine = client.get("/api/v1/me/transcript", headers=bearer(app, HOLDER)).json
    assert [(y["year"], y["certificates"]) for y in mine["years"]] == [(year, [code])]
    assert client.get("/api/v1/me/transcript", headers=bearer(app, "other@example.org")).json["years"] == []
    with app.app_context():
        service.revoke(code=code, reason="why")
    assert "Hours of training by year" not in client.get("/my/certificates?lang=en").text
    assert code not in pdf_text(client.get("/my/certificates/transcript.pdf?lang=en").data)
    assert app.test_client().get("/my/certificates/transcript.pdf").status_code == 303


def test_transcripts_are_limited_for_each_account(app, client, monkeypatch) -> None:
    monkeypatch.setitem(people_rules.LIMITS, "transcript.account", people_rules.Limit(2, timedelta(minutes=10)))
    with app.app_context():
        make_issued(email=HOLDER)
        person("other@example.org")
    sign_in(client, HOLDER)
    address = "/my/certificates/transcript.pdf"
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 429]
    other = app.test_client()
    sign_in(other, "other@example.org")
    assert other.get(address).status_code == 200
