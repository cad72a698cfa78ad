"""Statistics as JSON."""

from typing import Any

from flask import Response, url_for

from ilpes_lms.statistics import documents, queries, schemas, service
from ilpes_lms.statistics.reconciled import as_record
from ilpes_lms.web import access
from ilpes_lms.web.api import a_file, blueprint
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.idempotency import idempotent

api = blueprint("statistics")


@api.get("/statistics")
@access.requires("statistics.read")
@api.input(schemas.PeriodIn, location="query")
@api.output(schemas.StatisticsOut)
def statistics(query_data: schemas.PeriodIn) -> dict[str, Any]:
    """Compute the tables of a period from what is on record now."""
    return service.compute(query_data.start, query_data.end)


@api.get("/statistics/comparison")
@access.requires("statistics.read")
@api.input(schemas.PeriodIn, location="query")
@api.output(schemas.ComparisonOut)
def comparison(query_data: schemas.PeriodIn) -> dict[str, Any]:
    """Put a period beside the one before, as published or as on record; null where nothing is known of that."""
    return {"comparison": service.compare(query_data.start, query_data.end)}


@api.get("/statistics/compilations/<ref>/report/<any(es, en, pt, fr):language>.<any(docx, pdf, xlsx):form>")
@access.requires("statistics.read")
@api.doc(responses=a_file(*documents.TYPES.values()))
def annual_report(ref: str, language: str, form: str) -> Response:
    """Get the annual report on a kept compilation: es, en, pt or fr; docx, pdf or xlsx."""
    kept = queries.compiled(ref)
    made = documents.written(kept.result, service.kept_comparison(kept), language, form)
    return as_attachment(made.content, made.name, made.content_type)


@api.get("/statistics/reconciliation")
@access.requires("statistics.read")
@api.output(schemas.ReconciliationOut)
def reconciliation() -> dict[str, Any]:
    """List where the newest report's figures contradict the record or each other, or can be read in two ways."""
    return {"items": [as_record(finding) for finding in service.reconcile()]}


@api.post("/statistics/compilations")
@access.requires("statistics.read")
@idempotent
@api.input(schemas.CompilationIn)
@api.output(schemas.CompilationOut, status_code=202)
def ask_compilation(json_data: schemas.CompilationIn) -> Any:
    """Ask for a compilation that is kept; look at it again until its state is done."""
    asked = service.ask_compilation(start=json_data.start, end=json_data.end)
    return asked, 202, {"Location": url_for("api_statistics.compilation", ref=asked.public_id)}


@api.get("/statistics/compilations")
@access.requires("statistics.read")
@api.input(schemas.PageIn, location="query")
@api.output(schemas.CompilationsOut)
def compilations(query_data: schemas.PageIn) -> dict[str, Any]:
    """List what was compiled and kept, newest first."""
    page = queries.compilations(query_data.cursor)
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/statistics/compilations/<ref>")
@access.requires("statistics.read")
@api.output(schemas.KeptOut)
def compilation(ref: str) -> Any:
    """Get one compilation as it was kept."""
    return queries.compilation(ref)
