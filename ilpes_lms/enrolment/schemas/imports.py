"""Shapes of lists of participants."""

from datetime import datetime

from apiflask.fields import UploadFile
from pydantic import Field

from ilpes_lms.enrolment.import_wording import failure_of, message_of
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.rules.imports import Remark
from ilpes_lms.web.api import In, Out, Query

MOST_REMARKS = 1000


class ParticipantsIn(Query):
    """A list as a file: XLSX or CSV."""

    file: UploadFile


class AcceptanceIn(In):
    """Whether the people of a list are written to."""

    tell: bool = False


class RemarksQuery(Query):
    """Which of a list's remarks: those beyond a row."""

    after: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(200, ge=1, le=MOST_REMARKS)


class ForeseenOut(Out):
    """What a check found that a list would do; `places` is how many places it needs."""

    new: int = 0
    known: int = 0
    moved: int = 0
    already: int = 0
    kept_out: int = 0
    stopped: int = 0
    noted: int = 0
    places: int = 0


class ListOut(Out):
    """A list, how far it is, and what came of it. `columns` are its own headers by their meaning."""

    id: str
    file_name: str
    state: str
    total: int | None
    done: int
    added: int
    already: int
    faults: int
    failure: str
    columns: dict[str, str]
    unused_columns: list[str]
    foreseen: ForeseenOut | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, imported: ParticipantImport) -> "ListOut":
        found = imported.findings
        return cls(
            id=imported.public_id, file_name=imported.file_name, state=imported.state, total=imported.total,
            done=imported.done, added=imported.added, already=imported.already, faults=imported.faults,
            failure=failure_of(imported), columns=found.get("columns", {}), unused_columns=found.get("unused", []),
            foreseen=ForeseenOut(**found["counts"]) if "counts" in found else None,
            created_at=imported.created_at, updated_at=imported.updated_at,
        )  # fmt: skip


class ListsOut(Out):
    """The lists that were uploaded last for an activity."""

    items: list[ListOut]


class RemarkOut(Out):
    """What is remarked about a row; `imported` says whether it can be imported all the same."""

    row: int
    column: str
    read: str
    message: str
    imported: bool

    @classmethod
    def of(cls, remark: Remark) -> "RemarkOut":
        return cls(
            row=remark.row, column=remark.column, read=remark.read, message=message_of(remark),
            imported=not remark.stops,
        )  # fmt: skip


class RemarksOut(Out):
    """Remarks in the order of rows; all of a row come together. `next_after` asks for those that follow."""

    items: list[RemarkOut]
    next_after: int | None
