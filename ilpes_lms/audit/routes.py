"""The record of deeds as JSON, for administrators and auditors."""

from flask import Response

from ilpes_lms.audit import queries, schemas
from ilpes_lms.audit.chain import documents, service
from ilpes_lms.web import access, names
from ilpes_lms.web.api import a_file, blueprint
from ilpes_lms.web.downloads import as_attachment

api = blueprint("audit")


@api.get("/audit")
@access.requires("audit.read")
@api.input(schemas.RecordQuery, location="query", arg_name="asked")
@api.output(schemas.RecordOut)
def entries(asked: schemas.RecordQuery) -> schemas.RecordOut:
    """Read who did what to what, newest first."""
    sought = queries.Sought(
        object_id=asked.object, actor=asked.actor, verb=asked.verb, person=asked.person, first=asked.first,
        last=asked.last,
    )  # fmt: skip
    page = queries.entries(sought, cursor=asked.cursor, size=asked.size)
    known = names.of_accounts({entry.actor for entry in page.items})
    items = [schemas.EntryOut.of(entry, known) for entry in page.items]
    return schemas.RecordOut(items=items, next_cursor=page.next_cursor)


@api.get("/audit/export.<any(csv, json):shape>")
@access.requires("audit.read")
@api.input(schemas.PeriodQuery, location="query", arg_name="asked")
@api.doc(responses=a_file(*documents.TYPES.values()))
def export(shape: str, asked: schemas.PeriodQuery) -> Response:
    """Take along what was done in a period, with what proves its place in the chain."""
    made = documents.written(service.export(first=asked.first, last=asked.last), shape)
    return as_attachment(made.content, made.name, made.content_type)
