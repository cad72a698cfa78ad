"""Pictures for tests: a drawing, and PNG files that are what they claim or not."""

import struct
import zlib

DRAWING = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60">'
    b'<defs><linearGradient id="a"><stop offset="0" stop-color="#005b94"/><stop offset="1" stop-color="#009edb"/>'
    b'</linearGradient></defs><rect width="120" height="60" rx="6" style="fill:url(#a)"/></svg>'
)
SCRIBBLE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80">'
    b'<path d="M5 60C40 0 50 90 80 40S120 20 130 50 170 60 195 20" fill="none" stroke="#1b2733"/></svg>'
)


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a part of a PNG file with its length and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, claims: tuple[int, int] | None = None, extra: bytes = b"") -> bytes:
    """Return a PNG of one colour, whose head may claim another size."""
    head = struct.pack(">IIBBBBB", *(claims or (width, height)), 8, 6, 0, 0, 0)
    lines = (b"\0" + b"\x00\x5b\x94\xff" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    )
