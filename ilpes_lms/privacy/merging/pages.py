"""Merging people and organizations: looked at by administrators and auditors, done by administrators."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.enrolment.rules import ORDER_OF_RIVALS
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from ilpes_lms.privacy.merging import display, queries, service
from ilpes_lms.privacy.merging.forms import MergeForm, UndoForm
from ilpes_lms.privacy.merging.models import Merge
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("merging", __name__, enable_openapi=False)


@pages.get("/admin/people/<person_ref>/merge")
@access.requires("merges.read")
def person(person_ref: str) -> ResponseReturnValue:
    page_takes(into=None)
    return _person_page(person_ref, MergeForm(request.args, meta={"csrf": False}))


@pages.post("/admin/people/<person_ref>/merge")
@access.requires("people.manage")
def merge_person(person_ref: str) -> ResponseReturnValue:
    form = MergeForm()
    if form.validate_on_submit() and form.attempt(
        service.merge_persons, gone_ref=person_ref, into=form.into.data, seen=form.seen.data, reason=form.reason.data,
        by_person=access.principal().person_id,
    ):  # fmt: skip
        flash(_("The two records are one. It can be undone here."), "good")
        return redirect(url_for(".merge", merge_ref=form.result.public_id), 303)
    return _person_page(person_ref, form)


@pages.get("/admin/organizations")
@access.requires("merges.read")
def organizations() -> ResponseReturnValue:
    page_takes(q=None, cursor=None)
    text = request.args.get("q", "")[:300]
    found = people.organizations_found(text, cursor=request.args.get("cursor"))
    return render_template("privacy/merging/organizations.html", text=text, found=found, words=display)


@pages.get("/admin/organizations/<organization_ref>/merge")
@access.requires("merges.read")
def organization(organization_ref: str) -> ResponseReturnValue:
    page_takes(into=None)
    return _organization_page(organization_ref, MergeForm(request.args, meta={"csrf": False}))


@pages.post("/admin/organizations/<organization_ref>/merge")
@access.requires("people.manage")
def merge_organization(organization_ref: str) -> ResponseReturnValue:
    form = MergeForm()
    if form.validate_on_submit() and form.attempt(
        service.merge_organizations, gone_ref=organization_ref, into=form.into.data, seen=form.seen.data,
        reason=form.reason.data,
    ):  # fmt: skip
        flash(_("The two organizations are one. It can be undone here."), "good")
        return redirect(url_for(".merge", merge_ref=form.result.public_id), 303)
    return _organization_page(organization_ref, form)


@pages.get("/admin/merges")
@access.requires("merges.read")
def merges() -> ResponseReturnValue:
    page_takes(cursor=None)
    found = queries.merges(request.args.get("cursor"))
    return render_template("privacy/merging/merges.html", found=found, words=display)


@pages.get("/admin/merges/<merge_ref>")
@access.requires("merges.read")
def merge(merge_ref: str) -> ResponseReturnValue:
    page_takes()
    return _merge_page(merge_ref, UndoForm(formdata=None))


@pages.post("/admin/merges/<merge_ref>/undo")
@access.requires("people.manage")
def undo(merge_ref: str) -> ResponseReturnValue:
    form = UndoForm()
    if form.validate_on_submit() and form.attempt(
        service.undo, merge_ref=merge_ref, seen=form.seen.data, reason=form.reason.data
    ):
        flash(_("There are two records again."), "good")
        return redirect(url_for(".merge", merge_ref=merge_ref), 303)
    return _merge_page(merge_ref, form)


def _person_page(person_ref: str, form: MergeForm) -> ResponseReturnValue:
    found = _foreseen(form, service.preview_persons, gone_ref=person_ref, by_person=access.principal().person_id)
    return _page(form, found, people.person_by_ref(person_ref))


def _organization_page(organization_ref: str, form: MergeForm) -> ResponseReturnValue:
    found = _foreseen(form, service.preview_organizations, gone_ref=organization_ref)
    return _page(form, found, people.organization_by_ref(organization_ref))


def _foreseen(form: MergeForm, preview: Any, **asked: Any) -> service.Preview | None:
    # Who sends the field empty is told so; who comes for the first time has no field yet.
    if not form.into.raw_data:
        return None
    found: service.Preview | None = form.result if form.attempt(preview, into=form.into.data, **asked) else None
    return found


def _page(form: MergeForm, found: service.Preview | None, gone: service.Record) -> ResponseReturnValue:
    page = render_template(
        "privacy/merging/merge.html", form=form, found=found, gone=gone, address=_address,
        of_people=isinstance(gone, Person), words=display, rule=ORDER_OF_RIVALS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _address(gone: service.Record, into: service.Record | None = None) -> str:
    """Return where a record is merged; `into` names the other one."""
    chosen = into.public_id if into else None
    if isinstance(gone, Person):
        return url_for(".person", person_ref=gone.public_id, into=chosen)
    return url_for(".organization", organization_ref=gone.public_id, into=chosen)


def _records_of(merge: Merge) -> list[service.Record]:
    """Return the people of a merge who have a page: both once it is undone, before that who stays."""
    gone, stays = service.ends_of(merge)
    both = [gone, stays] if merge.undone_at else [stays]
    return [one for one in both if isinstance(one, Person)]


def _merge_page(merge_ref: str, form: UndoForm) -> ResponseReturnValue:
    found = service.preview_undo(merge_ref)
    page = render_template(
        "privacy/merging/undo.html", form=form, found=found, merge=found.merge, words=display,
        records=_records_of(found.merge) if access.principal().may("people.manage") else [],
        moved={room: [*some, *found.left[room]] for room, some in found.back.items()},
    )  # fmt: skip
    return page, 422 if form.errors else 200
