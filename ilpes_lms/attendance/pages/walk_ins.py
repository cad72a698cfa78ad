"""People in a report whom nobody registered: counted one by one, or by a headcount."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, service
from ilpes_lms.attendance.forms import WalkInsForm
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import ngettext

_REPORT = "/teach/class-sessions/<class_session_ref>/reports/<import_ref>"


@pages.post(f"{_REPORT}/walk-ins")
@access.requires("attendance.walk_ins")
def count_walk_ins(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    _check_visible(class_session_ref, import_ref)
    form = WalkInsForm()
    if form.validate_on_submit() and form.attempt(
        service.count_walk_ins, import_ref=import_ref, ask=form.ask.data, despite_likely=form.despite_likely.data
    ):
        text = ngettext("%(num)s participation was counted.", "%(num)s participations were counted.", form.result)
        flash(text, "good" if form.result else "info")
    return _back(class_session_ref, import_ref, form.form_errors)


@pages.post(f"{_REPORT}/headcount")
@access.requires("catalogue.manage")
def count_by_headcount(class_session_ref: str, import_ref: str) -> ResponseReturnValue:
    _check_visible(class_session_ref, import_ref)
    form, divisions = Bare(), access.principal().divisions
    if form.validate_on_submit() and form.attempt(
        service.count_by_headcount, import_ref=import_ref, divisions=divisions
    ):
        flash(_("The headcount is recorded, and the activity is closed."), "good")
    return _back(class_session_ref, import_ref, form.form_errors)


def _check_visible(class_session_ref: str, import_ref: str) -> None:
    queries.head_in(import_ref, queries.visible_class_session(class_session_ref, viewer()).id)


def _back(class_session_ref: str, import_ref: str, refused: Sequence[str]) -> ResponseReturnValue:
    for text in refused:
        flash(str(text), "wrong")
    return redirect(url_for("attendance.report", class_session_ref=class_session_ref, import_ref=import_ref), 303)
