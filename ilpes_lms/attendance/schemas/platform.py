"""Exports of the learning platform in JSON."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from flask_babel import gettext
from pydantic import Field

from ilpes_lms.attendance import queries
from ilpes_lms.attendance.models import PlatformImport, PlatformRecord, PlatformRow
from ilpes_lms.attendance.rules import Columns, columns_from
from ilpes_lms.web.api import In, Out


class ColumnsIn(In):
    """What the columns of an export mean, by their labels; an empty label: there is no such column."""

    email: str = Field("", max_length=500)
    grade: str = Field("", max_length=500)
    maximum: Decimal = Field(Decimal(100), gt=0, le=100_000, max_digits=9, decimal_places=3)
    last_access: str = Field("", max_length=500)
    tasks: list[str] = Field(default_factory=list, max_length=400)

    def columns(self) -> Columns:
        """Return the choice as the service takes it."""
        return Columns(
            email=self.email, grade=self.grade, maximum=self.maximum, last_access=self.last_access,
            tasks=tuple(self.tasks),
        )  # fmt: skip


class ColumnsOut(Out):
    """What the columns of an export are taken for."""

    email: str
    grade: str
    maximum: float
    last_access: str
    tasks: list[str]

    @classmethod
    def of(cls, columns: Columns) -> "ColumnsOut":
        return cls(
            email=columns.email, grade=columns.grade, maximum=float(columns.maximum), tasks=list(columns.tasks),
            last_access=columns.last_access,
        )  # fmt: skip


class ExportHeadOut(Out):
    """An export without its rows."""

    id: str
    kind: Literal["grades", "completion"]
    state: Literal["previewed", "applying", "applied", "undone"]
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    done: int

    @classmethod
    def of(cls, found: PlatformImport) -> "ExportHeadOut":
        return cls.model_validate({**_head(found)})


class ExportsOut(Out):
    """An activity's exports, the newest first."""

    items: list[ExportHeadOut]


class ExportRowOut(Out):
    """What a row says, and of whom; the grade is of 100."""

    id: str
    row: int
    name: str
    email: str
    standing: Literal["matched", "decided", "open", "not_enrolled", "left_out"]
    enrolment: str | None
    grade: float | None
    tasks_done: int | None
    tasks_total: int | None
    last_access_at: datetime | None
    unread: list[str]

    @classmethod
    def of(cls, row: PlatformRow, enrolment_ref: str | None) -> "ExportRowOut":
        return cls(
            id=row.public_id, row=row.number, name=row.name, email=row.email, standing=row.standing,
            enrolment=enrolment_ref, grade=_number(row.grade), tasks_done=row.tasks_done,
            tasks_total=row.tasks_total, last_access_at=row.last_access_at, unread=row.unread,
        )  # fmt: skip


class ExportFaultOut(Out):
    """A cell that could not be read; it says nothing, neither zero nor absent."""

    row: int
    column: str
    message: str
    found: str


class ExportOut(ExportHeadOut):
    """An export as it was read; `effects` counts what applying it does to what is on record."""

    labels: list[str]
    columns: ColumnsOut
    counts: dict[str, int]
    effects: dict[str, int]
    faults_number: int
    faults: list[ExportFaultOut]
    rows: list[ExportRowOut]

    @classmethod
    def of(cls, found: PlatformImport) -> "ExportOut":
        refs = {one.enrolment_id: one.enrolment_ref for one in queries.participants_known(found.activity_id)}
        summary = found.summary
        faults = [{**one, "message": _in_words(one["message"])} for one in summary["faults"]]
        return cls(
            **_head(found), labels=summary["labels"], columns=ColumnsOut.of(columns_from(summary["columns"])),
            counts=dict(queries.standings_in_export(found.id)),
            effects=dict(queries.effects_on_records(queries.export_changes(found))),
            faults_number=summary["faults_number"], faults=[ExportFaultOut(**one) for one in faults],
            rows=[ExportRowOut.of(row, refs.get(row.enrolment_id or 0)) for row in queries.export_rows(found.id)],
        )  # fmt: skip


class PlatformRecordOut(Out):
    """What the learning platform's last exports say of a participant."""

    grade: float | None
    tasks_done: int | None
    tasks_total: int | None
    last_access_at: datetime | None
    items: dict[str, bool]
    updated_at: datetime

    @classmethod
    def of(cls, record: PlatformRecord | None) -> "PlatformRecordOut | None":
        if record is None:
            return None
        return cls(
            grade=_number(record.grade), tasks_done=record.tasks_done, tasks_total=record.tasks_total,
            last_access_at=record.last_access_at, items=record.items, updated_at=record.updated_at,
        )  # fmt: skip


def _head(found: PlatformImport) -> dict[str, object]:
    names = ("kind", "state", "created_at", "applied_at", "undone_at", "done")
    return {"id": found.public_id, **{name: getattr(found, name) for name in names}}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _in_words(message: str) -> str:
    return str(gettext(message))
