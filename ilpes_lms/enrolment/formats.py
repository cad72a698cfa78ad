"""The board as files for spreadsheets: what stands in a cell is text, a number or a day, never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from ilpes_lms.core.tables import as_text
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.queries import Applicant
from ilpes_lms.enrolment.wording import country_label, sector_label, sex_label, state_label

Cell = str | int | float | date | None
COLUMNS = (
    N_("Code"), N_("Given names"), N_("Surnames"), N_("State"), N_("Country"), N_("Sex"), N_("Institution"),
    N_("Country of the institution"), N_("Sector"), N_("Position"), N_("Applied on"), N_("Average score"),
    N_("Reviews"), N_("Conflicts of interest"), N_("Motivation"),
)  # fmt: skip
CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_LONGEST_CELL = 32_000
_LONGEST_SHEET_NAME = 31
_WIDTH = 22


def lines(applicants: Iterable[Applicant]) -> list[list[Cell]]:
    """Return the board's lines in the reader's language, headings first."""
    return [[str(_(column)) for column in COLUMNS], *(_line(one) for one in applicants)]


def as_csv(table: Sequence[Sequence[Cell]]) -> bytes:
    """Return a table as UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_csv_cell(cell) for cell in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(table: Sequence[Sequence[Cell]], name: str) -> bytes:
    """Return a table as a workbook of one sheet, its headings kept in view."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(name[:_LONGEST_SHEET_NAME])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, len(table[0]) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table) - 1, 1), len(table[0]) - 1)
    for place, heading in enumerate(table[0]):
        sheet.write_string(0, place, str(heading), bold)
    for number, row in enumerate(table[1:], start=1):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell, day)
    book.close()
    return out.getvalue()


def _line(one: Applicant) -> list[Cell]:
    enrolment, person = one.enrolment, one.enrolment.person
    return [
        enrolment.public_id, person.given_names, f"{person.first_surname} {person.second_surname}".strip(),
        state_label(enrolment.state), country_label(one.country), sex_label(one.sex), one.institution,
        country_label(enrolment.organization_country), sector_label(one.sector),
        enrolment.position_held or person.position, enrolment.applied_at.date(),
        None if one.average is None else one.average / 100, one.reviews, one.conflicts, enrolment.motivation,
    ]  # fmt: skip


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return as_text(cell)
    return "" if cell is None else str(cell)


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, _printable(cell)[:_LONGEST_CELL])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _printable(text: str) -> str:
    # XML has no place for most control characters: a workbook with one does not open.
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
