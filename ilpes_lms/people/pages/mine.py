"""What is one's own: profile, password, where one is signed in."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.ids import digest
from ilpes_lms.people import forms, queries, service, sign_in
from ilpes_lms.people.pages.blueprint import caller, device, pages
from ilpes_lms.web import access


@pages.route("/my/profile", methods=["GET", "POST"])
@access.signed_in
def profile() -> ResponseReturnValue:
    person = queries.person(_person_id())
    form = forms.ProfileForm(data=queries.profile_of(person) | {"version": str(person.version)})
    if form.validate_on_submit() and form.attempt(
        service.edit_profile, person_id=person.id, version=form.seen_version(), **form.profile()
    ):
        flash(_("Your profile is saved."), "good")
        return redirect(url_for(".profile"), 303)
    stored = _stored_meanwhile(form) if form.form_errors else {}
    status = 422 if form.errors else 200
    return render_template(
        "people/profile.html", form=form, stored=stored, organizations=queries.organizations_like("", 100),
        address=queries.address_of(person.id),
    ), status  # fmt: skip


@pages.route("/my/password", methods=["GET", "POST"])
@access.signed_in
def password() -> ResponseReturnValue:
    form = forms.ChangePasswordForm()
    if form.validate_on_submit() and form.attempt(
        service.change_password, account_id=_account_id(), current=form.current.data, password=form.password.data,
        caller=caller(), label=device(),
    ):  # fmt: skip
        sign_in.remember(form.result)
        flash(_("Your new password is set. All other sign-ins were ended."), "good")
        return redirect(url_for(".sign_ins"), 303)
    return render_template("people/password.html", form=form), 422 if form.errors else 200


@pages.get("/my/sign-ins")
@access.signed_in
def sign_ins() -> ResponseReturnValue:
    here = digest(access.principal().sign_in_key)
    return render_template("people/sign_ins.html", sign_ins=queries.sign_ins_of(_account_id()), here=here)


@pages.post("/my/sign-ins/<sign_in_ref>/end")
@access.signed_in
def end_sign_in(sign_in_ref: str) -> ResponseReturnValue:
    service.end_sign_in(account_id=_account_id(), sign_in_ref=sign_in_ref)
    flash(_("The sign-in was ended."), "good")
    return redirect(url_for(".sign_ins"), 303)


@pages.post("/my/sign-ins/end")
@access.signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    service.end_all_sign_ins(account_id=_account_id(), except_key=access.principal().sign_in_key)
    flash(_("All other sign-ins were ended."), "good")
    return redirect(url_for(".sign_ins"), 303)


def _stored_meanwhile(form: forms.ProfileForm) -> dict[str, Any]:
    """Return what is stored now and differs from what was typed, and let the next attempt build on it."""
    person = queries.person(_person_id())
    if form.seen_version() == person.version:
        return {}
    form.version.data = str(person.version)
    stored = queries.profile_of(person)
    return {name: stored[name] for name in form.field_order if (stored[name] or "") != (form[name].data or "")}


def _person_id() -> int:
    return access.principal().person_id or 0


def _account_id() -> int:
    return access.principal().account_id or 0
