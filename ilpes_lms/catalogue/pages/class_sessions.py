"""Coordinators add class sessions, move them, call them off, and take out what was a mistake."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.details import shown_session
from ilpes_lms.catalogue.forms import ClassSessionForm, data_of_session
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.core.errors import Conflict
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare


@pages.route("/coordinate/activities/<ref>/class-sessions", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def class_sessions(ref: str) -> ResponseReturnValue:
    divisions, now = access.principal().divisions, clock.now()
    activity = queries.managed_outline(ref, divisions)
    form = ClassSessionForm(data={"zone": activity.zone})
    if form.validate_on_submit() and form.attempt(
        service.add_class_session, activity_ref=ref, divisions=divisions, **form.values()
    ):
        flash(_("The class session is added."), "good")
        return redirect(url_for("catalogue.class_sessions", ref=ref), 303)
    sessions = [(session, shown_session(session, now)) for session in activity.class_sessions]
    page = render_template("catalogue/class_sessions.html", activity=activity, page=overview_of(activity, now),
                           sessions=sessions, form=form)  # fmt: skip
    return page, 422 if form.errors else 200


@pages.route("/coordinate/class-sessions/<class_session_ref>/edit", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def edit_class_session(class_session_ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    session = queries.class_session(class_session_ref)
    activity = queries.managed_outline(session.activity.public_id, divisions)
    form = ClassSessionForm(data=data_of_session(session))
    if form.validate_on_submit() and form.attempt(
        service.edit_class_session, class_session_ref=class_session_ref, divisions=divisions, **form.values()
    ):
        flash(_("Saved."), "good")
        return redirect(url_for("catalogue.class_sessions", ref=activity.public_id), 303)
    overview = overview_of(activity, clock.now())
    page = render_template("catalogue/class_session.html", activity=activity, page=overview, form=form)
    return page, 422 if form.errors else 200


@pages.post("/coordinate/class-sessions/<class_session_ref>/cancel")
@access.requires("catalogue.manage")
def cancel_class_session(class_session_ref: str) -> ResponseReturnValue:
    return _done(class_session_ref, service.cancel_class_session, _("The class session is cancelled."))


@pages.post("/coordinate/class-sessions/<class_session_ref>/remove")
@access.requires("catalogue.manage")
def remove_class_session(class_session_ref: str) -> ResponseReturnValue:
    return _done(class_session_ref, service.remove_class_session, _("The class session is removed."))


def _done(class_session_ref: str, deed: Callable[..., Any], said: str) -> ResponseReturnValue:
    """Do something to a class session that may be refused, say what became of it, and go back to the list."""
    divisions = access.principal().divisions
    activity = queries.managed_outline(queries.class_session(class_session_ref).activity.public_id, divisions)
    back = redirect(url_for("catalogue.class_sessions", ref=activity.public_id), 303)
    if Bare().validate_on_submit():
        try:
            deed(class_session_ref=class_session_ref, divisions=divisions)
            flash(said, "good")
        except Conflict as refusal:
            flash(text_of(refusal), "wrong")
    return back
