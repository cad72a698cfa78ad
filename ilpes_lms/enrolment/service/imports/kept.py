"""The kept files of a list: its rows as they are read, the remarks about them."""

import heapq
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, BinaryIO, TypeVar

from ilpes_lms.core import files, tables
from ilpes_lms.core.database import after_commit, db
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.core.redaction import redacted
from ilpes_lms.enrolment.errors import ListGone
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.rules.imports import Reading, Remark, Sieve
from ilpes_lms.people.queries import Traces
from ilpes_lms.people.rules import address_key

LIMITS = tables.Limits(file_bytes=rules.MOST_BYTES, rows=rules.MOST_ROWS)
_LONGEST_HEADER = 100
Item = TypeVar("Item")
Cells = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Columns:
    """How a list calls the columns that are recognised, by what they mean, and those that are not."""

    known: dict[str, str]
    unknown: list[str]


def columns_of(source: BinaryIO) -> Columns:
    """Return which columns a list has; refuse a file that is none, or lacks what is needed."""
    first = next(tables.read(source, LIMITS), None)
    found = tables.headers(first, rules.HEADERS)
    cells = first.cells if first else ()
    known = {name: cells[place][:_LONGEST_HEADER] for name, place in found.places.items()}
    rules.check_columns(known, found.twice)
    return Columns(known, [text[:_LONGEST_HEADER] for text in found.unknown])


@contextmanager
def rows_of(imported: ParticipantImport) -> Iterator[Iterator[Cells]]:
    """Open a list: each row's number, and its cells by column. Raises ListGone, or what is wrong with the file."""
    try:
        with files.opened(imported.file_key) as source:
            yield _rows(source)
    except NotFound as error:
        raise ListGone from error


def readings(imported: ParticipantImport, rows: Iterator[Cells]) -> Iterator[Reading]:
    """Read rows from the first on, each once."""
    sieve = Sieve(letter_m=imported.findings.get("letter_m"))
    return (sieve.read(number, cells) for number, cells in rows)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Deal items into lists of a size, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class Report:
    """The remarks of a check, written down as they come and then kept as a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, remarks: Iterable[Remark]) -> None:
        for remark in remarks:
            self._file.write(json.dumps(asdict(remark), ensure_ascii=False).encode() + b"\n")

    def keep(self) -> str:
        """Keep what was written, and return its key."""
        self._file.flush()
        return files.keep_stream(self._file)


@contextmanager
def new_report() -> Iterator[Report]:
    """Begin a report in a file of its own, which goes unless it is kept."""
    with tempfile.TemporaryFile() as file:
        yield Report(file)


def remarks_of(imported: ParticipantImport) -> Iterator[Remark]:
    """Yield what is remarked about a list, row by row: about its cells, and about who stays out."""
    outside = (Remark(**values) for values in imported.findings.get("kept_out", ()))
    yield from heapq.merge(_reported(imported.report_key), outside, key=attrgetter("row"))


def remarks_to_see(imported: ParticipantImport, limit: int) -> list[Remark]:
    """Return the remarks to look at first: about the rows that stay out, then about those that are imported."""
    found = list(islice((one for one in remarks_of(imported) if one.stops), limit)) if imported.faults else []
    noted = (one for one in remarks_of(imported) if not one.stops)
    return found + list(islice(noted, limit - len(found)))


def remarks_after(imported: ParticipantImport, row: int, limit: int) -> tuple[list[Remark], int | None]:
    """Return what is remarked about the rows beyond one, so many remarks and those of the last row; and where to go on.

    None says that there are no more.
    """
    found: list[Remark] = []
    for remark in remarks_of(imported):
        if len(found) >= limit and remark.row != found[-1].row:
            return found, found[-1].row
        if remark.row > row:
            found.append(remark)
    return found, None


def names(imported: ParticipantImport, traces: Traces) -> bool:
    """Tell whether a list or what was remarked about it names somebody; one that can't be read might."""
    try:
        if any(redacted(remark.read, traces.words) != remark.read for remark in remarks_of(imported)):
            return True
        if not imported.file_key:
            return False
        with rows_of(imported) as rows:
            return any(address_key(cells.get("email", "")) in traces.address_keys for _number, cells in rows)
    except DomainError:
        return True


def forget(imported: ParticipantImport) -> None:
    """Keep no longer the list itself nor what was quoted from it for the preview, once it is done with."""
    key, imported.file_key = imported.file_key, ""
    imported.findings = {name: value for name, value in imported.findings.items() if name != "sample"}
    _forget(key)


def forget_report(imported: ParticipantImport) -> None:
    """Keep no longer what was remarked about a list."""
    key, imported.report_key = imported.report_key, None
    imported.findings = {name: value for name, value in imported.findings.items() if name != "kept_out"}
    _forget(key or "")


def _forget(key: str) -> None:
    """Delete a file after the commit unless another list needs the same bytes."""
    if not key:
        return
    db.session.flush()
    if not queries.is_needed(key):
        after_commit(lambda: files.forget(key))


def _rows(source: BinaryIO) -> Iterator[Cells]:
    rows = tables.read(source, LIMITS)
    found = tables.headers(next(rows, None), rules.HEADERS)
    return ((row.number, found.of(row)) for row in rows)


def _reported(key: str | None) -> Iterator[Remark]:
    if key is None:
        return
    try:
        with files.opened(key) as lines:
            for line in lines:
                values: dict[str, Any] = json.loads(line)
                yield Remark(**values)
    except NotFound as error:
        raise ListGone from error
