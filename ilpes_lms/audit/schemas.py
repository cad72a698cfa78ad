"""The record of deeds as JSON."""

from typing import Any

from pydantic import AwareDatetime, Field

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.web.api import Out, Query


class RecordQuery(Query):
    """Which deeds; all by default."""

    object: str | None = Field(None, max_length=64, description="public id of what a deed was done to")
    actor: str | None = Field(None, max_length=64, description="public id of the account, or name of the job")
    cursor: str | None = Field(None, max_length=200)
    size: int = Field(50, ge=1, le=200)


class EntryOut(Out):
    """One deed."""

    at: AwareDatetime
    actor: str
    verb: str
    object_type: str
    object: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> "EntryOut":
        return cls(
            at=entry.at, actor=entry.actor, verb=entry.verb, object_type=entry.object_type, object=entry.object_id,
            details=entry.details,
        )  # fmt: skip


class RecordOut(Out):
    """A page of deeds, newest first."""

    items: list[EntryOut]
    next_cursor: str | None
