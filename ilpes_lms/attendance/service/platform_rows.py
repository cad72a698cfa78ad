"""An export read by what its columns mean: its rows and whom they are about, written anew."""

import io
from typing import Any

from sqlalchemy import delete, insert

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.errors import ExportEmpty, ExportIsReport, FileWithoutContent
from ilpes_lms.attendance.models import PlatformImport, PlatformRow
from ilpes_lms.attendance.reports import is_report
from ilpes_lms.attendance.rules import Columns, Fault, Said
from ilpes_lms.core import clock, tables
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import public_id

LIMITS = tables.Limits(file_bytes=20_000_000, rows=20_000, columns=400, cell=400)
_FAULTS_SHOWN = 200


class Export:
    """The table of an export, with a label for each column."""

    def __init__(self, content: bytes) -> None:
        found = list(tables.read(io.BytesIO(content), LIMITS))
        if not found:
            raise FileWithoutContent(field="file")
        if is_report(content):
            raise ExportIsReport(field="file")
        if len(found) < 2:  # noqa: PLR2004 - the headings and one row
            raise ExportEmpty(field="file")
        self.heading, self.rows = found[0].cells, found[1:]
        width = max(len(row.cells) for row in found)
        self.labels = rules.labels_of(self.heading, width)
        self.recognized = rules.recognized(self.heading, self.labels, [row.cells for row in self.rows])

    @property
    def plain(self) -> dict[str, Any]:
        """Return what is kept of the table itself."""
        return {"labels": self.labels, "recognized_tasks": list(self.recognized.tasks), "rows": len(self.rows)}


def read_rows(found: PlatformImport, export: Export, columns: Columns) -> None:
    """Write what each row says by these columns, and whose it is, in place of what was read before."""
    read = [rules.said_by(row.number, row.cells, export.labels, columns) for row in export.rows]
    faults = [fault for _said, some in read for fault in some]
    found.kind = columns.kind
    found.summary = {
        **export.plain, "columns": rules.as_stored(columns), "faults_number": len(faults),
        "faults": [_plain(fault) for fault in faults[:_FAULTS_SHOWN]],
    }  # fmt: skip
    db.session.flush()
    _write(found, [said for said, _faults in read])


def _write(found: PlatformImport, read: list[Said]) -> None:
    activity_id = found.activity_id
    by_address = queries.enrolments_by_address({said.email for said in read if said.email}, activity_id)
    remembered = queries.remembered_matches(activity_id)
    db.session.execute(delete(PlatformRow).where(PlatformRow.import_id == found.id))
    rows = []
    for said in read:
        standing = rules.standing_of(said.key, said.email, by_address=by_address, remembered=remembered)
        rows.append(_row(found.id, said, standing, found.activity.zone))
    table = PlatformRow.metadata.tables[PlatformRow.__tablename__]
    db.session.connection().execute(insert(table), rows)


def _row(import_id: int, said: Said, standing: rules.Standing, zone: str) -> dict[str, Any]:
    return {
        "public_id": public_id(), "import_id": import_id, "number": said.number, "key": said.key, "name": said.name,
        "email": said.email, "standing": standing.standing, "enrolment_id": standing.enrolment_id,
        "grade": said.grade, "tasks_done": said.tasks_done, "tasks_total": said.tasks_total,
        "last_access_at": clock.at_place(said.last_access, zone) if said.last_access else None,
        "items": said.items, "unread": list(said.unread),
    }  # fmt: skip


def _plain(fault: Fault) -> dict[str, Any]:
    return {"row": fault.row, "column": fault.column, "message": fault.message, "found": fault.found}
