"""Whether bytes are a PDF document, and what becomes of a file's name."""

import io

import pikepdf
import pypdf
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules import LARGEST_DOCUMENT, check_document, safe_name
from tests.factories.applications import padded_pdf, pdf

STREAMS = pikepdf.ObjectStreamMode.generate
LOCKED = pikepdf.Encryption(owner="o", user="u")
ONLY_PRINTING_FORBIDDEN = pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(print_highres=False))


@pytest.mark.parametrize(
    "options",
    [{}, {"object_stream_mode": STREAMS}, {"linearize": True}, {"linearize": True, "object_stream_mode": STREAMS}],
)
def test_a_document_passes_however_it_is_written(options) -> None:
    content = pdf(pages=3, **options)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 3
    check_document(content)


def test_documents_of_other_programs_pass() -> None:
    check_document(typst.compile(b"= Carta de apoyo"))
    written = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(written)
    check_document(written.getvalue())


def test_a_document_that_was_signed_or_noted_afterwards_passes() -> None:
    writer, twice = pypdf.PdfWriter(io.BytesIO(pdf()), incremental=True), io.BytesIO()
    writer.add_metadata({"/Title": "Carta"})
    writer.write(twice)
    assert twice.getvalue().count(b"%%EOF") == 2
    check_document(twice.getvalue())


@pytest.mark.parametrize("encryption", [LOCKED, ONLY_PRINTING_FORBIDDEN])
@pytest.mark.parametrize("mode", [STREAMS, pikepdf.ObjectStreamMode.disable])
def test_a_protected_document_is_refused(encryption, mode) -> None:
    with pytest.raises(errors.DocumentEncrypted):
        check_document(pdf(encryption=encryption, object_stream_mode=mode))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00", b"GIF89a", b"PK\x03\x04" + pdf(), b"<html>%PDF-1.4", b"\xef\xbb\xbf" + pdf(), b"%PDF-9.9\n",
        "%PDF-1.4\n".encode("utf-16"),
    ],
)  # fmt: skip
def test_what_only_calls_itself_a_document_is_refused(content) -> None:
    with pytest.raises(errors.NotADocument):
        check_document(content)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n", b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF", b"%PDF-1.4\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.4\nstartxref\n9999999999\n%%EOF\n", b"%PDF-1.4\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n",
        pdf()[:-40], pdf() + b"PK\x05\x06" + b"\x01" * 40,
    ],
)  # fmt: skip
def test_a_document_that_is_not_whole_is_refused(content) -> None:
    with pytest.raises(errors.DocumentIncomplete):
        check_document(content)


def test_five_megabytes_pass_and_one_byte_more_does_not() -> None:
    content = padded_pdf(LARGEST_DOCUMENT)
    assert len(content) == LARGEST_DOCUMENT
    check_document(content)
    with pytest.raises(errors.DocumentTooLarge):
        check_document(content + b"\n")


@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_bytes_do_worse_than_be_refused(noise: bytes, where: int) -> None:
    content = pdf()
    where = min(where, len(content))
    for broken in (noise, b"%PDF-1.4\n" + noise, content[:where] + noise + content[where:]):
        try:
            check_document(broken)
        except (errors.NotADocument, errors.DocumentIncomplete, errors.DocumentEncrypted):
            continue


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Carta de apoyo (2027).PDF", "Carta de apoyo (2027).pdf"), ("../../etc/passwd", "passwd.pdf"),
        ("c:\\temp\\carta.pdf.pdf", "carta.pdf"), ("..", "document.pdf"), ("", "document.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x 1.pdf"), ("carta\u202efdp.exe", "cartafdp.exe.pdf"),
        ('"; filename="evil.exe', "filename evil.exe.pdf"), ("Ñandú ação.pdf", "Ñandú ação.pdf"),
    ],
)  # fmt: skip
def test_a_name_is_made_harmless(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@given(st.text(max_size=2000))
def test_trust_32_no_name_leads_anywhere(name: str) -> None:
    kept = safe_name(name)
    assert kept.endswith(".pdf")
    assert len(kept) <= 130
    assert kept.isprintable()
    assert not set(kept) & set("/\\\"'<>;:\u202e\u202d")
    assert not kept.startswith(".")
