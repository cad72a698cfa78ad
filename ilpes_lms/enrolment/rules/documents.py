"""Whether bytes are a PDF document that a committee can open; the name and the type that came with them count nothing.

Only the frame is looked at: the beginning, the end, and the way from there to the table that tells where everything
is. What is drawn on the pages is not judged, and nothing of the file is ever run.
"""

import re

from ilpes_lms.enrolment.errors import DocumentEncrypted, DocumentIncomplete, DocumentTooLarge, NotADocument

LARGEST_DOCUMENT = 5 * 1024 * 1024
_HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t]")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*xref\s+\d+\s+\d+")
_STREAM = re.compile(rb"\s*\d{1,10}\s+\d{1,5}\s+obj\b")
_TAIL = 2048
_LONGEST_DICTIONARY = 64 * 1024


def check_document(content: bytes, *, field: str | None = None) -> None:
    """Refuse bytes that are no whole, readable PDF of at most 5 MB."""
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(field=field)
    if not _HEADER.match(content):
        raise NotADocument(field=field)
    trailer = _trailer(content)
    if trailer is None or not _names(trailer, b"Root"):
        raise DocumentIncomplete(field=field)
    if _names(trailer, b"Encrypt"):
        raise DocumentEncrypted(field=field)


def _trailer(content: bytes) -> bytes | None:
    """Return the dictionary that the end of a document leads to, None where the way is broken."""
    end = _END.search(content[-_TAIL:].rstrip(b"\x00"))
    if end is None:
        return None
    start = int(end[1])
    if _TABLE.match(content, start):
        begins = content.find(b"trailer", start)
        return None if begins < 0 else content[begins : _until(content, b"startxref", begins)]
    if _STREAM.match(content, start):
        dictionary = content[start : _until(content, b"stream", start)]
        return dictionary if b"/XRef" in dictionary else None
    return None


def _until(content: bytes, word: bytes, start: int) -> int:
    found = content.find(word, start, start + _LONGEST_DICTIONARY)
    return found if found >= 0 else start


def _names(dictionary: bytes, name: bytes) -> bool:
    return re.search(rb"/" + name + rb"(?![A-Za-z0-9])", dictionary) is not None
