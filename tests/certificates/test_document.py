"""A certificate is read back with other programs than the one that wrote it."""

import io
import threading
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import pikepdf
import pytest
from pypdf import PdfReader

from ilpes_lms.certificates.document import CertificateContent, Signatory, missing_glyphs, render
from ilpes_lms.certificates.errors import GlyphMissing
from ilpes_lms.certificates.wording import WORDINGS, day_in_words, hours_in_words

CODE = "k7q2mzv4x3abcdefghijklmnop"
PLAIN = CertificateContent(
    kind="participation",
    language="es",
    holder="María Fernanda Núñez Ibáñez",
    title="Planificación y prospectiva para América Latina",
    kind_label="Curso internacional de educación a distancia",
    dates="6 de abril a 2 de junio de 2026",
    hours=Decimal("60.00"),
    place="Santiago, Chile",
    issued_on=date(2026, 6, 12),
    serial="ILPES-2026-000123",
    code=CODE,
    verify_url=f"https://courses.example.org/verify/{CODE}",
    organizations=("Instituto de Ejemplo (IE)", "Comisión de Ejemplo (CE)", "Organización de Ejemplo"),
    signatories=(Signatory("Ana Muestra", "Directora"),),
)
# 200 characters and nine words: the longest that must still look right.
LONG_TITLE = (
    "Evaluación de políticas públicas, planificación territorial participativa y gobernanza multinivel para el "
    "desarrollo sostenible de los municipios rurales, costeros y fronterizos de América Latina"
).ljust(200, "a")
LONG_NAME = "María de los Ángeles Fernández de Córdoba Montenegro Villaseñor-Echeverría"


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Open a PDF; what is read from it lives as long as it does."""
    return pikepdf.open(io.BytesIO(pdf))


def structure(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Return the structure elements in reading order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
        if isinstance(node, pikepdf.Dictionary) and "/K" in node:
            children = node.K
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                walk(child)

    walk(document.Root.StructTreeRoot)
    return found


@pytest.mark.parametrize("kind", ["participation", "completion"])
@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_says_in_each_language_what_was_certified(language: Any, kind: Any) -> None:
    content = replace(PLAIN, language=language, kind=kind)
    text = text_of(render(content))
    words = WORDINGS[content.language]
    assert words.heading[content.kind] in text
    assert f"{words.certifies} {content.holder} {words.deed[content.kind]} {content.title}" in text
    assert hours_in_words(Decimal(60), words) in text
    assert "Santiago, Chile" in text
    assert "6 de abril a 2 de junio de 2026" in text
    assert words.issued.format(day_in_words(content.issued_on, words)) in text


def test_carries_serial_code_and_the_address_where_it_is_checked() -> None:
    pdf = render(PLAIN)
    text = text_of(pdf)
    assert f"Número de serie: {PLAIN.serial}" in text
    assert f"Código de verificación: {CODE}" in text
    assert "courses.example.org/verify" in text
    document = opened(pdf)
    (link,) = document.pages[0].Annots
    assert str(link.A.URI) == PLAIN.verify_url


def test_leaves_out_what_is_unknown() -> None:
    text = text_of(render(replace(PLAIN, hours=None, place="", signatories=(), organizations=())))
    assert "Duración" not in text
    assert "Lugar" not in text
    assert "None" not in text


@pytest.mark.parametrize(("language", "declared"), [("es", "es"), ("en", "en-GB"), ("pt", "pt-BR"), ("fr", "fr")])
def test_declares_language_title_and_standards(language: Any, declared: str) -> None:
    document = opened(render(replace(PLAIN, language=language)))
    assert str(document.Root.Lang) == declared
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as metadata:
        assert PLAIN.holder in metadata["dc:title"]
        assert metadata.pdfa_status == "3A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_is_tagged_with_a_heading_and_a_described_code() -> None:
    document = opened(render(PLAIN))
    elements = structure(document)
    names = [str(element.S) for element in elements]
    assert names.count("/H1") == 1
    (figure,) = [element for element in elements if element.S == "/Figure"]
    assert f"courses.example.org/verify/{CODE}" in str(figure.Alt)


def test_a_title_in_another_language_is_marked_as_such() -> None:
    document = opened(render(replace(PLAIN, language="en", title_language="es")))
    elements = structure(document)
    assert [str(element.Lang) for element in elements if "/Lang" in element] == ["es"]


def test_embeds_its_own_typeface_alone() -> None:
    document = opened(render(PLAIN))
    fonts = list(document.pages[0].Resources.Font.values())
    assert fonts
    assert all("LibertinusSerif" in str(font.BaseFont) for font in fonts)
    assert all("/FontFile3" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render(PLAIN) == render(PLAIN)
    assert render(PLAIN) != render(replace(PLAIN, serial="ILPES-2026-000124"))


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        "*x* _y_ `z` $ a_1 $ = @who <label>",
        "// comment /* or */ \\u{41} ~ -- [b] {c}",
        '"}, "title": "other"',
        "https://elsewhere.example.org/",
    ],
)
def test_trust_33_markup_in_what_people_write_is_printed_as_it_stands(hostile: str) -> None:
    pdf = render(replace(PLAIN, holder=hostile, title=hostile))
    assert text_of(pdf).count(hostile) == 2
    document = opened(pdf)
    assert len(document.pages[0].Annots) == 1


def test_trust_34_nothing_is_fetched_whatever_people_write_into_a_document(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_said: object) -> None:
            pass

    secret = tmp_path / "secret.txt"
    secret.write_text("canary-3141")
    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        for hostile in (
            f'#image("{at}/a.png")', f'<img src="{at}/b">', f"![]({at}/c)", f"{at}/d", f'#read("{secret}")',
            f'#include "{secret}"', f"file://{secret}",
        ):  # fmt: skip
            pdf = render(replace(PLAIN, holder=hostile, title=hostile))
            assert b"canary-3141" not in pdf
            assert "canary-3141" not in text_of(pdf)
        assert asked == []
        with pytest.raises(HTTPError):
            urlopen(f"{at}/control")
        server.shutdown()
    assert asked == ["/control"]


@pytest.mark.parametrize(
    "name",
    ["Ελένη Παπαδοπούλου", "Дмитрий Щербаков", "Łukasz Đorđe Ăncuța", "Nguyễn Thị Ánh", "Iñaki D’Ávila-Çelik"],
)
def test_names_of_other_scripts_are_printed(name: str) -> None:
    assert name in text_of(render(replace(PLAIN, holder=name)))
    assert missing_glyphs(name) == ""


def letters(first: int, last: int) -> str:
    return "".join(chr(code) for code in range(first, last + 1) if unicodedata.category(chr(code))[0] == "L")


@pytest.mark.parametrize(
    ("script", "alphabet"),
    [
        ("Latin with diacritics", letters(0x00C0, 0x024F)),
        ("Latin of Viet Nam, Wales and others", letters(0x1E00, 0x1EFF)),
        ("Greek", letters(0x0386, 0x03CE)),
        ("Greek with breathings", letters(0x1F00, 0x1FFC)),
        ("Cyrillic of the Slavs", letters(0x0400, 0x045F)),
        ("Cyrillic of Central Asia and the Caucasus", letters(0x048A, 0x04C4).translate({0x048A: None, 0x048B: None})),
        ("marks over letters that have no form of their own", "G\u0303g\u0303J\u030cM\u0331n\u0308e\u0331\u0301"),
    ],
)
def test_every_letter_of_living_names_has_its_glyph(script: str, alphabet: str) -> None:
    assert missing_glyphs(alphabet) == "", script


@pytest.mark.parametrize("text", [letters(0x0100, 0x017F), letters(0x0391, 0x03CE), letters(0x0410, 0x045F)])
def test_letters_are_read_back_as_they_were_written(text: str) -> None:
    words = " ".join(text[start : start + 16] for start in range(0, len(text), 16))
    assert words in text_of(render(replace(PLAIN, holder=words)))


def test_decomposed_letters_and_stray_spaces_are_composed() -> None:
    text = text_of(render(replace(PLAIN, holder=" Jose\u0301\t Nu\u0301n\u0303ez\u200b ")))
    assert "Se certifica que José Núñez ha participado" in text


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("山田 Tarō 太郎 山", "山田太郎"),
        ("Ana \u202eabc", "\u202e"),
        ("Eva 😀", "😀"),
        ("Bel\x07", "\x07"),
        ("\ufffd\ue000", "\ue000"),
    ],
)
def test_a_character_without_a_glyph_is_refused_and_named(name: str, missing: str) -> None:
    with pytest.raises(GlyphMissing) as refused:
        render(replace(PLAIN, holder=name))
    assert refused.value.characters == missing
    assert refused.value.field == "holder"
    assert all(f"U+{ord(character):04X}" in str(refused.value) for character in missing)


def test_the_field_with_the_missing_glyph_is_named_whichever_it_is() -> None:
    with pytest.raises(GlyphMissing) as refused:
        render(replace(PLAIN, organizations=("Instituto", "研究所")))
    assert refused.value.field == "organizations"


EXTREMES: list[dict[str, Any]] = [
    {},
    {"holder": LONG_NAME, "title": LONG_TITLE},
    {"organizations": PLAIN.organizations * 8, "signatories": (Signatory("Ana", "Directora de la División " * 8),)},
    {"holder": LONG_NAME, "title": LONG_TITLE, "dates": "1 de abril y " * 12, "place": "Santiago, Chile; " * 9},
]


@pytest.mark.parametrize("change", EXTREMES)
def test_long_texts_stay_on_one_page_and_apart(change: dict[str, Any]) -> None:
    content = replace(PLAIN, **change)
    pdf = render(content)
    assert content.holder in text_of(pdf)
    assert content.title in text_of(pdf)
    placed = runs(pdf)
    assert all(FRAME.left < run.x < FRAME.right and FRAME.bottom < run.y < FRAME.top for run in placed)
    middle = lines(placed, until=WORDINGS["es"].issued.format(""))
    for upper, lower in pairwise(middle):
        assert upper.y - lower.y >= 0.2 * upper.size + 0.7 * lower.size, (upper, lower)


def test_the_longest_name_and_title_remain_large() -> None:
    sizes = {run.text.split()[0]: run.size for run in runs(render(replace(PLAIN, **EXTREMES[1])))}
    assert sizes["María"] >= 22
    assert sizes["Evaluación"] >= 15


def test_a_word_that_fits_no_line_is_made_smaller() -> None:
    word = "W" * 120
    (run,) = [run for run in runs(render(replace(PLAIN, holder=word))) if word in run.text]
    assert run.size * 0.9 * len(word) <= FRAME.right - FRAME.left


def test_a_name_is_not_broken_after_its_small_words() -> None:
    pdf = render(replace(PLAIN, holder="María de los Ángeles Fernández de Córdoba de la Villa y Montenegro Echeverría"))
    by_line: dict[float, str] = {}
    for run in runs(pdf):
        by_line[run.y] = by_line.get(run.y, "") + run.text
    first = next(line for line in by_line.values() if line.startswith("María"))
    assert "Echeverría" not in first
    assert first.split()[-1] not in {"de", "los", "la", "y"}


class Box(NamedTuple):
    left: float
    right: float
    bottom: float
    top: float


class Run(NamedTuple):
    text: str
    x: float
    y: float
    size: float


# The margins of the page, in points.
FRAME = Box(left=73, right=842 - 73, bottom=45, top=595 - 45)


def runs(pdf: bytes) -> list[Run]:
    """Return the pieces of text with the place of their baseline's start."""
    found: list[Run] = []

    def see(text: str, place: list[float], _line: Any, _font: Any, size: float) -> None:
        if text.strip():
            found.append(Run(text, place[4], place[5], size))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=see)
    return found


