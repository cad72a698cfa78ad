"""XLSX: the rows of the first sheet, as they stand in the file.

The parts are read by a plain parser that tells what it meets. It fills no gaps and makes no grid, so a cell that says
it stands in row 999999999 costs nothing; document types, and with them entities, are refused.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from ilpes_lms.core.tables import markup
from ilpes_lms.core.tables.shape import Limits, NotATable, TooManyRows, TooManySheets, UnpacksTooLarge

_MOST_SHEETS = 200
_MOST_PARTS = 2_000
# As spreadsheets pack; others may ask for gigabytes of memory to unpack.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Rows that are formatted but empty are passed over, but not for ever.
_SPARE_ROWS = 100_000
_END = re.compile(rb"PK\x05\x06.{8}(.{4})", re.DOTALL)
_END_BYTES = 65_557
_ENTRY_BYTES = 400
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
# Whatever is broken inside is found at opening, at the next part, or in the middle of one. What is encrypted, or packed
# in a way that zipfile does not know, is a RuntimeError there.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ExpatError, LookupError, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
_NO_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_LONGEST_NUMBER = 24
_DAYS = 2_958_465


def rows(source: BinaryIO, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row that the first sheet has."""
    with _opened(source) as archive:
        found = _parts(archive, limits)
        with archive.open(found.sheet) as sheet:
            said = _Said(_texts(archive, found), _date_styles(archive, found), found.since_1904)
            for count, row in enumerate(markup.rows(sheet, limits.columns)):
                if count > limits.rows + _SPARE_ROWS:
                    raise TooManyRows(field="file", rows=limits.rows)
                yield row.number, [said.text(cell) if cell else "" for cell in row.cells]


@contextmanager
def _opened(source: BinaryIO) -> Iterator[zipfile.ZipFile]:
    _check_directory(source)
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except _BROKEN as error:
        raise NotATable(field="file") from error


def _check_directory(source: BinaryIO) -> None:
    """Refuse an archive by the size of its directory, before all of it is read."""
    size = source.seek(0, 2)
    source.seek(max(size - _END_BYTES, 0))
    ends = _END.findall(source.read())
    if not ends:
        raise NotATable(field="file")
    if int.from_bytes(ends[-1], "little") > _MOST_PARTS * _ENTRY_BYTES:
        raise TooManySheets(field="file")


class _Parts:
    """Where in the archive the pieces are that make up the first sheet."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        book = markup.book(archive.read("xl/workbook.xml"))
        targets = markup.relations(archive.read("xl/_rels/workbook.xml.rels"))
        there = set(archive.namelist())
        if not book.sheets:
            raise NotATable(field="file")
        self.sheets = len(book.sheets)
        self.since_1904 = book.since_1904
        self.sheet = _inside(targets[book.sheets[0]])
        self.texts = _one(there, "xl/sharedStrings.xml")
        self.styles = _one(there, "xl/styles.xml")


def _parts(archive: zipfile.ZipFile, limits: Limits) -> _Parts:
    entries = archive.infolist()
    if len(entries) > _MOST_PARTS or sum("worksheets/sheet" in entry.filename for entry in entries) > _MOST_SHEETS:
        raise TooManySheets(field="file")
    # The directory's sizes are what is read at most: the archive's reader stops there whatever a part unpacks to.
    if sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))) > limits.unpacked_bytes:
        raise UnpacksTooLarge(field="file")
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise NotATable(field="file")
    found = _Parts(archive)
    if found.sheets > _MOST_SHEETS:
        raise TooManySheets(field="file")
    return found


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _one(there: set[str], name: str) -> str | None:
    return name if name in there else None


def _texts(archive: zipfile.ZipFile, found: _Parts) -> list[str]:
    if found.texts is None:
        return []
    with archive.open(found.texts) as part:
        return list(markup.texts(part))


def _date_styles(archive: zipfile.ZipFile, found: _Parts) -> list[bool]:
    """Return for each style of the workbook whether it shows a number as a date or time."""
    if found.styles is None:
        return []
    styles = markup.styles(archive.read(found.styles))
    return [_shows_date(number, styles.codes.get(number, "")) for number in styles.formats]


def _shows_date(number: str, code: str) -> bool:
    if number.isdecimal() and int(number[:6]) in _BUILT_IN_DATES:
        return True
    return bool(set(_NO_LETTERS.sub("", code).lower()) & set("ymdhs"))


class _Said:
    """What the cells of one workbook say."""

    def __init__(self, texts: list[str], dates: list[bool], since_1904: bool) -> None:
        self._texts, self._dates = texts, dates
        self._origin = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day

    def text(self, cell: markup.Cell) -> str:
        if cell.kind == "s":
            return _plain(self._texts[int(cell.value)]) if cell.value.isdecimal() else ""
        if cell.kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(cell.value, cell.value)
        if cell.kind in ("str", "inlineStr", "e", "d"):
            return _plain(cell.value)
        return self._number(cell)

    def _number(self, cell: markup.Cell) -> str:
        try:
            value = float(cell.value[:_LONGEST_NUMBER])
        except ValueError:
            return cell.value
        style = int(cell.style[:6]) if cell.style.isdecimal() else 0
        if style < len(self._dates) and self._dates[style] and 0 <= value < _DAYS:
            return self._date(value)
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else cell.value

    def _date(self, days: float) -> str:
        moment = self._origin + timedelta(seconds=round(days * 86_400))
        if days < 1:
            return f"{moment:%H:%M}"
        return moment.date().isoformat() if float(days).is_integer() else f"{moment:%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text
