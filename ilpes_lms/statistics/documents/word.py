"""The annual report as DOCX: styles, real tables whose headers repeat, described pictures, its language told."""

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from ilpes_lms.statistics.annual import DESCRIBED, AnnexTable, AnnualReport
from ilpes_lms.statistics.documents.drawings import picture

_TAGS = {"es": "es-419", "en": "en-GB", "pt": "pt-BR", "fr": "fr-FR"}
_WORDS = 1 + len(DESCRIBED)
_WIDTHS = (77, 47, 35, 30, 17)
_NUMBER_WIDTH = 17
_TYPEFACE, _INK = "Times New Roman", RGBColor(0x1B, 0x27, 0x33)
_HEADER_ROWS = 2
# The same content is the same file: what it was made from has a date, the file itself has none.
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def document(report: AnnualReport) -> bytes:
    """Return the report as DOCX."""
    made = Document()
    _describe(made, report)
    _write_text(made, report)
    _write_annex(made, report)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _describe(made: Written, report: AnnualReport) -> None:
    about = made.core_properties
    about.title, about.author, about.language = (
        f"{report.title}, {report.period_text}",
        report.institute,
        report.language,
    )
    about.comments, about.created, about.modified = "", _NO_MOMENT, _NO_MOMENT
    for name, size in (("Normal", 10.5), ("Caption", 10), ("Title", 20), ("Subtitle", 12), ("Heading 1", 14)):
        look = made.styles[name].font
        look.name, look.size, look.color.rgb = _TYPEFACE, Pt(size), _INK
        # The theme's typefaces would win over the style's own.
        fonts = look.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme"):
            fonts.attrib.pop(qn(theme), None)
    spaced = made.styles["Normal"].paragraph_format
    spaced.space_after, spaced.line_spacing = Pt(6), 1.0
    language = made.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}")
    language.set(qn("w:val"), _TAGS[report.language])
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)


def _write_text(made: Written, report: AnnualReport) -> None:
    made.add_heading(report.title, level=0)
    made.add_paragraph(report.period_text, style="Subtitle")
    made.add_heading(report.heading, level=1)
    for paragraph in report.paragraphs:
        made.add_paragraph(paragraph)
    for figure in report.figures:
        caption = made.add_paragraph(figure.title, style="Caption")
        caption.paragraph_format.keep_with_next = True
        drawn = made.add_picture(io.BytesIO(picture(figure)), width=Mm(150))
        _tell(drawn._inline.docPr, figure.title, figure.description)  # noqa: SLF001 - python-docx has no way to describe a picture
        made.paragraphs[-1].paragraph_format.keep_with_next = True
        _small(made, report.figures_note)
        _small(made, report.source)
    made.add_heading(report.method_title, level=1)
    for paragraph in report.method:
        made.add_paragraph(paragraph)


def _write_annex(made: Written, report: AnnualReport) -> None:
    page = made.add_section()
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    made.add_heading(report.annex_title, level=1)
    for place, table in enumerate(report.tables):
        caption = made.add_paragraph(table.title, style="Caption").paragraph_format
        caption.keep_with_next, caption.page_break_before = True, place > 0
        _write_table(made, table, report)
        _small(made, report.source)
        if table.remark:
            _small(made, table.remark)
        for note in table.notes:
            _mark(_small(made, "")).add_run(f" {note}").font.size = Pt(8.5)


def _write_table(made: Written, table: AnnexTable, report: AnnualReport) -> None:
    columns = _WORDS + len(report.counted)
    written = made.add_table(rows=_HEADER_ROWS, cols=columns, style="Table Grid")
    _size(written)
    _write_header(written, table, report)
    for row in table.rows:
        cells = written.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            _fill(cell, text or "")
        if row[-1] is None:
            _mark(cells[0].paragraphs[0])
    last = written.add_row().cells
    _fill(last[0].merge(last[_WORDS - 1]), report.headings["subtotal"], bold=True)
    for cell, text in zip(last[_WORDS:], table.subtotal, strict=True):
        _fill(cell, text, bold=True)
    _shape(written, table.title)


def _write_header(written: Table, table: AnnexTable, report: AnnualReport) -> None:
    named, (upper, lower) = report.headings, (row.cells for row in written.rows)
    described = [table.name_heading, *(named[name] for name in DESCRIBED)]
    for place, text in enumerate(described):
        _fill(upper[place].merge(lower[place]), text, bold=True)
    over = upper[_WORDS].merge(upper[-1])
    _fill(over, named["participants"], bold=True)
    over.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for cell, text in zip(lower[_WORDS:], report.counted, strict=True):
        _fill(cell, text, bold=True)
    for row in written.rows:
        _say(row._tr.get_or_add_trPr(), "w:tblHeader")  # noqa: SLF001 - python-docx has no way to repeat a header


def _size(written: Table) -> None:
    """Give the columns their widths; rows that are added later take them over."""
    written.autofit = False
    for place, column in enumerate(written.columns):
        column.width = Mm(_WIDTHS[place] if place < _WORDS else _NUMBER_WIDTH)
        for cell in column.cells:
            cell.width = column.width


def _shape(written: Table, title: str) -> None:
    for row in written.rows:
        _say(row._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001 - python-docx has no way to keep a row whole
        for place, cell in enumerate(row.cells):
            if place >= _WORDS - 1 and cell.paragraphs[0].alignment is None:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # The subtotal's label spans the columns of words and stays on the left.
    written.rows[-1].cells[0].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
    _say(written._tbl.tblPr, "w:tblCaption", title)  # noqa: SLF001 - python-docx has no way to describe a table


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(8.5), bold


def _small(made: Written, text: str) -> Any:
    paragraph = made.add_paragraph()
    paragraph.add_run(text).font.size = Pt(8.5)
    paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


def _mark(paragraph: Any) -> Any:
    """Add the sign of the footnote to a paragraph and return it."""
    sign = paragraph.add_run("a")
    sign.font.superscript, sign.font.size = True, Pt(8.5)
    return paragraph


def _say(parent: Any, name: str, value: str | None = None) -> None:
    element = OxmlElement(name)
    if value is not None:
        element.set(qn("w:val"), value)
    parent.append(element)


def _tell(properties: Any, title: str, description: str) -> None:
    properties.set("title", title)
    properties.set("descr", description)
