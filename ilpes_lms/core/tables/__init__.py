"""Tables that people upload, XLSX or CSV, read as text row by row.

    with path.open("rb") as file:  # or io.BytesIO(bytes); it must be able to seek
        rows = tables.read(file, tables.Limits(file_bytes=20_000_000, rows=100_000))
        headers = tables.headers(next(rows, None), {"email": ("E-mail", "Correo electrónico"), ...})
        for row in rows:
            row.number  # as the spreadsheet shows it, from 1, the header's included
            headers.of(row)  # {"email": "ana@example.org", ...}, "" for what is not there

- Whatever is wrong with the file as a whole is refused by a `core.errors.Invalid` whose field is "file", on the way as
  well as at the beginning: write nothing before the last row has been read.
- Cells come as text, trimmed; numbers and dates as people write them (12, 2026-04-06), a formula as what its cell
  shows. What a row says is the reader's business: a cell may hold control characters (NUL too), and one longer than
  `Limits.cell` is cut to one character more than that, so that the reader's own limit refuses it by row.
- Blank rows are left out; `number` still counts them.
- Memory does not grow with the rows, but for the texts that an XLSX file keeps apart (at most `Limits.unpacked_bytes`).
- Only the first sheet of a workbook is read.

`as_csv`, `as_sheets` and `as_workbook` write tables; formulas go out as text.
Why no library reads XLSX here: ADR 0014.
"""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from ilpes_lms.core.tables import delimited, workbook
from ilpes_lms.core.tables.headers import Headers, headers
from ilpes_lms.core.tables.shape import (
    FileTooLarge,
    Limits,
    NotATable,
    Row,
    TooManyColumns,
    TooManyRows,
    TooManySheets,
    UnpacksTooLarge,
    as_text,
)
from ilpes_lms.core.tables.writing import Look, as_csv, as_sheets, as_workbook

__all__ = [
    "FileTooLarge",
    "Headers",
    "Limits",
    "Look",
    "NotATable",
    "Row",
    "TooManyColumns",
    "TooManyRows",
    "TooManySheets",
    "UnpacksTooLarge",
    "as_csv",
    "as_sheets",
    "as_text",
    "as_workbook",
    "headers",
    "read",
]

_ZIP = b"PK\x03\x04"
# Excel before 2007, which is also how a workbook with a password looks; PDF; pictures.
_OTHERS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x05\x06")


def read(source: BinaryIO, limits: Limits) -> Iterator[Row]:
    """Yield the rows of a table, told by its content whether it is XLSX or CSV."""
    if source.seek(0, 2) > limits.file_bytes:
        raise FileTooLarge(field="file", megabytes=round(limits.file_bytes / 1_000_000))
    source.seek(0)
    beginning = source.read(4)
    if beginning.startswith(_OTHERS):
        raise NotATable(field="file")
    cells = workbook.rows(source, limits) if beginning == _ZIP else delimited.rows(source)
    yield from _within(cells, limits)


def _within(rows: Iterator[tuple[int, list[str]]], limits: Limits) -> Iterator[Row]:
    found = 0
    for number, cells in rows:
        # A row in which nothing stands costs nothing, however many there are.
        if not any(cells):
            continue
        trimmed = tuple(cell[: limits.cell + 1] for cell in map(str.strip, cells[: limits.columns]))
        beyond = any(map(str.strip, islice(cells, limits.columns, None)))
        if not beyond and not any(trimmed):
            continue
        # The first is the header.
        if found > limits.rows:
            raise TooManyRows(field="file", rows=limits.rows)
        if beyond:
            raise TooManyColumns(field="file", row=number, columns=limits.columns)
        found += 1
        yield Row(number, trimmed)
