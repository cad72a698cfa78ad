"""The annual report as files: what a reader of each finds in it."""

import io
import json
import re
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from ilpes_lms.core import tables
from ilpes_lms.core.errors import NotFound
from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics import annual, documents, service
from ilpes_lms.statistics.errors import NotPrintable
from ilpes_lms.web import i18n
from tests.factories.statistics import REPORT_PERIOD, past_activity

YEAR = tuple(map(date.fromisoformat, REPORT_PERIOD))
THIN = "\u202f"


@pytest.fixture
def compiled(app):
    with app.app_context():
        load_report()
        publish_report()
        result = service.compute(*YEAR)
        yield result, service.compare_result(result)


def document_of(compiled, language: str):
    return Document(io.BytesIO(documents.written(*compiled, language, "docx").content))


def rows_of(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_word_tables_have_the_report_s_columns_rows_and_subtotals(compiled) -> None:
    written = document_of(compiled, "en")
    assert [len(table.rows) for table in written.tables] == [18, 13, 16, 17]
    first, second = rows_of(written.tables[0]), rows_of(written.tables[1])
    described = ["Course name", "Date", "Location", "Country", "Hours of training"]
    assert first[0] == [*described, "Participants", "Participants", "Participants"]
    assert first[1] == [*described, "Women", "Men", "Total"]
    assert first[2] == [
        "Logical Framework for the Formulation of Development Projects", "31 May–19 July 2021", "Panama", "Panama",
        "80", "13", "15", "28",
    ]  # fmt: skip
    assert first[-1] == ["Subtotal"] * 5 + ["500", "389", "889"]
    assert second[0][0] == "Name of activity"
    assert second[-1][5:] == [f"1{THIN}172", f"1{THIN}168", f"2{THIN}340"]
    assert second[-2] == ["Feria de Gobierno Abierto 2022a", "19 May 2022", "", "", "", "", "", ""]
    assert "a No record of participants." in [paragraph.text for paragraph in written.paragraphs]
    sources = [
        p.text for p in written.paragraphs if p.text.startswith("Source: Latin American and Caribbean Institute")
    ]
    assert len(sources) == 6


def test_columns_in_which_nothing_stands_are_left_out_of_the_pdf_and_named_below_it(compiled) -> None:
    with i18n.in_language("en"):
        silent = [table.silent for table in annual.annual_report(*compiled).tables]
    assert silent == [[], ["location", "country", "hours"], [], ["location", "country"]]
    read = PdfReader(io.BytesIO(documents.written(*compiled, "en", "pdf").content))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read.pages))
    tables = re.split(r"Table A1\.\d\.", text)[1:]
    assert ["Location" in one for one in tables] == [True, False, True, False]
    assert ["Hours of training" in one for one in tables] == [True, False, True, True]
    assert "Not on record for these activities: location, country and hours of training." in tables[1]
    written = [paragraph.text for paragraph in document_of(compiled, "es").paragraphs]
    assert "Sin registro para estas actividades: lugar y país." in written


def test_a_table_without_activities_keeps_its_columns(app) -> None:
    with app.app_context(), i18n.in_language("en"):
        said = annual.annual_report(service.compute(date(1999, 1, 1), date(1999, 12, 31)), None)
    assert [table.silent for table in said.tables] == [[], [], [], []]


def test_dates_stand_as_the_report_prints_them(compiled) -> None:
    dates = [row[1] for table in document_of(compiled, "en").tables for row in rows_of(table)[2:-1]]
    assert len(dates) == 52
    assert {"4–25 January 2022", "1 October 2021–30 January 2022", "7 June–August 2021", "27 October 2021"} <= set(
        dates
    )
    # Spaces and words aside, as the report prints them; one date it writes in two ways.
    printed = {re.sub(r"–\s|\sto\s", "–", one["dates"]["text"]) for one in compiled[0]["activities"]}
    assert set(dates) - printed == {"4–30 April 2022"}


def test_a_header_repeats_rows_stay_whole_and_pictures_are_described(compiled) -> None:
    written = document_of(compiled, "es")
    for table in written.tables:
        repeated = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated[:3] == [True, True, False]
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Cuadro A1.")
    described = [shape._inline.docPr.get("descr") for shape in written.inline_shapes]
    assert len(described) == 2
    assert "2\u00a0340 (54%)" in described[0]
    styles = {paragraph.style.name for paragraph in written.paragraphs}
    assert {"Title", "Heading 1", "Caption", "Normal"} <= styles
    assert (written.core_properties.language, written.core_properties.title) == (
        "es", "Cursos y seminarios del ILPES, 1 de junio de 2021 a 31 de mayo de 2022",
    )  # fmt: skip


