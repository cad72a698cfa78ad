"""Who is here and what they may do: for administrators."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core import clock
from ilpes_lms.core.ids import digest
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people import forms, queries, service
from ilpes_lms.people.models import Person, RoleGrant
from ilpes_lms.people.pages.blueprint import pages
from ilpes_lms.people.vocabularies import divisions, listed
from ilpes_lms.web import access, i18n
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.i18n import current_language, ngettext


@pages.get("/admin/people")
@access.requires("people.manage")
def people() -> ResponseReturnValue:
    form = forms.PeopleForm(request.args, meta={"csrf": False})
    page_takes(q=None, cursor=None, country=form.codes("country"), role=form.codes("role"))
    asked = form.asked()
    found = queries.people_found(
        asked["q"], country=asked["country"], role=asked["role"], cursor=request.args.get("cursor")
    )
    ids = [person.id for person in found.items]
    return render_template(
        "people/people.html", form=form, asked={name: value or None for name, value in asked.items()}, found=found,
        grants=queries.grants_of(ids), accounts=queries.accounts_of(ids), role_labels=forms.ROLE_LABELS,
    )  # fmt: skip


@pages.get("/admin/people/<person_ref>")
@access.requires("people.manage")
def one_person(person_ref: str) -> ResponseReturnValue:
    person = queries.person_now(person_ref)
    if person.public_id != person_ref:
        return redirect(url_for(".one_person", person_ref=person.public_id))
    return _person_page(person, forms.GrantForm()), 200


@pages.post("/admin/people/<person_ref>/roles")
@access.requires("people.manage")
def grant_role(person_ref: str) -> ResponseReturnValue:
    person, form = queries.person_now(person_ref), forms.GrantForm()
    if form.validate_on_submit() and form.attempt(
        service.grant_role, person_id=person.id, role=form.role.data, division=form.division.data or None,
        organization=form.organization.data or None, ends_on=form.ends_on.data, reason=form.reason.data,
        keep_key=access.principal().sign_in_key,
    ):  # fmt: skip
        return _done(_("The role is given. It is in force at once."), person)
    return _person_page(person, form), 422


@pages.post("/admin/people/<person_ref>/roles/<grant_ref>/revoke")
@access.requires("people.manage")
def revoke_role(person_ref: str, grant_ref: str) -> ResponseReturnValue:
    person = queries.person_now(person_ref)
    service.revoke_role(person_id=person.id, grant_ref=grant_ref, keep_key=access.principal().sign_in_key)
    return _done(_("The role is taken back, at once."), person)


@pages.post("/admin/people/<person_ref>/disable")
@access.requires("people.manage")
def disable_account(person_ref: str) -> ResponseReturnValue:
    person = queries.person_now(person_ref)
    service.disable_account(person_id=person.id, by_person=access.principal().person_id)
    return _done(_("The account is disabled, and its sign-ins were ended."), person)


@pages.post("/admin/people/<person_ref>/enable")
@access.requires("people.manage")
def enable_account(person_ref: str) -> ResponseReturnValue:
    person = queries.person_now(person_ref)
    service.enable_account(person_id=person.id)
    return _done(_("The account can be used again."), person)


@pages.post("/admin/people/<person_ref>/sign-out")
@access.requires("people.manage")
def sign_out_everywhere(person_ref: str) -> ResponseReturnValue:
    person, form = queries.person_now(person_ref), forms.SignOutForm()
    if form.validate_on_submit() and form.attempt(
        service.sign_out_everywhere, person_id=person.id, reason=form.reason.data,
        keep_key=access.principal().sign_in_key,
    ):  # fmt: skip
        return _done(_ended(form.result), person)
    return _person_page(person, forms.GrantForm(formdata=None), sign_out=form), 422


@pages.get("/admin/vocabularies")
@access.requires("people.manage")
def vocabularies() -> ResponseReturnValue:
    shown = {name: listed.terms(name) for name in listed.TITLES}
    return render_template("people/vocabularies.html", shown=shown, titles=listed.TITLES, tongues=i18n.LANGUAGES)


@pages.post("/admin/people/<person_ref>/second-factor/reset")
@access.requires("people.manage")
def reset_second_factor(person_ref: str) -> ResponseReturnValue:
    person, form = queries.person_now(person_ref), forms.FactorResetForm()
    if form.validate_on_submit() and form.attempt(
        service.reset_second_factor, person_id=person.id, reason=form.reason.data
    ):
        return _done(_("The second factor is taken away, and the person is signed out."), person)
    return _person_page(person, forms.GrantForm(formdata=None), reason=form), 422


def _done(text: str, person: Person) -> ResponseReturnValue:
    flash(text, "good")
    return redirect(url_for(".one_person", person_ref=person.public_id), 303)


def _ended(number: int) -> str:
    if not number:
        return str(_("There was no sign-in to end."))
    return ngettext(
        "One sign-in was ended. Its owner is told by mail.",
        "%(num)s sign-ins were ended. Their owner is told by mail.", number,
    )  # fmt: skip


def _person_page(
    person: Person, form: forms.GrantForm, *, reason: forms.FactorResetForm | None = None,
    sign_out: forms.SignOutForm | None = None,
) -> str:  # fmt: skip
    grants, former = queries.grants_of([person.id]).get(person.id, []), queries.former_grants_of(person.id)
    account = queries.account_of(person.id)
    return render_template(
        "people/person.html", person=person, form=form, account=account,
        reason=reason or forms.FactorResetForm(formdata=None), sign_out=sign_out or forms.SignOutForm(formdata=None),
        sign_ins=queries.sign_ins_of(account.id) if account else [], here=digest(access.principal().sign_in_key),
        factor=queries.second_factor_of(account.id) if account else None, grants=grants, former=former,
        scopes={grant.id: _scope(grant) for grant in (*grants, *former)}, last_day=_last_day,
        role_labels=forms.ROLE_LABELS,
        addresses=person.emails, organizations=queries.organizations_like("", 100),
    )  # fmt: skip


def _last_day(grant: RoleGrant) -> str:
    """Return the last day of a role as the institute counts it, nothing where it has no end."""
    if grant.ends_at is None:
        return ""
    return i18n.day(clock.wall_time(grant.ends_at - timedelta(seconds=1), institute_zone()).date())


def _scope(grant: RoleGrant) -> str:
    if grant.organization:
        return grant.organization.name
    return divisions.label(grant.division, current_language()) if grant.division else ""
