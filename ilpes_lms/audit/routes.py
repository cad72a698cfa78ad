"""The record of deeds as JSON, for administrators."""

from ilpes_lms.audit import queries, schemas
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("audit")


@api.get("/audit")
@access.requires("audit.read")
@api.input(schemas.RecordQuery, location="query", arg_name="asked")
@api.output(schemas.RecordOut)
def entries(asked: schemas.RecordQuery) -> schemas.RecordOut:
    """Read who did what to what, newest first."""
    page = queries.entries(object_id=asked.object, actor=asked.actor, cursor=asked.cursor, size=asked.size)
    return schemas.RecordOut(items=[schemas.EntryOut.of(entry) for entry in page.items], next_cursor=page.next_cursor)
