"""Reports of meeting platforms as JSON."""

from flask import request

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent

_REPORTS = "/class-sessions/<class_session_ref>/reports"


@api.post(_REPORTS)
@access.requires("attendance.mark")
@idempotent
@api.input(schemas.ReportQuery, location="query")
@api.output(schemas.ReportOut, status_code=201)
def read_report(class_session_ref: str, query_data: schemas.ReportQuery) -> schemas.ReportOut:
    """Read a report, sent as the body just as the platform wrote it; no mark changes yet."""
    queries.visible_class_session(class_session_ref, viewer())
    found = service.preview_report(
        class_session_ref=class_session_ref, content=request.get_data(), **query_data.model_dump()
    )
    return schemas.ReportOut.of(found)


@api.get(_REPORTS)
@access.requires("attendance.mark")
@api.output(schemas.ReportsOut)
def reports(class_session_ref: str) -> schemas.ReportsOut:
    """List the reports of a class session, the newest first."""
    found = queries.imports_of(queries.visible_class_session(class_session_ref, viewer()).id)
    return schemas.ReportsOut(items=[schemas.ReportHeadOut.of(one) for one in found])


@api.get(f"{_REPORTS}/<import_ref>")
@access.requires("attendance.mark")
@api.output(schemas.ReportOut)
def report(class_session_ref: str, import_ref: str) -> schemas.ReportOut:
    """Show a report, its people and how far it is applied."""
    return _told(class_session_ref, import_ref)


@api.get(f"{_REPORTS}/<import_ref>/progress")
@access.requires("attendance.mark")
@api.output(schemas.ReportProgressOut)
def report_progress(class_session_ref: str, import_ref: str) -> schemas.ReportProgressOut:
    """Tell how far a report is applied, without its people."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return schemas.ReportProgressOut.of(queries.head_in(import_ref, class_session.id))


@api.put(f"{_REPORTS}/<import_ref>/people/<person_ref>")
@access.requires("attendance.mark")
@api.input(schemas.MatchIn)
@api.output(schemas.ReportOut)
def decide_about(
    class_session_ref: str, import_ref: str, person_ref: str, json_data: schemas.MatchIn
) -> schemas.ReportOut:
    """Say whose presence a line is; it is remembered for the activity."""
    _visible(class_session_ref, import_ref)
    service.decide_about(import_ref=import_ref, person_ref=person_ref, enrolment_ref=json_data.enrolment)
    return _told(class_session_ref, import_ref)


@api.post(f"{_REPORTS}/<import_ref>/applications")
@access.requires("attendance.mark")
@idempotent
@api.output(schemas.ReportOut, status_code=201)
def apply_report(class_session_ref: str, import_ref: str) -> schemas.ReportOut:
    """Mark the participants that a report tells of; a large one goes on in the background."""
    _visible(class_session_ref, import_ref)
    service.apply_report(import_ref=import_ref)
    return _told(class_session_ref, import_ref)


@api.post(f"{_REPORTS}/<import_ref>/withdrawals")
@access.requires("attendance.mark")
@idempotent
@api.output(schemas.ReportOut, status_code=201)
def undo_report(class_session_ref: str, import_ref: str) -> schemas.ReportOut:
    """Take a whole import back."""
    _visible(class_session_ref, import_ref)
    service.undo_report(import_ref=import_ref)
    return _told(class_session_ref, import_ref)


@api.get("/class-sessions/<class_session_ref>/disagreements")
@access.requires("attendance.mark")
@api.output(schemas.DisagreementsOut)
def disagreements(class_session_ref: str) -> schemas.DisagreementsOut:
    """List where a report says otherwise than a mark that a person set."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    found = queries.disagreements(class_session.id)
    return schemas.DisagreementsOut(items=[schemas.DisagreementOut.of(said) for said in found])


@api.put("/class-sessions/<class_session_ref>/disagreements/<disagreement_ref>")
@access.requires("attendance.mark")
@api.input(schemas.SettleIn)
@api.output(schemas.DisagreementsOut)
def settle(class_session_ref: str, disagreement_ref: str, json_data: schemas.SettleIn) -> schemas.DisagreementsOut:
    """Take the report's word, or let the mark stand."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    service.settle_disagreement(
        disagreement_ref=disagreement_ref, class_session_ref=class_session_ref, take=json_data.take
    )
    found = queries.disagreements(class_session.id)
    return schemas.DisagreementsOut(items=[schemas.DisagreementOut.of(said) for said in found])


def _visible(class_session_ref: str, import_ref: str) -> None:
    queries.import_in(import_ref, queries.visible_class_session(class_session_ref, viewer()).id)


def _told(class_session_ref: str, import_ref: str) -> schemas.ReportOut:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return schemas.ReportOut.of(queries.import_in(import_ref, class_session.id))
