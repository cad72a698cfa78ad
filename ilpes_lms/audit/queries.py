"""Read the record."""

from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core.pagination import Page, page_of


def entries(
    *, object_id: str | None = None, actor: str | None = None, cursor: str | None = None, size: int = 50
) -> Page[AuditEntry]:
    """Return deeds, newest first: of one object, of one actor, or all."""
    statement = select(AuditEntry)
    if object_id:
        statement = statement.where(AuditEntry.object_id == object_id)
    if actor:
        statement = statement.where(AuditEntry.actor == actor)
    return page_of(statement, keys=[AuditEntry.id], cursor=cursor, size=size, descending=True)
