"""Coordinators and instructors add class sessions, move them, call them off, and take out what was a mistake."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.details import shown_session
from ilpes_lms.catalogue.forms import (
    CalledOffForm,
    ClassSessionForm,
    MovedSessionForm,
    PatternForm,
    data_of_session,
)
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.catalogue.planning import shown_days
from ilpes_lms.catalogue.viewer import scheduler
from ilpes_lms.core import clock
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form
from ilpes_lms.web.i18n import ngettext


@pages.route("/coordinate/activities/<ref>/class-sessions", methods=["GET", "POST"])
@access.requires("catalogue.schedule")
def class_sessions(ref: str) -> ResponseReturnValue:
    now = clock.now()
    activity = queries.scheduled_outline(ref, **scheduler())
    form = ClassSessionForm(data={"zone": activity.zone})
    if form.validate_on_submit() and form.attempt(
        service.add_class_session, activity_ref=ref, **scheduler(), **form.values()
    ):
        flash(_("The class session is added."), "good")
        return redirect(url_for("catalogue.class_sessions", ref=ref), 303)
    sessions = [(session, shown_session(session, now)) for session in activity.class_sessions]
    page = render_template("catalogue/class_sessions.html", activity=activity, page=overview_of(activity, now),
                           sessions=sessions, form=form)  # fmt: skip
    return page, 422 if form.errors else 200


@pages.route("/coordinate/activities/<ref>/class-sessions/pattern", methods=["GET", "POST"])
@access.requires("catalogue.schedule")
def pattern(ref: str) -> ResponseReturnValue:
    activity = queries.scheduled_outline(ref, **scheduler())
    form = PatternForm(activity.country, data=_usual(activity))
    shown = _shown(activity, form)
    if shown and form.expected.data and form.attempt(_added, ref=ref, form=form):
        flash(_said_added(len(form.result)), "good")
        return redirect(url_for("catalogue.class_sessions", ref=ref), 303)
    # What is confirmed next is what is shown now.
    form.expected.data = shown.tag if shown else ""
    page = render_template("catalogue/pattern.html", activity=activity, page=overview_of(activity, clock.now()),
                           form=form, days=shown_days(shown), plan=shown)  # fmt: skip
    return page, 422 if form.errors else 200


@pages.route("/coordinate/class-sessions/<class_session_ref>/edit", methods=["GET", "POST"])
@access.requires("catalogue.schedule")
def edit_class_session(class_session_ref: str) -> ResponseReturnValue:
    session = queries.class_session(class_session_ref)
    activity = queries.scheduled_outline(session.activity.public_id, **scheduler())
    form = MovedSessionForm(data=data_of_session(session))
    if form.validate_on_submit() and form.attempt(
        service.edit_class_session, class_session_ref=class_session_ref, **scheduler(), **form.values()
    ):
        flash(_("Saved."), "good")
        return redirect(url_for("catalogue.class_sessions", ref=activity.public_id), 303)
    overview = overview_of(activity, clock.now())
    page = render_template("catalogue/class_session.html", activity=activity, page=overview, form=form)
    return page, 422 if form.errors else 200


@pages.post("/coordinate/class-sessions/<class_session_ref>/cancel")
@access.requires("catalogue.schedule")
def cancel_class_session(class_session_ref: str) -> ResponseReturnValue:
    form = CalledOffForm()
    said = _("The class session is cancelled. Everyone with a place gets a letter.")
    return _done(class_session_ref, form, partial(service.cancel_class_session, reason=form.reason.data or ""), said)


@pages.post("/coordinate/class-sessions/<class_session_ref>/remove")
@access.requires("catalogue.schedule")
def remove_class_session(class_session_ref: str) -> ResponseReturnValue:
    return _done(class_session_ref, Bare(), service.remove_class_session, _("The class session is removed."))


def _done(class_session_ref: str, form: Form, deed: Callable[..., Any], said: str) -> ResponseReturnValue:
    """Do something to a class session that may be refused, say what became of it, and go back to the list."""
    activity = queries.scheduled_outline(queries.class_session(class_session_ref).activity.public_id, **scheduler())
    if form.validate_on_submit() and form.attempt(deed, class_session_ref=class_session_ref, **scheduler()):
        flash(said, "good")
    for text in form.form_errors:
        flash(text, "wrong")
    return redirect(url_for("catalogue.class_sessions", ref=activity.public_id), 303)


def _usual(activity: Activity) -> dict[str, Any]:
    return {"zone": activity.zone, "first": activity.starts_on, "last": activity.ends_on}


def _shown(activity: Activity, form: PatternForm) -> service.Plan | None:
    """Return what the pattern that was typed would add, None where nothing was typed or something is wrong with it."""
    if form.validate_on_submit() and form.attempt(_planned, activity=activity, form=form):
        plan: service.Plan = form.result
        return plan
    return None


def _planned(activity: Activity, form: PatternForm) -> service.Plan:
    return service.plan(activity, form.pattern(), **form.options())


def _added(ref: str, form: PatternForm) -> list[ClassSession]:
    return service.add_pattern(
        activity_ref=ref, pattern=form.pattern(), expected=form.expected.data, **scheduler(), **form.options(),
        **form.details(),
    )  # fmt: skip


def _said_added(number: int) -> str:
    if not number:
        return str(_("All of them were there already; nothing was added."))
    return str(ngettext("%(num)s class session was added.", "%(num)s class sessions were added.", number))
