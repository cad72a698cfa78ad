"""Who is here and what they may do: for administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.people import forms, queries, service
from ilpes_lms.people.models import Person, RoleGrant
from ilpes_lms.people.pages.blueprint import pages
from ilpes_lms.people.vocabularies import divisions
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.i18n import current_language


@pages.get("/admin/people")
@access.requires("people.manage")
def people() -> ResponseReturnValue:
    page_takes(q=None, cursor=None)
    text = request.args.get("q", "")[:200]
    found = queries.people_found(text, cursor=request.args.get("cursor"))
    ids = [person.id for person in found.items]
    return render_template(
        "people/people.html", text=text, found=found, grants=queries.grants_of(ids), accounts=queries.accounts_of(ids),
        role_labels=forms.ROLE_LABELS,
    )  # fmt: skip


@pages.get("/admin/people/<person_ref>")
@access.requires("people.manage")
def one_person(person_ref: str) -> ResponseReturnValue:
    return _person_page(queries.person_by_ref(person_ref), forms.GrantForm()), 200


@pages.post("/admin/people/<person_ref>/roles")
@access.requires("people.manage")
def grant_role(person_ref: str) -> ResponseReturnValue:
    person, form = queries.person_by_ref(person_ref), forms.GrantForm()
    if form.validate_on_submit() and form.attempt(
        service.grant_role, person_id=person.id, role=form.role.data, division=form.division.data or None,
        organization=form.organization.data or None,
    ):  # fmt: skip
        return _done(_("The role is given. It is in force at once."), person)
    return _person_page(person, form), 422


@pages.post("/admin/people/<person_ref>/roles/<grant_ref>/revoke")
@access.requires("people.manage")
def revoke_role(person_ref: str, grant_ref: str) -> ResponseReturnValue:
    person = queries.person_by_ref(person_ref)
    service.revoke_role(person_id=person.id, grant_ref=grant_ref)
    return _done(_("The role is taken back, at once."), person)


@pages.post("/admin/people/<person_ref>/disable")
@access.requires("people.manage")
def disable_account(person_ref: str) -> ResponseReturnValue:
    person = queries.person_by_ref(person_ref)
    service.disable_account(person_id=person.id, by_person=access.principal().person_id)
    return _done(_("The account is disabled, and its sign-ins were ended."), person)


@pages.post("/admin/people/<person_ref>/enable")
@access.requires("people.manage")
def enable_account(person_ref: str) -> ResponseReturnValue:
    person = queries.person_by_ref(person_ref)
    service.enable_account(person_id=person.id)
    return _done(_("The account can be used again."), person)


def _done(text: str, person: Person) -> ResponseReturnValue:
    flash(text, "good")
    return redirect(url_for(".one_person", person_ref=person.public_id), 303)


def _person_page(person: Person, form: forms.GrantForm) -> str:
    grants = queries.grants_of([person.id]).get(person.id, [])
    return render_template(
        "people/person.html", person=person, form=form, account=queries.account_of(person.id),
        grants=grants, scopes={grant.id: _scope(grant) for grant in grants}, role_labels=forms.ROLE_LABELS,
        addresses=person.emails, organizations=queries.organizations_like("", 100),
    )  # fmt: skip


def _scope(grant: RoleGrant) -> str:
    if grant.organization:
        return grant.organization.name
    return divisions.label(grant.division, current_language()) if grant.division else ""