def test_the_prose_tells_the_changes_on_the_right_base_with_each_language_s_numbers(compiled) -> None:
    with i18n.in_language("en"):
        english = " ".join(annual.annual_report(*compiled).paragraphs)
    assert "4,328 participations on record, 53% of them of women" in english
    assert "In the previous period there were 1,198: an increase of 1,142, or 95%. Their share" in english
    assert "In the previous period there were 521: a decrease of 44, or 8%." in english
    assert "Among the activities there are seven, with 547 participations" in english
    for language, number in {"es": "4\u00a0328", "pt": "4.328", "fr": "4\u202f328"}.items():
        with i18n.in_language(language):
            assert number in " ".join(annual.annual_report(*compiled).paragraphs)


def test_without_an_earlier_period_nothing_is_said_of_one(compiled) -> None:
    with i18n.in_language("en"):
        said = annual.annual_report(compiled[0], None)
    assert "previous period" not in " ".join((*said.paragraphs, *said.method))


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_the_pdf_is_tagged_in_its_language_and_has_every_subtotal(compiled, language: str) -> None:
    made = documents.written(*compiled, language, "pdf")
    assert made.name == f"ilpes-2021-06-01-2022-05-31-{language}.pdf"
    read = PdfReader(io.BytesIO(made.content))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert read.trailer["/Root"]["/Lang"].startswith(language)
    text = " ".join(page.extract_text() for page in read.pages)
    plain = re.sub(r"\s+", " ", text)
    for number in ("889", "477", "622", "547"):
        assert number in plain
    assert re.search(r"2\s340", plain)
    again = documents.written(*compiled, language, "pdf")
    assert again.content == made.content


def test_the_workbook_has_counts_as_numbers_and_an_empty_cell_for_no_record(compiled) -> None:
    made = documents.written(*compiled, "pt", "xlsx")
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        third = archive.read("xl/worksheets/sheet3.xml").decode()
    assert names == ["Cursos e seminários", "A1.1", "A1.2", "A1.3", "A1.4"]
    assert "<v>2340</v>" in third
    rows = list(tables.read(io.BytesIO(made.content), tables.Limits(file_bytes=10_000_000, rows=1000)))
    assert rows[0].cells[0] == "Cursos e seminários do ILPES"


def test_countries_are_named_in_the_language_of_the_report(compiled) -> None:
    named = {
        language: {row[3] for row in rows_of(document_of(compiled, language).tables[0])[2:-1]}
        for language in ("fr", "pt")
    }
    assert {"Argentine", "République dominicaine", "Bolivie (État plurinational de)"} <= named["fr"]
    assert {"República Dominicana", "Equador", "Uruguai"} <= named["pt"]


def test_a_title_that_no_typeface_shows_is_refused_for_the_pdf_alone(app) -> None:
    with app.app_context():
        past_activity("webinar", titles={"es": "Datos \U0001f9ff abiertos"})
        result = service.compute(date(2023, 3, 1), date(2023, 3, 31))
        with pytest.raises(NotPrintable):
            documents.written(result, None, "es", "pdf")
        assert documents.written(result, None, "es", "docx").content
        for language, form in (("es", "odt"), ("de", "pdf")):
            with pytest.raises(NotFound):
                documents.written(result, None, language, form)


def test_the_command_writes_the_file_its_name_asks_for(app, tmp_path) -> None:
    with app.app_context():
        load_report()
    runner, period = app.test_cli_runner(), ("--from", REPORT_PERIOD[0], "--to", REPORT_PERIOD[1])
    target = tmp_path / "annual.docx"
    done = runner.invoke(args=["statistics", "report", *period, "--lang", "fr", "--output", str(target)])
    assert done.exit_code == 0, done.output
    assert "Cours et séminaires de l’ILPES" in [p.text for p in Document(str(target)).paragraphs]
    wrong = runner.invoke(args=["statistics", "report", *period, "--output", str(tmp_path / "annual.odt")])
    assert wrong.exit_code == 2
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == '["annual.docx"]'
