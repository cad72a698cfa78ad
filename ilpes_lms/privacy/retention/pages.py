"""How long what is kept: seen, tried and changed by administrators."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.errors import DomainError
from ilpes_lms.privacy.retention import display, queries, service
from ilpes_lms.privacy.retention.errors import PeriodChanged
from ilpes_lms.privacy.retention.forms import PeriodForm
from ilpes_lms.web import access

pages = APIBlueprint("retention", __name__, enable_openapi=False)


@pages.get("/admin/retention")
@access.requires("privacy.retention")
def schedule() -> ResponseReturnValue:
    warning = display.warning_text(queries.health())
    return render_template(
        "privacy/retention/schedule.html", schedule=queries.schedule(), words=display, warning=warning
    )


@pages.route("/admin/retention/<kind>", methods=["GET", "POST"])
@access.requires("privacy.retention")
def period(kind: str) -> ResponseReturnValue:
    form = PeriodForm.of(queries.standing(kind))
    if not form.validate_on_submit():
        return _page(kind, form), 422 if form.errors else 200
    try:
        service.change_period(kind=kind, days=form.said, reason=form.reason.data or "", seen=form.seen)
    except PeriodChanged as refusal:
        # With what holds now on the page, to send the form again is a decision made in knowledge of it.
        form.version.data = str(queries.standing(kind).version)
        form.refuse(refusal)
        return _page(kind, form), 409
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(kind, form), 422
    flash(_("Saved. It holds from the next night on."), "good")
    return redirect(url_for(".schedule"), 303)


def _page(kind: str, form: PeriodForm) -> str:
    return render_template("privacy/retention/period.html", found=queries.standing(kind), form=form, words=display)
