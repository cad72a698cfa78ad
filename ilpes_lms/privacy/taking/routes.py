"""Take one's own data along, as JSON."""

from typing import Any

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema

from ilpes_lms.privacy.taking import display, queries, schemas, service
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_taking", __name__, url_prefix=PREFIX, tag="Privacy")


@api.get("/me/data-archives")
@access.signed_in
@api.output(schemas.ArchivesOut)
def archives() -> dict[str, Any]:
    """Return the file with your data that you asked for last, how far it is, and until when it is kept."""
    found = queries.newest(_me())
    return {"items": [display.as_record(found)] if found else []}


@api.post("/me/data-archives")
@access.signed_in
@idempotent
@api.output(schemas.ArchiveOut, status_code=202)
def ask() -> dict[str, Any]:
    """Ask for a file with all that is stored about you; while one is being made, that is the one."""
    return display.as_record(service.ask(person_id=_me()))


@api.get("/me/data-archives/<archive_ref>")
@access.signed_in
@api.output(schemas.ArchiveOut)
def archive(archive_ref: str) -> dict[str, Any]:
    """Return how far a file with your data is."""
    return display.as_record(queries.own(_me(), archive_ref))


@api.get("/me/data-archives/<archive_ref>/file")
@access.signed_in
@api.output(FileSchema(type="string", format="binary"), content_type="application/zip")
def content(archive_ref: str) -> Any:
    """Take along a ZIP file: your data as JSON and to read, your certificates, and what you sent with applications."""
    return as_attachment(*display.content_of(queries.own(_me(), archive_ref)), "application/zip")


def _me() -> int:
    return access.principal().person_id or 0
