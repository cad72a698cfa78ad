"""The record of deeds as JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.web.api import Out, Query


class RecordQuery(Query):
    """Which deeds; all by default."""

    object: str | None = Field(None, max_length=64, description="public id of what a deed was done to")
    actor: str | None = Field(None, max_length=64, description="public id of the account, or name of the job")
    verb: str | None = Field(None, max_length=80, description="a whole one, or how some begin: `activity.`")
    person: str | None = Field(None, max_length=26, description="public id of somebody whose data were seen")
    first: date | None = Field(None, alias="from", description="first day, by the institute's clocks")
    last: date | None = Field(None, alias="to", description="last day, counted too")
    cursor: str | None = Field(None, max_length=200)
    size: int = Field(50, ge=1, le=200)


class PeriodQuery(Query):
    """Which days, both counted, by the institute's clocks."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class EntryOut(Out):
    """One deed."""

    at: AwareDatetime
    actor: str
    actor_name: str | None
    verb: str
    object_type: str
    object: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry, names: Mapping[str, str]) -> "EntryOut":
        return cls(
            at=entry.at, actor=entry.actor, actor_name=names.get(entry.actor), verb=entry.verb,
            object_type=entry.object_type, object=entry.object_id, details=entry.details,
        )  # fmt: skip


class RecordOut(Out):
    """A page of deeds, newest first."""

    items: list[EntryOut]
    next_cursor: str | None
