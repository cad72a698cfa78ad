"""Tables that people upload: every way of writing them, and every way of harming with them."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock_time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ilpes_lms.core import tables
from ilpes_lms.core.errors import Invalid
from tests.pace import paced

LIMITS = tables.Limits(file_bytes=2_000_000, rows=2_000, unpacked_bytes=20_000_000)
NAMES = "Nombres;Correo\r\nMaría José;maria@example.org\r\n\r\nÑusta;nusta@example.org\r\n"


def read(content: bytes, limits: tables.Limits = LIMITS) -> list[tables.Row]:
    return list(tables.read(io.BytesIO(content), limits))


def read_or_refused(content: bytes, limits: tables.Limits = LIMITS) -> list[tables.Row]:
    """Return the rows of a file, or none if it is refused as a file; any other error is a fault."""
    try:
        return read(content, limits)
    except Invalid as refused:
        if refused.field != "file":
            raise
        return []


def workbook(rows: list[list[object]], fill: Callable[..., None] | None = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        if fill:
            fill(book, sheet)
    return out.getvalue()


def patched(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def with_rows(xml: str) -> bytes:
    """Return a workbook whose sheet holds this markup."""
    rows = f"<sheetData>{xml}</sheetData>".encode()
    old = rb"<sheetData>.*</sheetData>|<sheetData/>"
    return patched(
        workbook([["a"]]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: re.sub(old, lambda _found: rows, sheet, flags=re.DOTALL),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_however_a_spreadsheet_wrote_it(encoding, separator):
    rows = read(NAMES.replace(";", separator).encode(encoding))
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("Nombres", "Correo")),
        (2, ("María José", "maria@example.org")),
        (4, ("Ñusta", "nusta@example.org")),
    ]


def test_quoted_cells_keep_separators_and_line_breaks():
    rows = read(b'a,b\n"Uno; dos, ""tres""\ncuatro",x\n')
    assert rows[1] == tables.Row(2, ('Uno; dos, "tres"\ncuatro', "x"))


def test_a_separator_inside_quotes_does_not_decide():
    assert read(b'"a,b,c";d\n1;2\n')[1].cells == ("1", "2")


def test_xlsx_says_what_its_cells_show():
    def fill(book, sheet):
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(1, 0, datetime.combine(date(2026, 4, 6), clock_time()), day)
        sheet.write_datetime(
            1,
            1,
            datetime.combine(date(2026, 4, 6), clock_time(10, 30)),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_datetime(1, 2, clock_time(9, 5), book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(1, 3, 56912345678)
        sheet.write_number(1, 4, 1.5, book.add_format({"num_format": '0.0" días"'}))
        sheet.write_boolean(1, 5, True)
        sheet.write_formula(1, 6, '=A1&"@example.org"', None, "ana@example.org")
        sheet.write_rich_string(1, 7, "Ana ", book.add_format({"bold": True}), "María")
        sheet.write_string(1, 8, "  Ñandú \u00a0")

    rows = read(workbook([list("abcdefghi")], fill))
    assert rows[1] == tables.Row(
        2,
        (
            "2026-04-06",
            "2026-04-06 10:30",
            "09:05",
            "56912345678",
            "1.5",
            "TRUE",
            "ana@example.org",
            "Ana María",
            "Ñandú",
        ),
    )


def test_gaps_in_a_sheet_stay_gaps_and_rows_keep_their_numbers():
    rows = read(
        with_rows(
            '<row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c></row><row r="7"><c r="A7"><v>1</v></c></row>'
        )
    )
    assert rows == [tables.Row(3, ("", "x")), tables.Row(7, ("1",))]


def test_a_formula_stays_the_text_it_is():
    assert read(workbook([["=1+1", "@SUM(A1)"]]))[0].cells == ("=1+1", "@SUM(A1)")
    assert read(b"=1+1;=cmd|' /C calc'!A0\n")[0].cells == ("=1+1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra", "＝1", "＋1", "－1", "＠a", "  =1"])
def test_trust_30_what_a_spreadsheet_would_take_for_a_formula_goes_out_as_text(cell):
    assert tables.as_text(cell) == f"'{cell}"
    assert tables.as_text(f"a{cell}") == f"a{cell}"


def test_a_nul_and_a_huge_cell_are_their_rows_business():
    rows = read(b"a;b\nAn\x00a;x\n" + b"y" * 1_000_000 + b";z\nlast;one\n")
    assert rows[1].cells == ("An\x00a", "x")
    assert len(rows[2].cells[0]) == LIMITS.cell + 1
    assert rows[3].cells == ("last", "one")


def test_a_huge_cell_of_a_workbook_is_cut_too():
    content = with_rows(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"y" * 1_000_000}</t></is></c></row>')
    assert len(read(content)[0].cells[0]) == LIMITS.cell + 1


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", None),
        (b"\n\n;;;\n", None),
        (b"x" * 2_000_001, tables.FileTooLarge),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, tables.NotATable),
        (b"%PDF-1.7\n", tables.NotATable),
        (b"PK\x03\x04" + b"\0" * 100, tables.NotATable),
        (b"\xff\xfe\x00\xd8\x00\xd8", None),
        (b"a\n" * 2_002, tables.TooManyRows),
        (b"a" + b";" * 59 + b";;;\n", None),
        (b"a" + b";" * 60 + b"b\n", tables.TooManyColumns),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content, refused):
    if refused is None:
        read(content)
        return
    with pytest.raises(refused) as error:
        read(content)
    assert error.value.field == "file"


def test_an_archive_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(tables.NotATable):
        read(out.getvalue())


def bomb() -> bytes:
    return patched(workbook([["a"]]), "xl/worksheets/sheet1.xml", lambda sheet: sheet + b" " * 500_000_000)


def lying_bomb() -> bytes:
    """Return a workbook whose directory says a part is small, though it unpacks to much."""
    content = bytearray(
        patched(workbook([["a"]]), "xl/worksheets/sheet1.xml", lambda _sheet: b"<a>" + b"y" * 200_000_000)
    )
    true = (200_000_003).to_bytes(4, "little")
    return bytes(content.replace(true, (900).to_bytes(4, "little")))


def many_sheets() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10_000):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "<worksheet/>")
    return out.getvalue()


def sheets_by_name_only() -> bytes:
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 10_001))
    new = f"<sheets>{sheets}</sheets>".encode()
    return patched(workbook([["a"]]), "xl/workbook.xml", lambda book: re.sub(rb"<sheets>.*</sheets>", new, book))


def laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE sst [<!ENTITY l0 "ha">{levels}]><sst><si><t>&l9;</t></si></sst>'.encode()
    return patched(workbook([["a"]]), "xl/sharedStrings.xml", lambda _strings: document)


def outside() -> bytes:
    document = b'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    return patched(workbook([["a"]]), "xl/sharedStrings.xml", lambda _strings: document)


def wide_rows() -> bytes:
    return with_rows("".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(1, 90_000)))


def far_cells() -> bytes:
    return with_rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999"><c r="XFD999999999"/></row>')


def empty_rows() -> bytes:
    return with_rows("<row/>" * 1_500_000)


@pytest.mark.parametrize(
    "make", [bomb, lying_bomb, many_sheets, sheets_by_name_only, laughs, outside, wide_rows, far_cells, empty_rows]
)
def test_trust_31_a_file_made_to_harm_is_done_with_within_two_seconds(make):
    content = make()
    with paced() as pace:
        rows = read_or_refused(content, tables.Limits(file_bytes=3_000_000, rows=2_000, unpacked_bytes=20_000_000))
    assert sum(len(row.cells) for row in rows) <= 2
    assert pace.seconds < 2


@pytest.mark.parametrize("make", [bomb, many_sheets, sheets_by_name_only, laughs, outside, empty_rows])
def test_trust_31_the_worst_of_them_are_refused(make):
    with pytest.raises(Invalid):
        read(make(), tables.Limits(file_bytes=3_000_000, rows=2_000, unpacked_bytes=20_000_000))


# Made once: a workbook carries the time it was made, and a length that changes with it would change what is drawn.
SOUND = workbook([["Nombres", "Correo"], ["Ana", "ana@example.org"], [1.5, True]])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_never_a_fault(data):
    content = bytearray(SOUND)
    for _round in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(content))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_never_a_fault(content):
    read_or_refused(content)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=20),
            min_size=2,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_workbook_was_given_is_what_is_read(rows):
    said = [tuple(cell.strip() for cell in row) for row in rows]
    found = {row.number: row.cells for row in read(workbook(rows))}
    for number, cells in enumerate(said, start=1):
        there = found.get(number, ())
        assert there + ("",) * (len(cells) - len(there)) == cells


def test_headers_are_known_by_any_spelling_and_tell_what_is_left_over():
    known = {"email": ("E-mail address", "Correo electrónico"), "name": ("Given names", "Nombres")}
    found = tables.headers(tables.Row(1, ("NOMBRES ", "correo_electronico:", "Otra", "", "E-MAIL ADDRESS")), known)
    assert (found.places, found.unknown, found.twice) == ({"name": 0, "email": 1}, ("Otra",), ("email",))
    assert found.of(tables.Row(2, ("Ana",))) == {"name": "Ana", "email": ""}
    assert tables.headers(None, known).places == {}


_READ_ALL = """
import resource, sys
from ilpes_lms.core import tables
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file:
    count = sum(1 for _ in tables.read(file, tables.Limits(file_bytes=60_000_000, rows=100_000)))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(("kind", "most_megabytes"), [("csv", 10), ("xlsx", 80)])
def test_trust_29_a_hundred_thousand_rows_take_no_memory_to_speak_of(tmp_path, kind, most_megabytes):
    path = tmp_path / f"list.{kind}"
    rows = ([f"Ana {n}", f"Pérez {n}", f"ana{n}@example.org", "CHL", "female", "es"] for n in range(100_000))
    if kind == "csv":
        path.write_text("a,b,c,d,e,f\n" + "\n".join(",".join(row) for row in rows))
    else:
        with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([list("abcdef"), *rows]):
                sheet.write_row(number, 0, row)
    done = subprocess.run([sys.executable, "-c", _READ_ALL, path], capture_output=True, text=True, check=True)
    count, megabytes = map(int, done.stdout.split())
    assert count == 100_001
    assert megabytes < most_megabytes
