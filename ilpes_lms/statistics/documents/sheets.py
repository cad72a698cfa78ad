"""The annual report's tables as a workbook: a sheet each, counts as numbers, and what is counted on the first."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from ilpes_lms.core import tables
from ilpes_lms.statistics.annual import DESCRIBED, AnnexTable, AnnualReport

# By name, a sheet's rows.
Sheets: TypeAlias = Mapping[str, Sequence[Sequence[str | float]]]
_WIDTHS = (60, 26, 28, 28, 10, 10, 10, 10)
_WORDS = 1 + len(DESCRIBED)
_HEADER = 3
_LONGEST_NAME = 31


def document(report: AnnualReport, more: Sheets = MappingProxyType({})) -> bytes:
    """Return the tables as XLSX, with more sheets after them."""
    annex = {table.number: list(_table(table, report)) for table in report.tables}
    prose = [*report.paragraphs, "", report.method_title, *report.method]
    about: list[Sequence[str | float]] = [[report.title], [report.period_text], [""], *([text] for text in prose)]
    return tables.as_sheets(
        {report.heading[:_LONGEST_NAME]: about} | annex | dict(more), tables.Look(widths=_WIDTHS, header=_HEADER)
    )


def _table(table: AnnexTable, report: AnnualReport) -> Iterator[Sequence[str | float]]:
    named = report.headings
    described = [table.name_heading, *(named[name] for name in DESCRIBED)]
    yield [table.title]
    yield [*[""] * _WORDS, named["participants"]]
    yield [*described, *report.counted]
    for row in table.rows:
        marked = [f"{row[0]} (a)" if row[-1] is None else row[0] or "", *row[1:4]]
        yield [*(cell or "" for cell in marked), *(_number(cell) for cell in row[4:])]
    yield [named["subtotal"], *[""] * (_WORDS - 1), *map(_number, table.subtotal)]
    yield [report.source]
    for note in table.notes:
        yield [f"(a) {note}"]


def _number(cell: str | None) -> str | float:
    """Return a printed count as the number it is; a cell without record stays empty, which is not zero."""
    digits = (cell or "").replace("\u202f", "").replace("\u00a0", "")
    return int(digits) if digits.isdecimal() else cell or ""
