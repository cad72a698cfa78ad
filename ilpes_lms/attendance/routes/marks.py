"""Marks as JSON: set, cleared, all at once, taken back, with their history."""

from flask import make_response
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.service import Press
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core.ids import public_id
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version_if_told, tagged


@api.put("/class-sessions/<class_session_ref>/marks/<enrolment_ref>")
@access.requires("attendance.mark")
@api.input(schemas.MarkIn)
@api.output(schemas.RosterRowOut)
def mark(class_session_ref: str, enrolment_ref: str, json_data: schemas.MarkIn) -> ResponseReturnValue:
    """Mark a participant; with If-Match, a mark that somebody changed since is not overwritten ("0" is no mark)."""
    found = service.mark(
        class_session_ref=class_session_ref, enrolment_ref=enrolment_ref, press=_press(), viewer=viewer(),
        **json_data.model_dump(),
    )  # fmt: skip
    out = schemas.RosterRowOut.model_validate(found)
    return tagged(make_response(out.model_dump()), out.version)


@api.delete("/class-sessions/<class_session_ref>/marks/<enrolment_ref>")
@access.requires("attendance.mark")
@api.output({}, status_code=204)
def clear_mark(class_session_ref: str, enrolment_ref: str) -> str:
    """Take a mark back; with If-Match, not one that somebody changed since."""
    queries.check_class_session_visible(class_session_ref, viewer())
    service.clear_mark(class_session_ref=class_session_ref, enrolment_ref=enrolment_ref, press=_press())
    return ""


@api.get("/class-sessions/<class_session_ref>/marks/<enrolment_ref>/changes")
@access.requires("attendance.mark")
@api.output(schemas.MarkChangesOut)
def mark_changes(class_session_ref: str, enrolment_ref: str) -> schemas.MarkChangesOut:
    """Show what people did to a mark, the last first."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    row = queries.roster_row(class_session, enrolment_ref)
    return schemas.MarkChangesOut.of(row, queries.history(class_session, enrolment_ref))


@api.post("/class-sessions/<class_session_ref>/all-present")
@access.requires("attendance.mark")
@api.output(schemas.AllPresentOut)
def mark_all_present(class_session_ref: str) -> schemas.AllPresentOut:
    """Mark everyone present who has no mark yet; `deed` is what takes all of it back."""
    queries.check_class_session_visible(class_session_ref, viewer())
    deed = public_id()
    marked = service.mark_all_present(class_session_ref=class_session_ref, deed=deed)
    return schemas.AllPresentOut(marked=marked, deed=deed if marked else None)


@api.post("/class-sessions/<class_session_ref>/taken-back")
@access.requires("attendance.mark")
@idempotent
@api.input(schemas.DeedIn)
@api.output(schemas.TakenBackOut, status_code=201)
def take_back(class_session_ref: str, json_data: schemas.DeedIn) -> schemas.TakenBackOut:
    """Make the marks that a deed changed what they were; those that somebody changed since stay as they are."""
    queries.check_class_session_visible(class_session_ref, viewer())
    return schemas.TakenBackOut.model_validate(
        service.take_back(class_session_ref=class_session_ref, deed=json_data.deed)
    )


def _press() -> Press | None:
    seen = seen_version_if_told()
    return None if seen is None else Press(seen, public_id())
