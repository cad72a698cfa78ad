"""One's own second factor: set up, new recovery codes, removed."""

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.people import forms, queries, service
from ilpes_lms.people.pages.blueprint import caller, pages
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare

ENDPOINTS = ("people.second_factor", "people.begin_second_factor", "people.confirm_second_factor")


@pages.get("/my/second-factor")
@access.signed_in
def second_factor() -> ResponseReturnValue:
    return _page(forms.ProofForm()), 200


@pages.post("/my/second-factor")
@access.signed_in
def begin_second_factor() -> ResponseReturnValue:
    form = Bare()
    if not form.attempt(service.begin_second_factor, account_id=_account_id()):
        flash(form.form_errors[0], "caution")
    return redirect(url_for(".second_factor"), 303)


@pages.post("/my/second-factor/confirm")
@access.signed_in
def confirm_second_factor() -> ResponseReturnValue:
    form = forms.ProofForm()
    if form.validate_on_submit() and form.attempt(
        service.confirm_second_factor, account_id=_account_id(), sign_in_key=access.principal().sign_in_key,
        **_proof(form),
    ):  # fmt: skip
        return _codes(form.result)
    return _page(form), 422


@pages.post("/my/second-factor/recovery-codes")
@access.signed_in
def renew_recovery_codes() -> ResponseReturnValue:
    form = forms.ProofForm()
    if form.validate_on_submit() and form.attempt(
        service.renew_recovery_codes, account_id=_account_id(), **_proof(form)
    ):
        return _codes(form.result)
    return _page(form), 422


@pages.post("/my/second-factor/remove")
@access.signed_in
def remove_second_factor() -> ResponseReturnValue:
    form = forms.ProofForm()
    if form.validate_on_submit() and form.attempt(
        service.remove_second_factor, account_id=_account_id(), **_proof(form)
    ):
        flash(_("The second factor is removed. From now on, the password is enough."), "info")
        return redirect(url_for(".second_factor"), 303)
    return _page(form), 422


def _page(form: forms.ProofForm) -> str:
    factor, setup = queries.second_factor_of(_account_id()), service.second_factor_begun(account_id=_account_id())
    # In a file of its own inside the address: the strict policy allows no style within the page.
    picture = segno.make(setup.uri, micro=False).svg_data_uri(scale=5, light="#fff") if setup else None
    left = queries.recovery_codes_left(factor) if factor else 0
    return render_template(
        "people/second_factor.html", form=form, factor=factor, setup=setup, picture=picture, left=left,
        owed=access.principal().owes == "people.second_factor",
    )  # fmt: skip


def _codes(codes: list[str]) -> ResponseReturnValue:
    # Not behind an address of its own: they are shown this once.
    return render_template("people/recovery_codes.html", codes=codes)


def _proof(form: forms.ProofForm) -> dict[str, str]:
    return {"code": form.code.data, "password": form.password.data or "", "caller": caller()}


def _account_id() -> int:
    return access.principal().account_id or 0
