"""Logos and signatures that people send: PNG or SVG, taken only as plain pictures that draw and do nothing else."""

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree as ET  # a document type is refused  # nosec B405
from xml.parsers import expat

from ilpes_lms.certificates.errors import (
    ImageNotDrawn,
    ImageNotUnderstood,
    ImageShapeUnusable,
    ImageTooLarge,
    SvgNotPlain,
)

LARGEST = 300 * 1024
MOST_PIXELS = 4_000_000
_SMALLEST, _LONGEST_SIDES = 8, 10
_MOST_ELEMENTS = 5000
_DEEPEST = 40
_MAGIC = b"\x89PNG\r\n\x1a\n"
# What a PNG draws with; texts, profiles and whatever else a program added stay behind.
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# Values of a pixel, by the kind of colour that the head of a PNG names.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(
    {
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
        "radialGradient", "stop", "clipPath",
    }
)  # fmt: skip
_SAID = frozenset({"title", "desc", "metadata"})
_ATTRIBUTES = frozenset(
    {
        "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height",
        "viewBox", "points", "transform", "preserveAspectRatio", "version", "fill", "fill-opacity", "fill-rule",
        "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "opacity", "clip-path", "clip-rule", "clipPathUnits",
        "gradientUnits", "gradientTransform", "spreadMethod", "offset", "stop-color", "stop-opacity", "color",
        "display", "visibility", "style",
    }
)  # fmt: skip
_REFERENCE = re.compile(r"url\((?!\s*['\"]?#)|\\|@|/\*|expression|javascript:", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|mm|cm|pt|in)?\s*")
_PIXELS = {"mm": 96 / 25.4, "cm": 96 / 2.54, "pt": 96 / 72, "in": 96.0}


