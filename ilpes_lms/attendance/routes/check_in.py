"""Self check-in as JSON."""

from flask import request

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core.errors import NotFound
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent

_SCREEN = "/class-sessions/<class_session_ref>/check-in"


@api.get(_SCREEN)
@access.requires("attendance.mark")
@api.output(schemas.ScreenOut)
def check_in_screen(class_session_ref: str) -> schemas.ScreenOut:
    """Show the codes of this moment."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    return schemas.ScreenOut.of(queries.check_in_screen(class_session.id))


@api.put(_SCREEN)
@access.requires("attendance.mark")
@api.output(schemas.ScreenOut)
def open_check_in(class_session_ref: str) -> schemas.ScreenOut:
    """Open a class session's check-in until it ends."""
    queries.visible_class_session(class_session_ref, viewer())
    return schemas.ScreenOut.of(service.open_check_in(class_session_ref=class_session_ref))


@api.delete(_SCREEN)
@access.requires("attendance.mark")
@api.output({}, status_code=204)
def close_check_in(class_session_ref: str) -> str:
    """Close a class session's check-in."""
    queries.visible_class_session(class_session_ref, viewer())
    service.close_check_in(class_session_ref=class_session_ref)
    return ""


@api.get("/class-sessions/<class_session_ref>/check-ins")
@access.requires("attendance.mark")
@api.output(schemas.CheckInsOut)
def check_ins(class_session_ref: str) -> schemas.CheckInsOut:
    """List who checked in, with what deserves a look; neither devices nor addresses are told."""
    found = queries.check_ins(queries.visible_class_session(class_session_ref, viewer()).id)
    return schemas.CheckInsOut(items=[schemas.CheckedInOut.of(one) for one in found])


@api.post("/check-ins")
@access.signed_in
@idempotent
@api.input(schemas.CheckInIn)
@api.output(schemas.CheckInOut, status_code=201)
def check_in(json_data: schemas.CheckInIn) -> schemas.CheckInOut:
    """Check in by the code on the screen; it tells which of one's class sessions it is."""
    who = access.principal()
    if who.person_id is None:
        raise NotFound
    mark = service.check_in(
        code=json_data.code, person_id=who.person_id, account_ref=who.public_id,
        device=request.headers.get("User-Agent", ""), address=request.remote_addr or "",
    )  # fmt: skip
    return schemas.CheckInOut.of(mark)
