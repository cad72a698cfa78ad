"""Take one's own data along: asked for, waited for, fetched."""

from apiflask import APIBlueprint
from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.privacy.taking import display, queries, service
from ilpes_lms.web import access
from ilpes_lms.web.downloads import as_attachment

pages = APIBlueprint("taking", __name__, enable_openapi=False)


@pages.get("/my/data/archive")
@access.signed_in
def archive() -> ResponseReturnValue:
    found = queries.newest(access.principal().person_id or 0)
    return render_template("privacy/taking/archive.html", found=found, words=display)


@pages.post("/my/data/archive")
@access.signed_in
def ask() -> ResponseReturnValue:
    service.ask(person_id=access.principal().person_id or 0)
    flash(_("It is being prepared. We write to you as soon as it is ready."), "good")
    return redirect(url_for(".archive"), 303)


@pages.get("/my/data/archive/<ref>.zip")
@access.signed_in
def fetch(ref: str) -> Response:
    content, name = display.content_of(queries.own(access.principal().person_id or 0, ref))
    return as_attachment(content, name, "application/zip")
