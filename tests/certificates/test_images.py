"""Pictures that people send are taken as drawings and nothing else (TRUST 31, 33, 34)."""

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.certificates import images
from ilpes_lms.certificates.document import Picture, render
from ilpes_lms.certificates.errors import (
    ImageNotDrawn,
    ImageNotUnderstood,
    ImageShapeUnusable,
    ImageTooLarge,
    SvgNotPlain,
)
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.typesetting import NotTypeset
from tests.certificates.test_document import PLAIN, opened, structure
from tests.factories.pictures import DRAWING, chunk, png


def svg(inside: str, attributes: str = 'viewBox="0 0 100 50"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def test_a_plain_drawing_and_a_plain_png_are_taken_and_printed() -> None:
    for sent in (DRAWING, png(40, 20)):
        found = images.read(sent)
        document = opened(render(replace(PLAIN, logos=(Picture("k", "Logotipo de prueba", found.content),))))
        alts = [str(element.Alt) for element in structure(document) if element.S == "/Figure"]
        assert "Logotipo de prueba" in alts


@pytest.mark.parametrize(
    "hostile",
    [
        svg("<script>alert(1)</script>"),
        svg('<rect onload="alert(1)" width="9" height="9"/>'),
        svg('<image href="file:///etc/passwd" width="9" height="9"/>'),
        svg('<g xmlns:x="http://www.w3.org/1999/xlink"><rect x:href="https://elsewhere.example.org"/></g>'),
        svg('<use href="#a"/>'),
        svg("<foreignObject><p>text</p></foreignObject>"),
        svg('<rect style="fill: url(https://elsewhere.example.org/#a)" width="9" height="9"/>'),
        svg(r'<rect style="fill: u\72l(https://elsewhere.example.org)" width="9" height="9"/>'),
        svg('<rect fill="url( //elsewhere.example.org/a#b )" width="9" height="9"/>'),
        svg("<style>@import url(https://elsewhere.example.org)</style>"),
        svg('<a href="javascript:alert(1)"><rect width="9" height="9"/></a>'),
        svg('<animate attributeName="x"/>'),
        svg("<text>words without a typeface</text>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">&a;</svg>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        svg("<g>" * 100 + "</g>" * 100),
        svg("<g/>" * 6000),
    ],
)
def test_trust_34_a_drawing_that_acts_or_leads_outside_is_refused_and_what_it_is_named(hostile: bytes) -> None:
    with pytest.raises(SvgNotPlain):
        images.read(hostile)


def test_what_only_other_programs_read_is_left_behind() -> None:
    sent = svg(
        '<title>secret</title><metadata>secret</metadata><x:tool xmlns:x="urn:x">secret</x:tool>'
        '<rect data-secret="1" class="secret" width="9" height="9"/>secret'
    )
    assert b"secret" not in images.read(sent).content
    told = png(20, 20, extra=chunk(b"tEXt", b"Author\0secret"))
    assert b"secret" not in images.read(told).content


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (b"", ImageNotUnderstood),
        (b"GIF89a", ImageNotUnderstood),
        (b"<svg", ImageNotUnderstood),
        (b"<html/>", ImageNotUnderstood),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ImageNotUnderstood),
        (b"x" * (images.LARGEST + 1), ImageTooLarge),
        (png(9, 9)[:-1], ImageNotUnderstood),
        (png(9, 9).replace(b"IDAT", b"IDAU"), ImageNotUnderstood),
        (png(20, 20, claims=(20, 40)), ImageNotUnderstood),
        (png(20, 20, claims=(30_000, 30_000)), ImageNotDrawn),
        (png(300, 300, claims=(20, 20)), ImageNotUnderstood),
        (png(2, 20), ImageShapeUnusable),
        (svg("", 'width="1000" height="10"'), ImageShapeUnusable),
    ],
)
def test_what_is_no_usable_picture_is_refused(sent: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        images.read(sent)


def test_trust_31_a_bomb_is_not_unpacked() -> None:
    """One gigabyte of zeros in a megabyte, or less: no more is unpacked than the head tells."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(bytes(1_000_000)) for _ in range(200)) + packed.flush()
    head = struct.pack(">IIBBBBB", 20, 20, 8, 6, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    assert len(bomb) < images.LARGEST
    with pytest.raises(ImageNotUnderstood):
        images.read(bomb)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_whatever_is_sent_is_refused_or_can_be_drawn(noise: bytes, at: int) -> None:
    for good in (DRAWING, png(12, 12)):
        sent = good[:at] + noise + good[at + len(noise) :]
        try:
            images.as_svg(images.read(sent).content)
        except DomainError:
            continue


def test_trust_34_without_the_check_the_typesetter_would_refuse_what_leads_outside() -> None:
    """The second line: should something get past the check, Typst reads no file that a drawing names."""
    outside = svg('<image href="/etc/passwd" width="9" height="9"/>')
    with pytest.raises(NotTypeset):
        render(replace(PLAIN, logos=(Picture("k", "alt", outside),)))
