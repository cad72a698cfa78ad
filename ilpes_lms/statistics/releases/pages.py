"""Releases for everyone to read, and for coordinators to publish and to hold against the records."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.statistics.display import Shown
from ilpes_lms.statistics.releases import documents, queries, service
from ilpes_lms.statistics.releases.display import (
    ReleaseShown,
    drifted,
    previewed,
    release_title,
    true_tables,
    would_change,
)
from ilpes_lms.statistics.releases.forms import PublicationForm
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment

pages = APIBlueprint("releases", __name__, enable_openapi=False)


@pages.get("/statistics")
@access.public
def published() -> ResponseReturnValue:
    page_takes(cursor=None)
    latest, page = queries.headline(), queries.by_period(request.args.get("cursor"))
    older = url_for("releases.published", cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "statistics/releases/published.html", latest=ReleaseShown(latest) if latest else None, releases=page.items,
        pager={"next_url": older}, title=release_title, forms_of=documents.forms_of,
    )  # fmt: skip


@pages.get("/statistics/releases/<ref>")
@access.public
def release(ref: str) -> ResponseReturnValue:
    page_takes()
    found = queries.release(ref)
    # What was logged beside a cell can tell what the cell hides.
    explained = service.explain(found) if access.principal().may("statistics.read") else None
    shown = ReleaseShown(found, explained)
    return render_template(
        "statistics/releases/release.html", one=shown, forms_of=documents.forms_of, title=release_title
    )


@pages.get("/statistics/releases/<ref>.<any(json, csv, xlsx):form>")
@access.public
def download(ref: str, form: str) -> ResponseReturnValue:
    made = documents.written(queries.release(ref), form)
    return as_attachment(made.content, made.name, made.content_type)


@pages.get("/statistics/releases/<ref>/sdmx.<any(csv, xml):form>")
@access.public
def exchange(ref: str, form: str) -> ResponseReturnValue:
    made = documents.exchanged(queries.release(ref), form)
    return as_attachment(made.content, made.name, made.content_type)


@pages.get("/coordinate/statistics/releases/new")
@access.requires("statistics.publish")
def new() -> ResponseReturnValue:
    page_takes(**{"from": None, "to": None})
    form = PublicationForm(request.args, meta={"csrf": False})
    for name in ("from", "to") if {"from", "to"} & set(request.args) else ():
        form[name].validate(form)
    return _publication(form)


@pages.post("/coordinate/statistics/releases/new")
@access.requires("statistics.publish")
def publish() -> ResponseReturnValue:
    form = PublicationForm()
    if form.validate_on_submit() and form.attempt(
        service.publish, start=form["from"].data, end=form["to"].data, seen=form.seen.data,
        reason=form.reason.data or "", divisions=access.principal().divisions,
    ):  # fmt: skip
        flash(_("The figures are published. They do not move any more."), "good")
        return redirect(url_for("releases.release", ref=form.result.public_id), 303)
    return _publication(form)


@pages.get("/coordinate/statistics/releases/<ref>")
@access.requires("statistics.read")
def drift(ref: str) -> ResponseReturnValue:
    page_takes()
    found = service.drift(ref)
    return render_template(
        "statistics/releases/drift.html", release=found.release, title=release_title(found.release),
        drift=drifted(found), true_tables=true_tables(found),
        publishes=access.principal().may("statistics.publish"),
    )  # fmt: skip


def _publication(form: PublicationForm) -> ResponseReturnValue:
    """Show what would be published of the period asked for, as the records say it now."""
    start, end = form["from"].data, form["to"].data
    found = form.result if start and end and form.attempt(service.preview, start=start, end=end) else None
    if found:
        form.seen.data = found.seen
    standing = None if found else queries.standing_of(start, end)
    page = render_template(
        "statistics/releases/publication.html", form=form, found=found,
        shown=Shown(found.statistics) if found else None, changes=would_change(found) if found else None,
        across=previewed(found) if found else None, standing=standing,
        may_publish=not access.principal().divisions, title=release_title,
    )  # fmt: skip
    return page, 422 if form.errors else 200
