"""Releases as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for

from ilpes_lms.statistics.releases import documents, queries, schemas, service
from ilpes_lms.statistics.schemas import PageIn, PeriodIn
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX, a_file
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_releases", __name__, url_prefix=PREFIX, tag="Statistics")


@api.get("/statistics/releases")
@access.public
@api.input(PageIn, location="query")
@api.output(schemas.ReleasesOut)
def releases(query_data: PageIn) -> dict[str, Any]:
    """List the statistics that were published, newest first."""
    page = queries.releases(query_data.cursor)
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.post("/statistics/releases")
@access.requires("statistics.publish")
@idempotent
@api.input(schemas.PublicationIn)
@api.output(schemas.WholeReleaseOut, status_code=201)
def publish(json_data: schemas.PublicationIn) -> Any:
    """Publish the figures of a period as seen in the preview, or revise them; for coordinators of all divisions."""
    made = service.publish(
        start=json_data.start, end=json_data.end, seen=json_data.seen, reason=json_data.reason,
        divisions=access.principal().divisions,
    )  # fmt: skip
    return queries.release(made.public_id), 201, {"Location": url_for("api_releases.release", ref=made.public_id)}


@api.get("/statistics/releases/preview")
@access.requires("statistics.publish")
@api.input(PeriodIn, location="query")
@api.output(schemas.PreviewOut)
def preview(query_data: PeriodIn) -> Any:
    """Look at what would be published of a period now, and at what it changes."""
    return service.preview(start=query_data.start, end=query_data.end)


@api.get("/statistics/releases/<ref>")
@access.public
@api.output(schemas.WholeReleaseOut)
def release(ref: str) -> Any:
    """Get one release with all it says."""
    return queries.release(ref)


@api.get("/statistics/releases/<ref>.<any(json, csv, xlsx):form>")
@access.public
@api.doc(responses=a_file(*documents.TYPES.values()))
def download(ref: str, form: str) -> Response:
    """Get one release as a file: json (what the digest was taken of), csv or xlsx."""
    made = documents.written(queries.release(ref), form)
    return as_attachment(made.content, made.name, made.content_type)


@api.get("/statistics/releases/<ref>/sdmx.<any(csv, xml):form>")
@access.public
@api.doc(responses=a_file(*documents.SDMX_TYPES.values()))
def exchange(ref: str, form: str) -> Response:
    """Get one release for statistical systems: csv (SDMX-CSV 2.0), or xml, its structure message (SDMX-ML 2.1)."""
    made = documents.exchanged(queries.release(ref), form)
    return as_attachment(made.content, made.name, made.content_type)


@api.get("/statistics/releases/<ref>/explanation")
@access.requires("statistics.read")
@api.output(schemas.ExplainedOut)
def explanation(ref: str) -> Any:
    """Get what a revision changed, with what was logged of the activities concerned since the release it revised."""
    return service.explain(queries.release(ref))


@api.get("/statistics/releases/<ref>/drift")
@access.requires("statistics.read")
@api.output(schemas.DriftOut)
def drift(ref: str) -> Any:
    """Hold a release against the records as they are now, with what was logged of the activities that differ."""
    return service.drift(ref)
