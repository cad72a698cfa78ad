"""What everyone may see: the catalogue, and one activity."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue.details import details_of
from ilpes_lms.catalogue.listing import KNOWN, filters_of, listing
from ilpes_lms.catalogue.pages.blueprint import pages
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.shelf import Shelf, is_personal

_shelf = Shelf()


@pages.get("/activities")
@access.public
def activities() -> ResponseReturnValue:
    # Told to the minute, because applications open and close by the clock without anybody changing anything.
    now = clock.now().replace(second=0, microsecond=0)
    known = page_takes(q=None, cursor=None, **KNOWN)
    edition = queries.edition() if known and not is_personal() else None
    if edition is None:
        return _list_page(now)
    key = (edition, now, i18n.zone(), i18n.current_language(), request.script_root, request.full_path)
    return _shelf.page(key, lambda: _list_page(now))


@pages.get("/activities/<ref>")
@pages.get("/activities/<ref>/<slug>")
@access.public
def activity(ref: str, slug: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the slug is for people only
    found = queries.published_activity(ref)
    return render_template("catalogue/activity.html", activity=found, page=details_of(found, clock.now()))


def _list_page(now: datetime) -> str:
    filters = filters_of(request.args)
    found = queries.search(filters, now=now, today=clock.today(i18n.zone()))
    page = listing(filters, found, base=url_for("catalogue.activities"), now=now)
    return render_template("catalogue/activities.html", page=page, filters=filters)
