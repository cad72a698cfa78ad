"""Coordinators say how many took part where the people are not on record here."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries, service
from ilpes_lms.catalogue.forms import HeadcountForm
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.catalogue.pages.editing import seen_version
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError, Stale
from ilpes_lms.web import access


@pages.route("/coordinate/activities/<ref>/headcount", methods=["GET", "POST"])
@access.requires("catalogue.manage")
def headcount(ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    activity = queries.managed_outline(ref, divisions)
    form = HeadcountForm(data=_on_record(activity))
    if not form.validate_on_submit():
        return _page(activity, form, 422 if form.errors else 200)
    try:
        service.close_with_headcount(activity_ref=ref, version=seen_version(form), divisions=divisions, **form.values())
    except Stale:
        return _conflict(queries.managed_outline(ref, divisions), form)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(queries.managed_outline(ref, divisions), form, 422)
    flash(_("The headcount is recorded, and the activity is closed."), "good")
    return redirect(url_for("catalogue.headcount", ref=ref), 303)


def _conflict(activity: Activity, form: HeadcountForm) -> ResponseReturnValue:
    # With what stands now on the page, to send the form again is a decision made in knowledge of it.
    form.version.data = activity.version
    return _page(activity, form, 409, changed=True)


def _on_record(activity: Activity) -> dict[str, Any]:
    known, names = activity.headcount, ("women", "men", "other", "not_stated", "source")
    counts = {name: getattr(known, name) for name in names} if known else {"other": 0, "not_stated": 0}
    return counts | {"version": activity.version}


def _page(activity: Activity, form: HeadcountForm, status: int, *, changed: bool = False) -> ResponseReturnValue:
    page = render_template(
        "catalogue/headcount.html", activity=activity, form=form, page=overview_of(activity, clock.now()),
        changed=changed, history=queries.headcount_changes(activity.id),
        switched=bool(queries.record_changes(activity.id)),
    )  # fmt: skip
    return page, status
