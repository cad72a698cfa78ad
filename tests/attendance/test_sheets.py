"""The sign-in sheet as people print it: opened and read back."""

import io
import unicodedata
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pypdf import PdfReader

from ilpes_lms.attendance import sheets
from ilpes_lms.attendance.sheets import Line, Sheet
from ilpes_lms.core.database import db, writing
from tests.certificates.test_document import opened, structure
from tests.conftest import counted_statements
from tests.factories.attendance import Taught, make_taught
from tests.factories.people import bearer, sign_in

pytestmark = pytest.mark.usefixtures("app")
SCRIPT = "<script>alert(1)</script> #let x = 1 *bold* $x^2$"


def sheet(*lines: Line, **fields: Any) -> Sheet:
    said = {
        "language": "es", "title": "Gestión para resultados", "title_language": None, "class_session": "Sesión 2",
        "when": "martes, 6 de abril de 2027, 10:00 (hora de Santiago), hasta las 11:30", "place": "Sala Medina",
        "organizations": ("ILPES", "CEPAL"), "lines": lines,
    }  # fmt: skip
    return Sheet(**{**said, **fields})


def named(*names: str) -> list[Line]:
    return [Line(number, name, "Ministerio de Hacienda", "Chile") for number, name in enumerate(names, start=1)]


def pages(content: bytes) -> list[str]:
    found = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return [unicodedata.normalize("NFC", text.replace("\u200b", "")) for text in found]


def test_a_sheet_says_what_is_signed_and_has_room_for_everyone(context: APIFlask) -> None:
    (text,) = pages(sheets.render(sheet(*named("Ana Soto", "Luz Peña"), Line(None))))
    for said in ("Hoja de firmas", "Gestión para resultados", "Sesión 2", "hora de Santiago", "Sala Medina", "Ana Soto",
                 "Luz Peña", "Ministerio de Hacienda", "Chile", "Firma", "Página 1 de 1"):  # fmt: skip
        assert said in text


@pytest.mark.parametrize(
    ("language", "heading"),
    [("es", "Hoja de firmas"), ("en", "Sign-in sheet"), ("pt", "Lista de assinaturas"), ("fr", "Feuille d’émargement")],
)
def test_a_sheet_speaks_the_language_of_its_activity(context: APIFlask, language: str, heading: str) -> None:
    content = sheets.render(sheet(*named("Ana"), language=language))
    assert heading in pages(content)[0]
    assert str(PdfReader(io.BytesIO(content)).trailer["/Root"]["/Lang"]).startswith(language)


def test_five_hundred_people_have_their_heading_on_every_page_and_every_page_its_number(context: APIFlask) -> None:
    names = [f"Persona {number} de Nombre Muy Largo y Compuesto" for number in range(500)]
    found = pages(sheets.render(sheet(*named(*names))))
    assert len(found) > 10
    for number, text in enumerate(found, start=1):
        assert "Institución" in text
        assert f"Página {number} de {len(found)}" in text
    everything = " ".join(" ".join(found).split())
    assert all(f"Persona {number} " in everything for number in range(500))


def test_a_sheet_is_tagged_and_its_table_has_a_head(context: APIFlask) -> None:
    document = opened(sheets.render(sheet(*named("Ana"))))
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
    assert {"/H1", "/Table", "/TH", "/TD"} <= {str(element.S) for element in structure(document)}


def test_the_same_sheet_gives_the_same_bytes(context: APIFlask) -> None:
    one = sheet(*named("Ana", "Luz"))
    assert sheets.render(one) == sheets.render(one)


@pytest.mark.parametrize("name", ["Иван Петров", "Αλέξης Παππάς", "Nguyễn Thị Minh", "Łukasz Żółć", "גלעד"])
def test_names_of_other_scripts_stand_as_they_are(context: APIFlask, name: str) -> None:
    content = sheets.render(sheet(*named(name)))
    assert "▯" not in pages(content)[0]
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_a_character_without_a_typeface_is_named_and_its_place_is_marked(context: APIFlask) -> None:
    (text,) = pages(sheets.render(sheet(*named("Wang 王", "Ana Soto"))))
    assert "U+738B" in text
    assert "Wang ▯" in text
    assert "Ana Soto" in text


def test_what_people_wrote_is_never_read_as_markup(context: APIFlask) -> None:
    (text,) = pages(sheets.render(sheet(Line(1, "Ana #panic()", SCRIPT, "*"), title=SCRIPT)))
    assert "<script>alert(1)</script> #let x = 1 *bold* $x^2$" in " ".join(text.split())
    assert "#panic()" in text


def test_a_word_without_end_stays_in_its_column(context: APIFlask) -> None:
    content = sheets.render(sheet(*named("W" * 120)))
    (text,) = pages(content)
    assert "".join(text.split()).count("W") == 120
    assert "Ministerio de Hacienda" in " ".join(text.split())


@pytest.fixture
def taught(app: APIFlask) -> Taught:
    with app.app_context():
        found = make_taught(participants=3, instructor="profe@example.org", languages=["pt"])
        with writing():
            for place, enrolment in enumerate(found.enrolments):
                db.session.merge(enrolment).organization_name = f"Ministério {place}"
        return found


def address(taught: Taught) -> str:
    return f"/teach/class-sessions/{taught.session_refs[0]}/sign-in-sheet"


def test_an_instructor_makes_a_sheet_in_the_activity_s_language(client: FlaskClient, taught: Taught) -> None:
    sign_in(client, "profe@example.org")
    page = client.get(address(taught)).text
    assert "Hoja de firmas" in page
    assert f'href="{address(taught)}"' in client.get(address(taught).removesuffix("/sign-in-sheet")).text
    answer = client.get(f"{address(taught)}.pdf?blank_lines=2")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    (text,) = pages(answer.data)
    assert "Lista de assinaturas" in text
    assert "Ministério 2" in text


@pytest.mark.parametrize("wrong", ["", "201", "-1", "x"])
def test_a_number_that_is_none_is_refused_beside_its_field(client: FlaskClient, taught: Taught, wrong: str) -> None:
    sign_in(client, "profe@example.org")
    answer = client.get(f"{address(taught)}.pdf?blank_lines={wrong}")
    assert answer.status_code == 422
    assert "Líneas en blanco" in answer.text


def test_programs_get_what_stands_on_it_and_the_pdf(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    teacher, path = bearer(app, "profe@example.org"), f"/api/v1/class-sessions/{taught.session_refs[0]}/sign-in-sheet"
    with counted_statements(app) as statements:
        said = client.get(f"{path}?blank_lines=1", headers=teacher).get_json()
    assert len(statements) <= 12
    assert said["language"] == "pt"
    assert [line["number"] for line in said["lines"]] == [1, 2, 3, None]
    assert client.get(f"{path}.pdf", headers=teacher).data.startswith(b"%PDF")
    assert client.get(f"{path}?blank_lines=201", headers=teacher).status_code == 422


def test_whoever_does_not_teach_it_finds_no_sheet(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        make_taught(instructor="otra@example.org")
    sign_in(client, "otra@example.org")
    assert client.get(address(taught)).status_code == 404
    assert client.get(f"{address(taught)}.pdf?blank_lines=1").status_code == 404
