"""Tables to hand out: every text is a text, whatever it looks like (law 9); numbers and days are what they are."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ilpes_lms.core.tables.shape import as_text

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
# What XML has no place for: a workbook with one does not open.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Look:
    """How sheets look: columns' widths in letters, how many columns and rows of headings stay in view."""

    widths: Sequence[int] = ()
    frozen_columns: int = 0
    header: int = 1
    filtered: bool = False
    to_fill_in: bool = False


def as_csv(rows: Iterable[Sequence[Cell]], *, separator: str = ",") -> bytes:
    """Return rows as CSV with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(
    rows: Iterable[Sequence[Cell]],
    title: str,
    *,
    widths: Sequence[int] = (),
    frozen_columns: int = 0,
    filtered: bool = False,
    to_fill_in: bool = False,
) -> bytes:
    """Return rows as a workbook of one sheet, the headings in the first row and, if asked, the first columns set apart.

    `widths` are those of the first columns, in letters. `filtered` lets readers choose by column; what people write
    into a workbook `to_fill_in` is text as well.
    """
    look = Look(widths, frozen_columns, filtered=filtered, to_fill_in=to_fill_in)
    return as_sheets({title: rows}, look)


def as_sheets(sheets: Mapping[str, Iterable[Sequence[Cell]]], look: Look) -> bytes:
    """Return tables as a workbook of a sheet each, by name."""
    # Not above: whoever makes no workbook does without.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        styles = _styles(book, to_fill_in=look.to_fill_in)
        for name, rows in sheets.items():
            _fill(book.add_worksheet(name[:_LONGEST_NAME]), rows, look, styles)
    return out.getvalue()


def _fill(sheet: "Worksheet", rows: Iterable[Sequence[Cell]], look: Look, styles: "dict[str, Format]") -> None:
    sheet.freeze_panes(look.header, look.frozen_columns)
    for place, width in enumerate(look.widths):
        sheet.set_column(place, place, width, styles["cell"])
    number, columns = 0, 0
    for number, row in enumerate(rows):
        columns = max(columns, len(row))
        for place, cell in enumerate(row):
            _write(sheet, (number, place), cell, styles if number >= look.header else _as_headings(styles))
    if look.filtered:
        sheet.autofilter(look.header - 1, 0, max(number, look.header), columns - 1)


def _as_headings(styles: "dict[str, Format]") -> "dict[str, Format]":
    return {**styles, "cell": styles["heading"]}


def _styles(book: "xlsxwriter.Workbook", *, to_fill_in: bool) -> "dict[str, Format]":
    kept = {"num_format": "@"} if to_fill_in else {}
    return {
        "heading": book.add_format({"bold": True, **kept}), "cell": book.add_format(kept),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }  # fmt: skip


def _write(sheet: "Worksheet", place: tuple[int, int], cell: Cell, styles: "dict[str, Format]") -> None:
    if isinstance(cell, str):
        # Text as it is: a cell of a workbook, unlike one of CSV, says itself that it is no formula.
        sheet.write_string(*place, _NOT_IN_XML.sub("", cell)[:_LONGEST_CELL], styles["cell"])
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, styles["day"])
    elif cell is not None:
        sheet.write_number(*place, cell)
