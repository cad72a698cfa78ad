"""Coordinators add class sessions and call them off."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.errors import ClassSessionOver
from ilpes_lms.catalogue.forms import ClassSessionForm
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.catalogue.pages.managing import shown
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare


@pages.post("/coordinate/activities/<ref>/class-sessions")
@access.requires("catalogue.manage")
def add_class_session(ref: str) -> ResponseReturnValue:
    divisions, form = access.principal().divisions, ClassSessionForm()
    if form.validate_on_submit() and form.attempt(
        service.add_class_session, activity_ref=ref, divisions=divisions, starts_wall=form.starts_wall.data,
        minutes=form.minutes.data, zone=form.zone.data, title=form.title.data, joining_link=form.joining_link.data,
    ):  # fmt: skip
        flash(_("The class session is added."), "good")
        return redirect(url_for("catalogue.manage", ref=ref), 303)
    return shown(queries.managed_activity(ref, divisions), 422, session_form=form)


@pages.post("/coordinate/class-sessions/<class_session_ref>/cancel")
@access.requires("catalogue.manage")
def cancel_class_session(class_session_ref: str) -> ResponseReturnValue:
    session = queries.class_session(class_session_ref)
    activity = queries.managed_activity(session.activity.public_id, access.principal().divisions)
    if Bare().validate_on_submit():
        try:
            service.cancel_class_session(class_session_ref=class_session_ref, divisions=access.principal().divisions)
            flash(_("The class session is cancelled."), "good")
        except ClassSessionOver as refusal:
            flash(text_of(refusal), "wrong")
    return redirect(url_for("catalogue.manage", ref=activity.public_id), 303)
