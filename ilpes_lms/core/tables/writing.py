"""Tables that people download: cells are text, whatever they begin with (law 9)."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from ilpes_lms.core.tables.shape import as_text

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767


def as_csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return rows as CSV with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[str | int]], name: str) -> bytes:
    """Return rows as a workbook of one sheet, the first row set apart."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    # Text as it is: a cell of a workbook, unlike one of CSV, says itself that it is no formula.
                    sheet.write_string(number, place, cell[:_LONGEST_CELL], None if number else bold)
                else:
                    sheet.write_number(number, place, cell)
    return out.getvalue()
