"""Coordinators divide an activity into modules with hours of their own."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.details import shown_session
from ilpes_lms.catalogue.forms import ModuleForm, data_of_module
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.route("/coordinate/activities/<ref>/modules", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def modules(ref: str) -> ResponseReturnValue:
    activity = queries.managed_outline(ref, access.principal().divisions)
    form = _form(activity)
    if form.validate_on_submit() and form.attempt(
        service.add_module, activity_ref=ref, divisions=access.principal().divisions, **form.values()
    ):
        flash(_("The module is added."), "good")
        return _to_modules(ref)
    return _page(ref, form), 422 if form.errors or form.form_errors else 200


@pages.route("/coordinate/activities/<ref>/modules/<module_ref>", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def module(ref: str, module_ref: str) -> ResponseReturnValue:
    activity = queries.managed_outline(ref, access.principal().divisions)
    found = queries.module_in(activity, module_ref)
    form = _form(activity, data=data_of_module(found, queries.class_sessions(activity.id)))
    if form.validate_on_submit() and form.attempt(
        service.change_module, activity_ref=ref, module_ref=module_ref, divisions=access.principal().divisions,
        **form.values(),
    ):  # fmt: skip
        flash(_("Saved."), "good")
        return _to_modules(ref)
    return _page(ref, form, changing=module_ref), 422 if form.errors or form.form_errors else 200


@pages.post("/coordinate/activities/<ref>/modules/<module_ref>/<any(up, down):direction>")
@access.requires("catalogue.manage")
def move_module(ref: str, module_ref: str, direction: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.move_module(
            activity_ref=ref, module_ref=module_ref, direction="up" if direction == "up" else "down",
            divisions=access.principal().divisions,
        )  # fmt: skip
    return _to_modules(ref)


@pages.post("/coordinate/activities/<ref>/modules/<module_ref>/remove")
@access.requires("catalogue.manage")
def remove_module(ref: str, module_ref: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.remove_module(activity_ref=ref, module_ref=module_ref, divisions=access.principal().divisions)
        flash(_("The module is removed; its class sessions stay."), "good")
    return _to_modules(ref)


def _form(activity: Activity, **given: Any) -> ModuleForm:
    form, now = ModuleForm(**given), clock.now()
    sessions = [one for one in queries.class_sessions(activity.id) if one.status == "scheduled"]
    form.class_sessions.choices = [
        (one.public_id, f"{one.number}. {one.title} {shown_session(one, now).here}") for one in sessions
    ]
    return form


def _page(ref: str, form: ModuleForm, *, changing: str | None = None) -> str:
    activity = queries.managed_outline(ref, access.principal().divisions)
    found, sessions = queries.modules_of(activity.id), queries.class_sessions(activity.id)
    return render_template(
        "catalogue/modules.html", activity=activity, page=overview_of(activity, clock.now()), form=form,
        changing=next((one for one in found if one.public_id == changing), None), modules=found,
        numbers={one.id: [s.number for s in sessions if s.module_id == one.id] for one in found},
        planned=sum(one.hours or 0 for one in found),
    )  # fmt: skip


def _to_modules(ref: str) -> ResponseReturnValue:
    return redirect(url_for("catalogue.modules", ref=ref), 303)