def lines(placed: list[Run], *, until: str) -> list[Run]:
    """Return one run of each line from the top of the page to the line that starts with the given words."""
    last = next(index for index, run in enumerate(placed) if run.text.startswith(until))
    by_height = {run.y: run for run in placed[: last + 1]}
    return sorted(by_height.values(), key=lambda run: -run.y)


def test_a_record_gives_the_same_content_back() -> None:
    for content in (PLAIN, replace(PLAIN, hours=None, title_language="pt")):
        assert CertificateContent.from_record(content.as_record()) == content


@pytest.mark.parametrize(
    ("language", "hours", "expected"),
    [
        ("es", "1", "1 hora de capacitación"),
        ("es", "1.50", "1,5 horas de capacitación"),
        ("en", "0.5", "0.5 hours of training"),
        ("fr", "1.5", "1,5 heure de formation"),
        ("fr", "2", "2 heures de formation"),
        ("pt", "100", "100 horas de capacitação"),
    ],
)
def test_hours_agree_in_number(language: Any, hours: str, expected: str) -> None:
    assert hours_in_words(Decimal(hours), WORDINGS[language]) == expected


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [
        ("es", date(2026, 8, 1), "1 de agosto de 2026"),
        ("en", date(2026, 8, 1), "1 August 2026"),
        ("pt", date(2026, 8, 1), "1º de agosto de 2026"),
        ("fr", date(2026, 8, 1), "1er août 2026"),
        ("fr", date(2026, 8, 11), "11 août 2026"),
    ],
)
def test_days_are_written_out_as_each_language_does(language: Any, day: date, expected: str) -> None:
    assert day_in_words(day, WORDINGS[language]) == expected


def test_every_language_has_every_word() -> None:
    for wording in WORDINGS.values():
        assert set(wording.heading) == set(wording.deed) == {"participation", "completion"}
        assert all("{}" in text for text in (wording.hour, wording.hours, wording.issued, wording.qr_alt))
