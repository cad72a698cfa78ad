"""Coordinators of all divisions enter what earlier documents printed, and see it as a release first."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.statistics.publications import service
from ilpes_lms.statistics.publications.forms import FIGURES, PrintedForm
from ilpes_lms.statistics.publications.rules import ROW_LABELS
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.releases.display import PrintedShown, would_change
from ilpes_lms.statistics.releases.service import Preview
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("publications", __name__, enable_openapi=False)


@pages.get("/coordinate/statistics/publications/new")
@access.requires("statistics.publish")
def new() -> ResponseReturnValue:
    page_takes()
    return _form(PrintedForm(formdata=None), 200)


@pages.post("/coordinate/statistics/publications/check")
@access.requires("statistics.publish")
def check() -> ResponseReturnValue:
    form = PrintedForm()
    if form.validate_on_submit() and form.attempt(
        service.foresee, found=form.publication(), reason=form.reason.data or ""
    ):
        return _checked(form, form.result)
    return _form(form, 422)


@pages.post("/coordinate/statistics/publications/new")
@access.requires("statistics.publish")
def enter() -> ResponseReturnValue:
    form = PrintedForm()
    if form.validate_on_submit() and form.attempt(
        service.enter, found=form.publication(), reason=form.reason.data or "",
        divisions=access.principal().divisions,
    ):  # fmt: skip
        flash(_("The figures are entered as published. They do not move any more."), "good")
        return redirect(url_for("releases.release", ref=form.result.public_id), 303)
    return _form(form, 422)


def _form(form: PrintedForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "statistics/publications/new.html", form=form, figures=FIGURES, rows=ROW_LABELS,
        may_publish=not access.principal().divisions, standing=queries.standing_of(form["from"].data, form.to.data),
    )  # fmt: skip
    return page, status


def _checked(form: PrintedForm, found: Preview) -> ResponseReturnValue:
    return render_template(
        "statistics/publications/check.html", form=form, found=found, shown=PrintedShown(found.statistics),
        changes=would_change(found),
    )  # fmt: skip
