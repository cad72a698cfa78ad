"""People who may be one: looked at by administrators and auditors, decided by administrators."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.privacy.duplicates import display, queries, service
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("duplicates", __name__, enable_openapi=False)


@pages.get("/admin/people/duplicates")
@access.requires("merges.read")
def duplicates() -> ResponseReturnValue:
    page_takes(cursor=None)
    found = queries.pairs(request.args.get("cursor"))
    return render_template("privacy/duplicates/duplicates.html", found=found, words=display)


@pages.post("/admin/people/duplicates/<pair_ref>/different")
@access.requires("people.manage")
def dismiss(pair_ref: str) -> ResponseReturnValue:
    service.dismiss(pair_ref=pair_ref)
    flash(_("They are two people. They will not be proposed again."), "good")
    return redirect(url_for(".duplicates"), 303)


@pages.post("/admin/people/duplicates/look")
@access.requires("people.manage")
def look() -> ResponseReturnValue:
    service.look_again()
    flash(_("All records are being compared. Reload this page in a few minutes."), "good")
    return redirect(url_for(".duplicates"), 303)
