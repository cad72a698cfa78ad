"""People in a report whom nobody registered, as JSON."""

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent

_REPORT = "/class-sessions/<class_session_ref>/reports/<import_ref>"


@api.get(f"{_REPORT}/walk-ins")
@access.requires("attendance.walk_ins")
@api.output(schemas.WalkInsOut)
def walk_ins(class_session_ref: str, import_ref: str) -> schemas.WalkInsOut:
    """Show how many people nobody registered a report shows, and what is known of the consent of those counted."""
    return _told(class_session_ref, import_ref)


@api.post(f"{_REPORT}/walk-ins")
@access.requires("attendance.walk_ins")
@idempotent
@api.input(schemas.WalkInsIn)
@api.output(schemas.WalkInsOut, status_code=201)
def count_walk_ins(class_session_ref: str, import_ref: str, json_data: schemas.WalkInsIn) -> schemas.WalkInsOut:
    """Make participations without an account of the people nobody registered."""
    _told(class_session_ref, import_ref)
    service.count_walk_ins(import_ref=import_ref, **json_data.model_dump())
    return _told(class_session_ref, import_ref)


@api.post(f"{_REPORT}/headcounts")
@access.requires("catalogue.manage")
@idempotent
@api.output(schemas.ReportHeadcountOut, status_code=201)
def count_by_headcount(class_session_ref: str, import_ref: str) -> schemas.ReportHeadcountOut:
    """Give an activity without people on record the headcount that a report shows, and close it."""
    _told(class_session_ref, import_ref)
    divisions = access.principal().divisions
    return schemas.ReportHeadcountOut(not_stated=service.count_by_headcount(import_ref=import_ref, divisions=divisions))


def _told(class_session_ref: str, import_ref: str) -> schemas.WalkInsOut:
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return schemas.WalkInsOut.of(queries.head_in(import_ref, class_session.id))
