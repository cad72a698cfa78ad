"""Tables to hand out: every cell is text, whatever it looks like (law 9)."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from ilpes_lms.core.tables.shape import as_text

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767
_WIDEST = 50


def as_csv(rows: Iterable[Sequence[str | int]], *, separator: str = ",") -> bytes:
    """Return rows as CSV with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """Return rows as a workbook of one sheet whose first row is its header; cells to be filled in are text too."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        bold, plain = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, plain if number else bold)
        for place, cell in enumerate(rows[0]):
            sheet.set_column(place, place, min(len(cell) + 14, _WIDEST), plain)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def as_xlsx(
    rows: Iterable[Sequence[str | int]], name: str, *, widths: Sequence[int] = (), frozen_columns: int = 0
) -> bytes:
    """Return rows as a workbook of one sheet, the first row and, if asked, the first columns set apart.

    `widths` are those of the first columns, in letters.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
        sheet.freeze_panes(1, frozen_columns)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    # Text as it is: a cell of a workbook, unlike one of CSV, says itself that it is no formula.
                    sheet.write_string(number, place, cell[:_LONGEST_CELL], None if number else bold)
                else:
                    sheet.write_number(number, place, cell)
    return out.getvalue()
