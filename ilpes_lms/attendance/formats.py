"""The attendance grid as a file for spreadsheets: what stands in a cell is text or a number, never a formula."""

from datetime import date

from flask_babel import gettext as _

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.display import standing
from ilpes_lms.attendance.queries import FullGrid, GridLine
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.clock import wall_time
from ilpes_lms.core.tables import writing
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.i18n import current_language, short_day

CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: writing.CSV, XLSX: writing.XLSX}
Cell = str | int


def grid_file(grid: FullGrid, kind: str) -> bytes:
    """Return the grid as CSV, as the reader's spreadsheet separates columns, or as a workbook."""
    rows = grid_rows(grid)
    if kind == CSV:
        return writing.as_csv(rows, separator="," if current_language() == "en" else ";")
    return writing.as_workbook(rows, str(_("Attendance")), widths=(34, 34, 22), frozen_columns=1)


def grid_rows(grid: FullGrid) -> list[list[Cell]]:
    """Return the grid's rows in the reader's language, headings first: marks in words, then minutes, then totals."""
    return [_headings(grid), *(_row(line, grid.class_sessions) for line in grid.lines)]


def _headings(grid: FullGrid) -> list[Cell]:
    sessions: list[Cell] = []
    for session in grid.class_sessions:
        sessions += [_named(session), _("%(session)s: minutes", session=_named(session))]
    marks = [_(label) for label in rules.MARK_LABELS.values()]
    return [
        _("Name"), _("Institution"), _("Country"), *sessions, *marks, _("Without a mark"), _("Minutes"), _("Outcome"),
        _("Why"),
    ]  # fmt: skip


def _named(session: ClassSession) -> str:
    return f"{session.number}. {short_day(_day_of(session))}"


def _day_of(session: ClassSession) -> date:
    return wall_time(session.starts_at, session.zone).date()


def _row(line: GridLine, sessions: list[ClassSession]) -> list[Cell]:
    enrolment, tally, outcome = line.line.enrolment, line.tally(len(sessions)), standing(line.line.outcome)
    cells: list[Cell] = []
    for session in sessions:
        found = line.cells.get(session.id)
        cells += [_(rules.MARK_LABELS[found.mark]), found.minutes] if found else ["", ""]
    totals = [tally[mark] for mark in (*rules.MARK_LABELS, "unmarked")]
    return [
        enrolment.person.full_name, enrolment.organization_name or "", _country(enrolment.country), *cells, *totals,
        line.minutes, outcome.label, " ".join(outcome.reasons),
    ]  # fmt: skip


def _country(code: str | None) -> str:
    return countries.country_name(code, current_language()) if code else ""
