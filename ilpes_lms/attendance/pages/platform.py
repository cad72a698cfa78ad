"""Exports of the learning platform: uploaded, columns said, decided about, applied, taken back."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.forms import NOBODY, ColumnsForm, ExportForm, MatchForm
from ilpes_lms.attendance.models import PlatformImport
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare

_OPEN_AT_ONCE, _SHOWN = 50, 300
_EXPORT = "/teach/activities/<activity_ref>/platform/<import_ref>"


@pages.route("/teach/activities/<activity_ref>/platform", methods=["GET", "POST"])
@access.requires("attendance.mark")
def exports(activity_ref: str) -> ResponseReturnValue:
    activity, form = queries.visible_activity(activity_ref, viewer()), ExportForm()
    if form.validate_on_submit() and form.attempt(
        service.preview_export, activity_ref=activity_ref, content=form.file.data.read()
    ):
        return _to(activity, form.result)
    found = queries.exports_of(activity.id)
    page = render_template(
        "attendance/exports.html", activity=activity, form=form, exports=found, states=rules.EXPORT_LABELS,
        kinds=rules.EXPORT_KINDS,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@pages.get(_EXPORT)
@access.requires("attendance.mark")
def export(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    activity, found = _visible(activity_ref, import_ref)
    response = make_response(_export_page(activity, found, _columns_form(found)))
    if "HX-Request" in request.headers and not found.is_under_way:
        # It is done: the page has more to show now than how far it is.
        response.headers["HX-Refresh"] = "true"
    return response


@pages.post(f"{_EXPORT}/columns")
@access.requires("attendance.mark")
def choose_columns(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    activity, found = _visible(activity_ref, import_ref)
    form = _columns_form(found)
    if form.validate_on_submit() and form.attempt(service.choose_columns, import_ref=import_ref, columns=form.columns):
        flash(_("Read anew by these columns; they are remembered for this activity."), "good")
        return _to(activity, found)
    return _export_page(activity, queries.export_in(import_ref, activity.id), form), 422


@pages.route(f"{_EXPORT}/people/<row_ref>", methods=["GET", "POST"])
@access.requires("attendance.mark")
def export_row(activity_ref: str, import_ref: str, row_ref: str) -> ResponseReturnValue:
    activity, found = _visible(activity_ref, import_ref)
    row, form = queries.export_row(found.id, row_ref), MatchForm()
    if form.validate_on_submit() and form.attempt(
        service.decide_about_row, import_ref=import_ref, row_ref=row_ref, enrolment_ref=form.enrolment_ref
    ):
        flash(_("Decided, and remembered for this activity."), "good")
        return _to(activity, found)
    known = queries.participants_known(activity.id)
    page = render_template(
        "attendance/export_row.html", activity=activity, found=found, row=row, form=form, known=known,
        likely=rules.suggestions([row.name], known), nobody=NOBODY,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@pages.post(f"{_EXPORT}/apply")
@access.requires("attendance.mark")
def apply_export(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    activity, found = _visible(activity_ref, import_ref)
    _try(service.apply_export, _("What the export says is on record, and outcomes follow."), import_ref)
    return _to(activity, found)


@pages.post(f"{_EXPORT}/undo")
@access.requires("attendance.mark")
def undo_export(activity_ref: str, import_ref: str) -> ResponseReturnValue:
    activity, found = _visible(activity_ref, import_ref)
    _try(service.undo_export, _("The export was taken back: what is on record is as it was without it."), import_ref)
    return _to(activity, found)


def _visible(activity_ref: str, import_ref: str) -> tuple[Activity, PlatformImport]:
    activity = queries.visible_activity(activity_ref, viewer())
    return activity, queries.export_in(import_ref, activity.id)


def _columns_form(found: PlatformImport) -> ColumnsForm:
    return ColumnsForm.showing(rules.columns_from(found.summary["columns"]), found.summary["labels"])


def _export_page(activity: Activity, found: PlatformImport, form: ColumnsForm) -> str:
    known, counts = queries.participants_known(activity.id), queries.standings_in_export(found.id)
    queue = queries.export_rows(found.id, standing="open", most=_OPEN_AT_ONCE)
    return render_template(
        "attendance/export.html", activity=activity, found=found, form=form, counts=counts,
        columns=rules.columns_from(found.summary["columns"]), states=rules.EXPORT_LABELS, kinds=rules.EXPORT_KINDS,
        standings=rules.STANDING_OF_REPORTED, names={one.enrolment_id: one.name for one in known}, nobody=NOBODY,
        queue=[(row, rules.suggestions([row.name], known)) for row in queue],
        open_number=counts["open"], rows=queries.export_rows(found.id, most=_SHOWN), **_changes(found),
    )  # fmt: skip


def _changes(found: PlatformImport) -> dict[str, Any]:
    """Return what applying an export would change, while that is still to be decided."""
    if found.state != "previewed":
        return {"effects": {}, "changes": []}
    changes = queries.export_changes(found)
    renewed = [one for one in changes if one.before is not None and one.before != one.after]
    return {"effects": queries.effects_on_records(changes), "changes": renewed[:_SHOWN]}


def _to(activity: Activity, found: PlatformImport) -> ResponseReturnValue:
    here = url_for("attendance.export", activity_ref=activity.public_id, import_ref=found.public_id)
    return redirect(here, 303)


def _try(verb: Any, said: str, import_ref: str) -> None:
    if not Bare().validate_on_submit():
        return
    try:
        # Of what the worker still does, the page shows how far it is: it is not said to be done.
        if not verb(import_ref=import_ref).is_under_way:
            flash(said, "good")
    except DomainError as refusal:
        flash(text_of(refusal), "wrong")
