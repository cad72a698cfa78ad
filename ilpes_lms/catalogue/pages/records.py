"""Coordinators switch how an activity's people are on record, and see before what that does to the figures."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, rules, service
from ilpes_lms.catalogue.details import Figure, figures_of
from ilpes_lms.catalogue.forms import RecordForm
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.catalogue.pages.editing import seen_version
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError, Stale
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.errors import text_of


@pages.get("/coordinate/activities/<ref>/record")
@access.requires("catalogue.manage")
def record(ref: str) -> ResponseReturnValue:
    activity = queries.managed_outline(ref, access.principal().divisions)
    page_takes(record=rules.switches(activity.record))
    wanted = request.args.get("record", "")
    form = RecordForm(formdata=None, data={"version": activity.version, "record": wanted})
    return _page(activity, form, wanted)


@pages.post("/coordinate/activities/<ref>/record")
@access.requires("catalogue.manage")
def switch_record(ref: str) -> ResponseReturnValue:
    form, divisions = RecordForm(), access.principal().divisions
    wanted = form.record.data or ""
    if not form.validate_on_submit():
        return _page(queries.managed_outline(ref, divisions), form, wanted, 422)
    try:
        service.switch_record(
            activity_ref=ref, version=seen_version(form), record=wanted, reason=form.reason.data or "",
            divisions=divisions,
        )  # fmt: skip
    except Stale:
        return _conflict(queries.managed_outline(ref, divisions), form, wanted)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(queries.managed_outline(ref, divisions), form, wanted, 422)
    flash(_("Switched. The reason stands in the history."), "good")
    return redirect(url_for("catalogue.record", ref=ref), 303)


def _conflict(activity: Activity, form: RecordForm, wanted: str) -> ResponseReturnValue:
    # With what stands now on the page, to send the form again is a decision made in knowledge of it.
    form.version.data = activity.version
    return _page(activity, form, wanted, 409, changed=True)


def _page(
    activity: Activity, form: RecordForm, wanted: str, status: int = 200, *, changed: bool = False
) -> ResponseReturnValue:
    figures, refused = _foreseen(activity, wanted) if wanted in rules.switches(activity.record) else (None, "")
    page = render_template(
        "catalogue/record.html", activity=activity, form=form, page=overview_of(activity, clock.now()),
        changed=changed, history=queries.record_changes(activity.id), choices=rules.switches(activity.record),
        labels=rules.RECORD_LABELS, wanted=wanted, refused=refused, figures=figures,
    )  # fmt: skip
    return page, 422 if refused else status


def _foreseen(activity: Activity, wanted: str) -> tuple[Sequence[Figure] | None, str]:
    """Return what a switch does to the figures, or why it can't be made."""
    try:
        found = service.foresee_switch(
            activity_ref=activity.public_id, record=wanted, divisions=access.principal().divisions
        )
    except DomainError as refusal:
        return None, text_of(refusal)
    return figures_of(found.before, found.after), ""
