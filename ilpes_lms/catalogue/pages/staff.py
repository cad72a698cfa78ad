"""Coordinators say who teaches."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, rules, service
from ilpes_lms.catalogue.forms import StaffForm
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.route("/coordinate/activities/<ref>/staff", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def staff(ref: str) -> ResponseReturnValue:
    divisions, form = access.principal().divisions, StaffForm()
    activity = queries.managed_outline(ref, divisions)
    if form.validate_on_submit() and form.attempt(
        service.assign_by_address, activity_ref=ref, divisions=divisions, email=form.email.data, role=form.role.data
    ):
        flash(_("The person is assigned."), "good")
        return redirect(url_for("catalogue.staff", ref=ref), 303)
    page = render_template("catalogue/staff.html", activity=activity, page=overview_of(activity, clock.now()),
                           staff=queries.staff_of(activity.id), roles=rules.ASSIGNMENT_LABELS, form=form)  # fmt: skip
    return page, 422 if form.errors else 200


@pages.post("/coordinate/activities/<ref>/staff/<person_ref>/remove")
@access.requires("catalogue.manage")
def unassign(ref: str, person_ref: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.unassign(
            activity_ref=ref, person_ref=person_ref, role=request.form.get("role", ""),
            divisions=access.principal().divisions,
        )  # fmt: skip
        flash(_("The person is no longer assigned."), "good")
    return redirect(url_for("catalogue.staff", ref=ref), 303)
