"""Coordinators say who teaches."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.forms import StaffForm
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.catalogue.pages.managing import shown
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.post("/coordinate/activities/<ref>/staff")
@access.requires("catalogue.manage")
def assign(ref: str) -> ResponseReturnValue:
    divisions, form = access.principal().divisions, StaffForm()
    if form.validate_on_submit() and form.attempt(
        service.assign_by_address, activity_ref=ref, divisions=divisions, email=form.email.data, role=form.role.data
    ):
        flash(_("The person is assigned."), "good")
        return redirect(url_for("catalogue.manage", ref=ref), 303)
    return shown(queries.managed_activity(ref, divisions), 422, staff_form=form)


@pages.post("/coordinate/activities/<ref>/staff/<person_ref>/remove")
@access.requires("catalogue.manage")
def unassign(ref: str, person_ref: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.unassign(
            activity_ref=ref, person_ref=person_ref, role=request.form.get("role", ""),
            divisions=access.principal().divisions,
        )  # fmt: skip
        flash(_("The person is no longer assigned."), "good")
    return redirect(url_for("catalogue.manage", ref=ref), 303)
