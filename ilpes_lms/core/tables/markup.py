"""The XML of a workbook's parts, told as it is met."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from ilpes_lms.core.tables.shape import NotATable

_CHUNK = 65_536
# Three times what Excel lets a cell hold; what is longer is cut here, so that putting it together stays quick.
_LONGEST_TEXT = 100_000
_LONGEST_ROW_NUMBER = 7
_LETTERS = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}


@dataclass(slots=True)
class Cell:
    """One cell as the file has it: kind of value, style, and what stands in it."""

    kind: str
    style: str
    value: str = ""


@dataclass(slots=True)
class SheetRow:
    """One row; cells that the file leaves out are None."""

    number: int
    cells: list[Cell | None] = field(default_factory=list)


@dataclass
class Book:
    """Which relations the sheets have, in order, and from when days are counted."""

    sheets: list[str] = field(default_factory=list)
    since_1904: bool = False


@dataclass
class Styles:
    """The number format of each style, and the codes of the workbook's own formats."""

    formats: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)


def book(part: bytes) -> Book:
    """Return what the workbook's own part says."""
    found = Book()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            found.sheets.append(_relation(attributes))
        elif name == "workbookPr":
            found.since_1904 = attributes.get("date1904") in ("1", "true")

    _parser(start=start).Parse(part, True)
    return found


def relations(part: bytes) -> dict[str, str]:
    """Return what each relation points to."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            found[attributes["Id"]] = attributes["Target"]

    _parser(start=start).Parse(part, True)
    return found


def styles(part: bytes) -> Styles:
    """Return the number formats of a workbook."""
    found, inside = Styles(), [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name
        elif name == "xf" and inside[0] == "cellXfs":
            found.formats.append(attributes.get("numFmtId", ""))
        elif name == "numFmt":
            found.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    _parser(start=start).Parse(part, True)
    return found


def texts(part: IO[bytes]) -> Iterator[str]:
    """Yield the shared texts of a workbook in their order."""
    reader = _Texts()
    for _chunk in _fed(part, reader.parser):
        yield from reader.taken()


def rows(part: IO[bytes], columns: int) -> Iterator[SheetRow]:
    """Yield the rows of a sheet as they are met; all that stands beyond so many columns is put into one more cell."""
    reader = _Rows(columns + 1)
    for _chunk in _fed(part, reader.parser):
        yield from reader.taken()


class _Texts:
    """Collects texts; what says how to pronounce them (rPh) is left out."""

    def __init__(self) -> None:
        self.parser = _parser(start=self._start, end=self._end, text=self._text)
        self._done: list[str] = []
        self._text_so_far = ""
        self._reading = self._phonetic = False

    def taken(self) -> list[str]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "t":
            self._reading = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._done.append(self._text_so_far)
            self._text_so_far = ""

    def _text(self, text: str) -> None:
        if self._reading and len(self._text_so_far) < _LONGEST_TEXT:
            self._text_so_far += text


class _Rows:
    """Collects rows. A formula is passed over for the value that its cell shows."""

    def __init__(self, widest: int) -> None:
        self.parser = _parser(start=self._start, end=self._end, text=self._text)
        self._widest = widest
        self._done: list[SheetRow] = []
        self._row = SheetRow(0)
        self._cell: Cell | None = None
        self._reading = False

    def taken(self) -> list[SheetRow]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._reading = self._cell is not None
        elif name == "row":
            said = attributes.get("r", "")
            known = said.isdecimal() and len(said) <= _LONGEST_ROW_NUMBER and int(said) > self._row.number
            self._row = SheetRow(int(said) if known else self._row.number + 1)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        cells = self._row.cells
        place = min(max(_column(attributes.get("r", "")), len(cells) + 1), self._widest)
        cells.extend([None] * (place - len(cells)))
        self._cell = Cell(attributes.get("t", "n"), attributes.get("s", ""))
        before = cells[-1]
        if before is None or not before.value:
            cells[-1] = self._cell

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reading = False
        elif name == "c":
            self._cell = None
        elif name == "row":
            self._done.append(self._row)

    def _text(self, text: str) -> None:
        if self._reading and self._cell is not None and len(self._cell.value) < _LONGEST_TEXT:
            self._cell.value += text


def _column(reference: str) -> int:
    """Return the column that a cell's reference names, 0 if it names none."""
    place = 0
    for letter in reference[:3]:
        if letter not in _LETTERS:
            break
        place = place * 26 + _LETTERS[letter]
    return place


def _relation(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.endswith("|id")), "")


def _fed(part: IO[bytes], parser: Any) -> Iterator[None]:
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def _parser(*, start: Any, end: Any = None, text: Any = None) -> Any:
    """Return a parser that calls by bare names, keeps texts in one piece, and refuses document types."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition("|")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition("|")[2])
    if text:
        parser.CharacterDataHandler = text
    return parser


def _refuse(*_document_type: Any) -> None:
    raise NotATable(field="file")
