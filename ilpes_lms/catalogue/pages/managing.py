"""Coordinators' overview of one activity and of all, and the steps of an activity's life."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, rules, service
from ilpes_lms.catalogue.errors import StepNotPossible
from ilpes_lms.catalogue.overview import overview_of, rows_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare

_DONE = {
    "publish": N_("Published: everyone can see it now."),
    "close": N_("Closed: it takes nobody any more."),
    "reopen": N_("It is open again."),
    "archive": N_("Archived."),
    "cancel": N_("Cancelled."),
}


@pages.get("/coordinate/activities")
@access.requires("catalogue.manage")
def managed() -> ResponseReturnValue:
    page_takes(q=None, cursor=None, status=rules.STATUSES, kind=rules.KINDS)
    status = request.args.get("status") if request.args.get("status") in rules.STATUSES else None
    kind = request.args.get("kind") if request.args.get("kind") in rules.KINDS else None
    text = request.args.get("q", "").strip()
    found = queries.managed_list(
        access.principal().divisions, status=status, kind=kind, text=text, cursor=request.args.get("cursor")
    )
    return render_template(
        "catalogue/managed.html", rows=rows_of(found.items), next_cursor=found.next_cursor, status=status, kind=kind,
        text=text, statuses=rules.STATUS_LABELS, kinds=rules.KIND_LABELS,
    )  # fmt: skip


@pages.get("/coordinate/activities/<ref>")
@access.requires("catalogue.manage")
def manage(ref: str) -> ResponseReturnValue:
    activity = queries.managed_outline(ref, access.principal().divisions)
    overview = overview_of(activity, clock.now())
    return render_template("catalogue/manage.html", activity=activity, page=overview)


@pages.post("/coordinate/activities/<ref>/<any(publish, close, reopen, archive, cancel):step>")
@access.requires("catalogue.manage")
def take_step(ref: str, step: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        try:
            service.take_step(activity_ref=ref, step=step, divisions=access.principal().divisions)
            flash(_(_DONE[step]), "good")
        except StepNotPossible as refusal:
            flash(text_of(refusal), "wrong")
    return redirect(url_for("catalogue.manage", ref=ref), 303)


@pages.post("/coordinate/activities/<ref>/clone")
@access.requires("catalogue.manage")
def clone(ref: str) -> ResponseReturnValue:
    if not Bare().validate_on_submit():
        return redirect(url_for("catalogue.manage", ref=ref), 303)
    copy = service.clone(activity_ref=ref, divisions=access.principal().divisions)
    flash(_("This is the copy, one year later to the weekday. Check its dates before you publish it."), "good")
    return redirect(url_for("catalogue.edit", ref=copy.public_id), 303)
