"""What everyone may see: the catalogue, and one activity."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue.details import details_of
from ilpes_lms.catalogue.listing import filters_of, listing
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n


@pages.get("/activities")
@access.public
def activities() -> ResponseReturnValue:
    filters, now = filters_of(request.args), clock.now()
    found = queries.search(filters, now=now, today=clock.today(i18n.zone()))
    page = listing(filters, found, base=url_for("catalogue.activities"), now=now)
    return render_template("catalogue/activities.html", page=page, filters=filters)


@pages.get("/activities/<ref>")
@pages.get("/activities/<ref>/<slug>")
@access.public
def activity(ref: str, slug: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the slug is for people only
    found = queries.published_activity(ref)
    return render_template("catalogue/activity.html", activity=found, page=details_of(found, clock.now()))
