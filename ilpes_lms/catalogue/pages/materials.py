"""Coordinators say what participants need: links, in an order."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.forms import MaterialForm
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.route("/coordinate/activities/<ref>/materials", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def materials(ref: str) -> ResponseReturnValue:
    divisions, form = access.principal().divisions, MaterialForm()
    activity = queries.managed_outline(ref, divisions)
    if form.validate_on_submit() and form.attempt(
        service.add_material, activity_ref=ref, title=form.title.data, link=form.link.data, divisions=divisions
    ):
        flash(_("The material is added. Those who have a place see it at once."), "good")
        return _to_materials(ref)
    return _page(activity, form), 422 if form.errors else 200


@pages.route("/coordinate/activities/<ref>/materials/<material_ref>", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def material(ref: str, material_ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    activity = queries.managed_outline(ref, divisions)
    found = queries.material_in(activity, material_ref)
    form = MaterialForm(data={"title": found.title, "link": found.link})
    changes = {"title": form.title.data or "", "link": form.link.data or ""}
    if form.validate_on_submit() and form.attempt(
        service.change_material, activity_ref=ref, material_ref=material_ref, divisions=divisions, **changes
    ):
        flash(_("Saved."), "good")
        return _to_materials(ref)
    return _page(activity, form, changing=found), 422 if form.errors else 200


@pages.post("/coordinate/activities/<ref>/materials/<material_ref>/<any(up, down):direction>")
@access.requires("catalogue.manage")
def move_material(ref: str, material_ref: str, direction: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.move_material(
            activity_ref=ref, material_ref=material_ref, direction="up" if direction == "up" else "down",
            divisions=access.principal().divisions,
        )  # fmt: skip
    return _to_materials(ref)


@pages.post("/coordinate/activities/<ref>/materials/<material_ref>/remove")
@access.requires("catalogue.manage")
def remove_material(ref: str, material_ref: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.remove_material(
            activity_ref=ref, material_ref=material_ref, divisions=access.principal().divisions
        )  # fmt: skip
        flash(_("The material is removed."), "good")
    return _to_materials(ref)


def _page(activity: Activity, form: MaterialForm, **more: object) -> str:
    return render_template(
        "catalogue/materials.html", activity=activity, page=overview_of(activity, clock.now()), form=form, **more
    )


def _to_materials(ref: str) -> ResponseReturnValue:
    return redirect(url_for("catalogue.materials", ref=ref), 303)
