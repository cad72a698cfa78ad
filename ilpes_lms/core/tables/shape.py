"""What a table is made of, how large it may be, and how it is refused."""

from dataclasses import dataclass

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_

# Spreadsheets take a cell that begins so for a formula (law 9).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """One row: the number that a spreadsheet shows beside it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """How large a table may be; `rows` counts those below the header, `unpacked_bytes` what a workbook unpacks to."""

    file_bytes: int
    rows: int
    columns: int = 60
    cell: int = 5_000
    unpacked_bytes: int = 200_000_000


class NotATable(Invalid):
    message = N_(
        "This file can't be read as a table. Save it as an Excel workbook (.xlsx) without a password, or as CSV."
    )


class FileTooLarge(Invalid):
    message = N_("This file is too large: at most %(megabytes)s MB are read.")


class UnpacksTooLarge(Invalid):
    message = N_("This workbook is too large inside. Copy the list alone to a new workbook, and save that.")


class TooManySheets(Invalid):
    message = N_("This workbook has too many sheets. Copy the list alone to a new workbook, and save that.")


class TooManyRows(Invalid):
    message = N_("This list is too long: at most %(rows)s rows are read.")


class TooManyColumns(Invalid):
    message = N_("Row %(row)s has something beyond column %(columns)s. Remove what does not belong to the list.")


def as_text(cell: str) -> str:
    """Return a text as a spreadsheet may be given it: one that it would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_SIGNS) else cell
