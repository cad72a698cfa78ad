"""Delivery reports as mail servers write them (RFC 3464), read from bytes that anybody may have sent."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32

OUR_HEADER = "X-ILPES-Message"
# What a report needs stands in its first parts; what is longer or deeper is no report of a mail server's.
LARGEST = 256 * 1024
_MOST_PARTS = 40
_MOST_DEPTH = 200
_LONGEST_REASON = 300
_REFERENCE = re.compile(r"[a-z2-7]{26}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,118}>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_FAILED = "failed"


@dataclass(frozen=True)
class Report:
    """What a report says: of which message (by its reference or its Message-ID), and why it did not arrive.

    `key` is the same for the same report, however often it is read. The address in a report is not kept: whom a
    message was sent to, its own row knows better.
    """

    key: str
    reference: str | None
    message_id: str | None
    status: str
    reason: str


def failure_in(content: bytes) -> Report | None:
    """Return what a letter reports as failed for good; None when it is no such report or not readable as one."""
    try:
        parts = list(_parts(message_from_bytes(content[:LARGEST], policy=compat32)))
        return _read(parts) if parts else None
    except (MessageError, RecursionError, LookupError, ValueError, TypeError, AttributeError):
        # The library is forgiving, but not of everything; what breaks it was not written by a mail server.
        return None


def _read(parts: list[Message]) -> Report | None:
    status_parts = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    blocks = [block for part in status_parts for block in _blocks(part)]
    failed = next((block for block in blocks if _text(block, "Action").lower() == _FAILED), None)
    if failed is None:
        return None
    originals = [_headers_of(part) for part in parts if part.get_content_type() in _ORIGINALS]
    envelope = _first(_REFERENCE, (_text(block, "Original-Envelope-Id") for block in blocks))
    reference = envelope or _first(_REFERENCE, (_text(original, OUR_HEADER) for original in originals))
    message_id = _first(_MESSAGE_ID, (_text(original, "Message-ID") for original in originals))
    if reference is None and message_id is None:
        return None
    status = _STATUS.search(_text(failed, "Status"))
    reason = _text(failed, "Diagnostic-Code").partition(";")[2].strip() or _text(failed, "Status")
    of_what = [reference or "", message_id or "", _text(failed, "Final-Recipient"), _text(parts[0], "Message-ID")]
    return Report(_key(of_what), reference, message_id, status[0] if status else "5.0.0", reason[:_LONGEST_REASON])


_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


def _parts(letter: Message) -> Iterator[Message]:
    """Return a letter and the parts within it, breadth first, so that depth alone can't bury them."""
    waiting, seen = [(letter, 0)], 0
    while waiting and seen < _MOST_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        yield part
        inner = part.get_payload() if part.is_multipart() and depth < _MOST_DEPTH else []
        if part.get_content_type() not in (*_ORIGINALS, "message/delivery-status"):
            waiting += [(each, depth + 1) for each in inner if isinstance(each, Message)]


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _headers_of(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else part
    decoded = part.get_payload(decode=True)
    return message_from_bytes(decoded if isinstance(decoded, bytes) else b"", policy=compat32)


def _text(part: Message, name: str) -> str:
    """Return a header as one line of what can be printed, empty where it is missing."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(part.get(name) or "")).split())


def _first(pattern: re.Pattern[str], texts: Iterable[str]) -> str | None:
    return next((found[0] for text in texts if (found := pattern.search(text))), None)


def _key(of_what: list[str]) -> str:
    return hashlib.sha256("\n".join(of_what).encode("utf-8", "surrogateescape")).hexdigest()
