"""Merging people and organizations as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import url_for

from ilpes_lms.privacy.merging import display, queries, schemas, service
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_merging", __name__, url_prefix=PREFIX, tag="Privacy")


@api.get("/people/<person_ref>/merge")
@access.requires("merges.read")
@api.input(schemas.IntoQuery, location="query")
@api.output(schemas.MergePreviewOut)
def preview_person(person_ref: str, query_data: schemas.IntoQuery) -> dict[str, Any]:
    """Return what merging a person into another one would do; `into` is a code or an address."""
    me = access.principal().person_id
    return display.preview_out(service.preview_persons(gone_ref=person_ref, into=query_data.into, by_person=me))


@api.post("/people/<person_ref>/merge")
@access.requires("people.manage")
@idempotent
@api.input(schemas.MergeIn)
@api.output(schemas.MergeOut, status_code=201)
def merge_person(person_ref: str, json_data: schemas.MergeIn) -> Any:
    """Merge a person into another one, as seen in the preview; it can be undone."""
    me = access.principal().person_id
    return _made(service.merge_persons(gone_ref=person_ref, by_person=me, **json_data.model_dump()))


@api.get("/organizations/<organization_ref>/merge")
@access.requires("merges.read")
@api.input(schemas.IntoQuery, location="query")
@api.output(schemas.MergePreviewOut)
def preview_organization(organization_ref: str, query_data: schemas.IntoQuery) -> dict[str, Any]:
    """Return what merging an organization into another one would do; `into` is a code or a whole name."""
    return display.preview_out(service.preview_organizations(gone_ref=organization_ref, into=query_data.into))


@api.post("/organizations/<organization_ref>/merge")
@access.requires("people.manage")
@idempotent
@api.input(schemas.MergeIn)
@api.output(schemas.MergeOut, status_code=201)
def merge_organization(organization_ref: str, json_data: schemas.MergeIn) -> Any:
    """Merge an organization into another one, as seen in the preview; it can be undone."""
    return _made(service.merge_organizations(gone_ref=organization_ref, **json_data.model_dump()))


@api.get("/merges")
@access.requires("merges.read")
@api.input(schemas.PageQuery, location="query")
@api.output(schemas.MergesOut)
def merges(query_data: schemas.PageQuery) -> dict[str, Any]:
    """List what was merged, newest first."""
    page = queries.merges(query_data.cursor)
    return {"items": [display.merge_out(one) for one in page.items], "next_cursor": page.next_cursor}


@api.get("/merges/<merge_ref>")
@access.requires("merges.read")
@api.output(schemas.MergeOut)
def merge(merge_ref: str) -> dict[str, Any]:
    """Return one merge, undone or not."""
    return display.merge_out(queries.merge(merge_ref))


@api.get("/merges/<merge_ref>/undo")
@access.requires("merges.read")
@api.output(schemas.UndoPreviewOut)
def preview_undo(merge_ref: str) -> dict[str, Any]:
    """Return what undoing a merge would move back, and what would stay."""
    return display.undo_out(service.preview_undo(merge_ref))


@api.post("/merges/<merge_ref>/undo")
@access.requires("people.manage")
@api.input(schemas.UndoIn)
@api.output(schemas.MergeOut)
def undo(merge_ref: str, json_data: schemas.UndoIn) -> dict[str, Any]:
    """Undo a merge, as seen in the preview: rows go back, but for those that changed since."""
    service.undo(merge_ref=merge_ref, **json_data.model_dump())
    return display.merge_out(queries.merge(merge_ref))


def _made(made: Any) -> Any:
    return display.merge_out(made), 201, {"Location": url_for("api_merging.merge", merge_ref=made.public_id)}
