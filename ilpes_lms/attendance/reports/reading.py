"""A whole report: which platform wrote it, who stayed from when to when, and the rows that can't be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ilpes_lms.attendance.errors import (
    FileWithoutContent,
    ReportEmpty,
    ReportNotRecognized,
    ReportNotText,
    ReportTooLarge,
    ReportWithoutTimes,
)
from ilpes_lms.attendance.reports import decoding, platforms
from ilpes_lms.attendance.reports.headers import Header, header_of
from ilpes_lms.attendance.reports.intervals import Span
from ilpes_lms.attendance.reports.names import shown_name
from ilpes_lms.attendance.reports.times import Order, Written, at, order_of, seconds_of, written
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_, fold

NO_TIME = N_("The time of joining or leaving can't be read.")
NO_LEAVING = N_("There is no time of leaving.")
NO_JOINING = N_("There is no time of joining.")
REVERSED = N_("The time of leaving is before the time of joining.")
BAD_DURATION = N_("The duration can't be read.")
NO_NAME = N_("There is neither a name nor an e-mail address.")

_ABSENT = frozenset({"no", "nao"})
_YES = frozenset({"yes", "si", "sim", "y"})
_NOTHING = frozenset({"", "-", "--", "n/a"})
_JOINS = ("joined", "join", "se unio", "unido", "ingressou", "entrou")
_LEAVES = ("left", "leave", "salio", "abandono", "saiu")
_LOOKED_AT = 20_000
_DAY = timedelta(days=1)
# What spreadsheets write where nothing stands.
_BLANK = '\ufeff \t\r\n,;"'


@dataclass(frozen=True, slots=True)
class Stay:
    """One join: who, from when to when; `most_seconds` caps it where only first join and last leave are known."""

    row: int
    name: str
    original: str
    email: str
    telephone: bool
    span: Span
    most_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that can't be used: its number in the file, why (a gettext key), and what stood there."""

    row: int
    message: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a file says; `waited` rows were spent in a waiting room, `absent` people registered and did not come."""

    platform: str
    stays: list[Stay]
    faults: list[Fault]
    waited: int
    absent: int


@dataclass(frozen=True, slots=True)
class Place:
    """Whose clocks a report shows, and the class session it is about."""

    zone: str
    session: Span
    day: date


@dataclass(frozen=True, slots=True)
class _Line:
    """A row under its headings, not yet placed in time."""

    row: int
    header: Header
    cells: Sequence[str]

    def __getitem__(self, meaning: str) -> str:
        return self.header.cell(self.cells, meaning)


def read(content: bytes, place: Place) -> Report:
    """Read a report of any known platform; raises what is wrong with the whole file, keeps what is wrong with a row.

    Times without a zone are those of `place.zone`, unless the platform writes UTC.
    """
    text = decoding.decoded(content)
    if not text.strip(_BLANK):
        raise FileWithoutContent(field="report")
    lines = _lines(text)
    shapes = {line.header.shape for line in lines}
    if not lines:
        raise ReportNotRecognized(field="report")
    if shapes == {"totals"}:
        raise ReportWithoutTimes(field="report")
    if shapes & {"stays", "events", "events_utc"}:
        # Teams tells the same people again in a summary: the intervals count, never both.
        lines = [line for line in lines if line.header.shape not in ("summary", "totals")]
    return _Reading(place, platforms.name_of(lines[0].header), lines).report()


def is_report(content: bytes) -> bool:
    """Tell whether a file has the headings of a report, as when one is uploaded where something else is asked for."""
    try:
        return bool(_lines(decoding.decoded(content)[:_LOOKED_AT]))
    except (ReportNotText, ReportTooLarge):
        return False


def _lines(text: str) -> list[_Line]:
    for delimiter in decoding.DELIMITERS:
        found = list(_under_headings(decoding.rows_of(text, delimiter)))
        if found:
            return found
    return []


def _under_headings(rows: list[list[str]]) -> Iterator[_Line]:
    header: Header | None = None
    for place, cells in enumerate(rows):
        opened = header_of(cells)
        if opened or not any(cells):
            # An empty row ends a table; so do new headings, which open the next.
            header = opened
        elif header and not _is_title(cells, rows[place + 1 : place + 2]):
            yield _Line(place + 1, header, cells)


def _is_title(cells: Sequence[str], following: list[list[str]]) -> bool:
    return sum(map(bool, cells)) == 1 and bool(following) and (not any(following[0]) or bool(header_of(following[0])))


class _Reading:
    """Lines on their way into stays and faults; the order of day and month is decided over all of them."""

    def __init__(self, place: Place, platform: str, lines: list[_Line]) -> None:
        self.place, self.platform, self.lines = place, platform, lines
        self.stays: list[Stay] = []
        self.faults: list[Fault] = []
        self.waited = self.absent = 0
        self.order: Order = order_of(self._moments(), place.day)

    def report(self) -> Report:
        for line in self.lines:
            if line.header.shape not in ("events", "events_utc"):
                self._stay(line)
        self._pair_events([line for line in self.lines if line.header.shape in ("events", "events_utc")])
        if not self.stays and not self.faults and not self.waited and not self.absent:
            raise ReportEmpty(field="report")
        return Report(self.platform, self.stays, self.faults, self.waited, self.absent)

    def _moments(self) -> Iterator[Written]:
        for line in self.lines:
            for meaning in ("joined", "left", "first_joined", "last_left", "at", "at_utc"):
                if moment := written(line[meaning]):
                    yield moment

    def _stay(self, line: _Line) -> None:
        if fold(line["attended"]) in _ABSENT:
            self.absent += 1
            return
        if fold(line["waiting"]) in _YES:
            self.waited += 1
            return
        summary = line.header.shape == "summary"
        start = self._wall(line["first_joined"] if summary else line["joined"])
        end = self._wall(line["last_left"] if summary else line["left"])
        length = seconds_of(line["duration"])
        if start is None or end is None:
            self._fault(line, NO_TIME, _times_of(line))
        elif length is None and fold(line["duration"]) not in _NOTHING:
            self._fault(line, BAD_DURATION, line["duration"])
        elif span := self._span(line, start, end, None if summary else length):
            self._keep(line, span, length if summary else None)

    def _wall(self, text: str) -> datetime | None:
        moment = written(text)
        return at(moment, self.order, self.place.day) if moment else None

    def _span(self, line: _Line, start: datetime, end: datetime, length: int | None) -> Span | None:
        if end < start and _is_clock_only(line["left"]):
            end += _DAY
        found = placed(start, end, self.place.zone, length)
        if found is None:
            self._fault(line, REVERSED, _times_of(line))
        return found

    def _keep(self, line: _Line, span: Span, most_seconds: int | None = None) -> None:
        name = shown_name(" ".join(filter(None, (line["name"] or line["first_name"], self._surname(line)))))
        email = line["email"].strip().strip("<>")
        email = email if "@" in email else ""
        if not name.current and not email and not name.telephone:
            self._fault(line, NO_NAME)
            return
        self.stays.append(Stay(line.row, name.current, name.original, email, name.telephone, span, most_seconds))

    @staticmethod
    def _surname(line: _Line) -> str:
        return "" if line["name"] and line["first_name"] else line["last_name"]

    def _pair_events(self, lines: list[_Line]) -> None:
        """Pair each coming with the next going of the same participant, in the order of time."""
        present: dict[str, tuple[_Line, datetime]] = {}
        for line, moment in self._events(lines):
            key = line["participant"] or fold(line["name"])
            if _starts(line["action"], _JOINS):
                if key in present:
                    self._fault(present[key][0], NO_LEAVING)
                present[key] = (line, moment)
            elif _starts(line["action"], _LEAVES) and key in present:
                began, start = present.pop(key)
                self._keep(began, Span(start, moment))
            else:
                self._fault(line, NO_JOINING, line["action"])
        for line, _moment in present.values():
            self._fault(line, NO_LEAVING)

    def _events(self, lines: list[_Line]) -> list[tuple[_Line, datetime]]:
        found = []
        for line in lines:
            wall = self._wall(line["at_utc"] or line["at"])
            if wall is None:
                self._fault(line, NO_TIME, line["at_utc"] or line["at"])
                continue
            zone = "UTC" if line.header.shape == "events_utc" else self.place.zone
            found.append((line, clock.at_place(wall, zone)))
        return sorted(found, key=lambda pair: pair[1])

    def _fault(self, line: _Line, message: str, found: str = "") -> None:
        self.faults.append(Fault(line.row, message, found.strip(" –")[:100]))


def placed(start: datetime, end: datetime, zone: str, seconds: int | None) -> Span | None:
    """Return two wall times at a place as a span in UTC, None where the end comes first.

    Where clocks show an hour twice, the reading counts that is nearest to the length the report gives.
    """
    spans = [Span(one, other) for one in _moments_of(start, zone) for other in _moments_of(end, zone) if one <= other]
    if not spans:
        return None
    return spans[0] if seconds is None else min(spans, key=lambda span: abs(span.seconds - seconds))


def _moments_of(wall: datetime, zone: str) -> list[datetime]:
    again = clock.at_place_again(wall, zone)
    return [clock.at_place(wall, zone), *([again] if again else [])]


def _times_of(line: _Line) -> str:
    return f"{line['joined'] or line['first_joined']} – {line['left'] or line['last_left']}"


def _is_clock_only(text: str) -> bool:
    moment = written(text)
    return moment is not None and not moment.dated


def _starts(text: str, words: tuple[str, ...]) -> bool:
    return fold(text).startswith(words)
