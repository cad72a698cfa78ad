"""CSV as it comes: UTF-8 with or without a mark, UTF-16, the code page of Windows; commas, semicolons or tabs."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from typing import BinaryIO

from ilpes_lms.core.tables.shape import NotATable

_CHUNK = 65_536
_SEPARATORS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# One field may be as long as the file, whose length is limited: its row is refused, not the file.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def rows(source: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each record."""
    encoding, errors = _encoding(source)
    source.seek(0)
    separator = _separator(source, encoding, errors)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding, errors=errors, newline="")
    try:
        yield from enumerate(csv.reader(text, delimiter=separator), start=1)
    except (csv.Error, UnicodeError) as error:
        raise NotATable(field="file") from error
    finally:
        # Whoever opened the file closes it, maybe before these rows are all taken.
        if not source.closed:
            text.detach()


def _encoding(source: BinaryIO) -> tuple[str, str]:
    source.seek(0)
    beginning = source.read(_CHUNK)
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding, "replace"
    if unmarked := _utf16_without_mark(beginning):
        return unmarked, "replace"
    if _is_utf8(source):
        return "utf-8", "strict"
    # What Excel writes where the system's code page is western; five bytes have no letter in it.
    return "cp1252", "replace"


def _utf16_without_mark(beginning: bytes) -> str | None:
    """Return which UTF-16 it is where nearly every second byte is 0, as with letters of Latin script."""
    half = len(beginning) // 2
    if half and beginning[1::2].count(0) > half * 0.8:
        return "utf-16-le"
    return "utf-16-be" if half and beginning[::2].count(0) > half * 0.8 else None


def _is_utf8(source: BinaryIO) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(source: BinaryIO, encoding: str, errors: str) -> str:
    """Return the separator that the first line with anything in it uses most."""
    decoder = codecs.getincrementaldecoder(encoding)("replace" if errors == "strict" else errors)
    line = next(filter(str.strip, decoder.decode(source.read(_CHUNK)).splitlines()), "")
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)
