"""Coordinators add class sessions and call them off."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.details import shown_session
from ilpes_lms.catalogue.errors import ClassSessionOver
from ilpes_lms.catalogue.forms import ClassSessionForm
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
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
        service.add_class_session, activity_ref=ref, divisions=divisions, starts_wall=form.starts_wall.data,
        minutes=form.minutes.data, zone=form.zone.data, title=form.title.data, joining_link=form.joining_link.data,
    ):  # fmt: skip
        flash(_("The class session is added."), "good")
        return redirect(url_for("catalogue.class_sessions", ref=ref), 303)
    sessions = [(session, shown_session(session, now)) for session in activity.class_sessions]
    page = render_template("catalogue/class_sessions.html", activity=activity, page=overview_of(activity, now),
                           sessions=sessions, form=form)  # fmt: skip
    return page, 422 if form.errors else 200


@pages.post("/coordinate/class-sessions/<class_session_ref>/cancel")
@access.requires("catalogue.manage")
def cancel_class_session(class_session_ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    activity_ref = queries.class_session(class_session_ref).activity.public_id
    queries.managed_outline(activity_ref, divisions)
    if Bare().validate_on_submit():
        try:
            service.cancel_class_session(class_session_ref=class_session_ref, divisions=divisions)
            flash(_("The class session is cancelled."), "good")
        except ClassSessionOver as refusal:
            flash(text_of(refusal), "wrong")
    return redirect(url_for("catalogue.class_sessions", ref=activity_ref), 303)