class _Head(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it is kept: what is left of the file that was sent, and how large it is drawn."""

    content: bytes
    media_type: str
    width: int
    height: int


def read(sent: bytes, *, field: str | None = None) -> Image:
    """Return the picture of a file that somebody sent.

    Raises ImageTooLarge, ImageNotUnderstood, ImageShapeUnusable, SvgNotPlain.
    """
    if len(sent) > LARGEST:
        raise ImageTooLarge(field=field, kilobytes=LARGEST // 1024)
    found = _png(sent, field) if sent.startswith(_MAGIC) else _svg(sent, field)
    sides = sorted((found.width, found.height))
    if sides[0] * sides[1] > MOST_PIXELS:
        raise ImageNotDrawn(field=field, millions=MOST_PIXELS // 1_000_000)
    if sides[0] < _SMALLEST or sides[1] > _LONGEST_SIDES * sides[0]:
        raise ImageShapeUnusable(field=field, smallest=_SMALLEST, times=_LONGEST_SIDES)
    return found


def as_svg(content: bytes) -> str:
    """Return a kept picture as SVG, in which a PNG stands as it is."""
    if not content.startswith(_MAGIC):
        return content.decode()
    width, height = struct.unpack(">II", content[16:24])
    data = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="{_SVG}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def _png(sent: bytes, field: str | None) -> Image:
    chunks = list(_chunks(sent, field))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:  # noqa: PLR2004
        raise ImageNotUnderstood(field=field)
    head = _Head(*struct.unpack(">IIBB", chunks[0][1][:10]))
    if head.width * head.height > MOST_PIXELS:
        raise ImageNotDrawn(field=field, millions=MOST_PIXELS // 1_000_000)
    if not _holds_its_pixels(b"".join(data for name, data in chunks if name == b"IDAT"), head):
        raise ImageNotUnderstood(field=field)
    kept = b"".join(_chunk(name, data) for name, data in chunks if name in _CHUNKS)
    return Image(_MAGIC + kept, "image/png", head.width, head.height)


def _chunks(sent: bytes, field: str | None) -> Iterator[tuple[bytes, bytes]]:
    place = len(_MAGIC)
    while place + 12 <= len(sent):
        (length,) = struct.unpack(">I", sent[place : place + 4])
        name, data = sent[place + 4 : place + 8], sent[place + 8 : place + 8 + length]
        if _chunk(name, data) != sent[place : place + 12 + length]:
            raise ImageNotUnderstood(field=field)
        yield name, data
        place += 12 + length
        if name == b"IEND":
            return


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _holds_its_pixels(packed: bytes, head: _Head) -> bool:
    """Tell whether what is packed is as large as the head of the file says: less is damage, more may be a bomb."""
    if head.colour not in _CHANNELS or head.depth not in (1, 2, 4, 8, 16):
        return False
    line = (head.width * _CHANNELS[head.colour] * head.depth + 7) // 8
    # An interlaced one has more lines, so a little more is let through than the plain order needs.
    most = head.height * (line + 32) + 256
    unpacking = zlib.decompressobj()
    try:
        found = len(unpacking.decompress(packed, most))
    except zlib.error:
        return False
    return head.height * line <= found and not unpacking.unconsumed_tail


def _svg(sent: bytes, field: str | None) -> Image:
    root = _parsed(sent, field)
    _plain(root, field)
    width, height = _size(root, field)
    ET.register_namespace("", _SVG)
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    return Image(ET.tostring(root, encoding="utf-8"), "image/svg+xml", round(width), round(height))


def _parsed(sent: bytes, field: str | None) -> ET.Element:
    """Read XML without document types: an entity could stand for a file, or for a billion letters."""
    builder, depth, number = ET.TreeBuilder(), 0, 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, number
        depth, number = depth + 1, number + 1
        if depth > _DEEPEST or number > _MOST_ELEMENTS:
            raise SvgNotPlain(field=field, what="…")
        builder.start(_clark(name), {_clark(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_clark(name))

    def refuse(*_what: object) -> None:
        raise SvgNotPlain(field=field, what="<!DOCTYPE>")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]  # it never answers
    try:
        parser.Parse(sent, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, UnicodeError, ValueError, LookupError) as error:
        raise ImageNotUnderstood(field=field) from error


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


def _plain(root: ET.Element, field: str | None) -> None:
    """Refuse what a logo may not have; take out what only other programs read."""
    if root.tag != f"{{{_SVG}}}svg":
        raise ImageNotUnderstood(field=field)
    for element in list(root.iter()):
        element.text = element.tail = None
        for child in list(element):
            if _is_said(child.tag):
                element.remove(child)
    for element in root.iter():
        name = element.tag.removeprefix(f"{{{_SVG}}}")
        if name not in _DRAWN:
            raise SvgNotPlain(field=field, what=f"<{name[:40]}>")
        _plain_attributes(element, field)


def _is_said(tag: str) -> bool:
    return not tag.startswith(f"{{{_SVG}}}") or tag.removeprefix(f"{{{_SVG}}}") in _SAID


def _plain_attributes(element: ET.Element, field: str | None) -> None:
    for name, value in list(element.attrib.items()):
        bare = name.rsplit("}", 1)[-1].lower()
        if bare in ("href", "src") or bare.startswith("on"):
            raise SvgNotPlain(field=field, what=bare[:40])
        if name not in _ATTRIBUTES:
            del element.attrib[name]
        elif _REFERENCE.search(value):
            raise SvgNotPlain(field=field, what=f"{name}={value[:40]}")


def _size(root: ET.Element, field: str | None) -> tuple[float, float]:
    box = [float(part) for part in re.findall(r"-?[0-9]*\.?[0-9]+", root.get("viewBox", ""))]
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:  # noqa: PLR2004 - x, y, width, height
        # As large as the screen shows it; only the proportions matter on paper.
        width = width or 200.0
        return width, width * box[3] / box[2]
    if not width or not height:
        raise ImageNotUnderstood(field=field)
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    return width, height


def _length(text: str) -> float:
    found = _LENGTH.fullmatch(text)
    return float(found.group(1)) * _PIXELS.get(found.group(2), 1.0) if found else 0.0
