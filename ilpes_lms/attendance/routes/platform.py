"""Exports of the learning platform as JSON."""

from flask import request

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent

_EXPORTS = "/activities/<activity_ref>/platform-exports"


@api.get(_EXPORTS)
@access.requires("attendance.mark")
@api.output(schemas.ExportsOut)
def exports(activity_ref: str) -> schemas.ExportsOut:
    """List an activity's exports, the newest first."""
    activity = queries.visible_activity(activity_ref, viewer())
    return schemas.ExportsOut(items=[schemas.ExportHeadOut.of(one) for one in queries.exports_of(activity.id)])


@api.post(_EXPORTS)
@access.requires("attendance.mark")
@idempotent
@api.output(schemas.ExportOut, status_code=201)
def read_export(activity_ref: str) -> schemas.ExportOut:
    """Read an export, sent as the body just as the platform wrote it; nothing else changes yet."""
    queries.visible_activity(activity_ref, viewer())
    found = service.preview_export(activity_ref=activity_ref, content=request.get_data())
    return schemas.ExportOut.of(found)


@api.get(f"{_EXPORTS}/<import_ref>")
@access.requires("attendance.mark")
@api.output(schemas.ExportOut)
def export(activity_ref: str, import_ref: str) -> schemas.ExportOut:
    """Show an export, its rows and how far it is applied."""
    return _told(activity_ref, import_ref)


@api.put(f"{_EXPORTS}/<import_ref>/columns")
@access.requires("attendance.mark")
@api.input(schemas.ColumnsIn)
@api.output(schemas.ExportOut)
def choose_columns(activity_ref: str, import_ref: str, json_data: schemas.ColumnsIn) -> schemas.ExportOut:
    """Say what its columns mean, by their labels; it is read anew, and the choice remembered for the activity."""
    _visible(activity_ref, import_ref)
    service.choose_columns(import_ref=import_ref, columns=json_data.columns())
    return _told(activity_ref, import_ref)


@api.put(f"{_EXPORTS}/<import_ref>/people/<row_ref>")
@access.requires("attendance.mark")
@api.input(schemas.MatchIn)
@api.output(schemas.ExportOut)
def decide_about_row(activity_ref: str, import_ref: str, row_ref: str, json_data: schemas.MatchIn) -> schemas.ExportOut:
    """Say whom a row is about; it is remembered for the activity."""
    _visible(activity_ref, import_ref)
    service.decide_about_row(import_ref=import_ref, row_ref=row_ref, enrolment_ref=json_data.enrolment)
    return _told(activity_ref, import_ref)


@api.post(f"{_EXPORTS}/<import_ref>/applications")
@access.requires("attendance.mark")
@idempotent
@api.output(schemas.ExportOut, status_code=201)
def apply_export(activity_ref: str, import_ref: str) -> schemas.ExportOut:
    """Take over what an export says; a large one goes on in the background."""
    _visible(activity_ref, import_ref)
    service.apply_export(import_ref=import_ref)
    return _told(activity_ref, import_ref)


@api.post(f"{_EXPORTS}/<import_ref>/withdrawals")
@access.requires("attendance.mark")
@idempotent
@api.output(schemas.ExportOut, status_code=201)
def undo_export(activity_ref: str, import_ref: str) -> schemas.ExportOut:
    """Take a whole export back."""
    _visible(activity_ref, import_ref)
    service.undo_export(import_ref=import_ref)
    return _told(activity_ref, import_ref)


def _visible(activity_ref: str, import_ref: str) -> None:
    queries.export_in(import_ref, queries.visible_activity(activity_ref, viewer()).id)


def _told(activity_ref: str, import_ref: str) -> schemas.ExportOut:
    activity = queries.visible_activity(activity_ref, viewer())
    return schemas.ExportOut.of(queries.export_in(import_ref, activity.id))
