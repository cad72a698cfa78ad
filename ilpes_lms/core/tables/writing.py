"""Tables to hand out: every cell is text, whatever it looks like."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from ilpes_lms.core.tables.shape import as_text

_WIDEST = 50


def as_csv(rows: Sequence[Sequence[str]], *, separator: str = ";") -> bytes:
    """Return rows as CSV that spreadsheets open by a double click."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(
        [as_text(cell) for cell in row] for row in rows
    )
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
