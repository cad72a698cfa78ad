"""From bytes to text, and from text to rows: reports come in many encodings and with three delimiters."""

import codecs
import csv
import io

from ilpes_lms.attendance.errors import ReportNotText, ReportTooLarge

DELIMITERS = ("\t", ",", ";")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONGEST_CELL = 10_000
_MOST_MEGABYTES = 10


def decoded(content: bytes) -> str:
    """Return a report's text: by its byte-order mark, else by zero bytes, else UTF-8, else Windows-1252."""
    if len(content) > _MOST_MEGABYTES * 1_000_000:
        raise ReportTooLarge(field="report", megabytes=_MOST_MEGABYTES)
    try:
        return content.decode(_encoding_of(content)).replace("\x00", "")
    except UnicodeDecodeError as error:
        raise ReportNotText(field="report") from error


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """Return a text's rows, each cell stripped; a cell of more than 10,000 characters is in no report."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise ReportNotText(field="report") from error
    # Not by the csv module's own limit: that one is of the whole process, and others read longer cells.
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        raise ReportNotText(field="report")
    return rows


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:4096]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
