"""Another e-mail address: asked for, confirmed by the new one, objected to by the old one."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.people import forms, queries, service, sign_in
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.pages.blueprint import caller, pages
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.route("/my/address", methods=["GET", "POST"])
@access.signed_in
def address() -> ResponseReturnValue:
    who, form = access.principal(), forms.AddressForm()
    if form.validate_on_submit() and form.attempt(
        service.request_address_change, account_id=who.account_id or 0, email=form.email.data,
        password=form.password.data or "", caller=caller(),
    ):  # fmt: skip
        flash(_("We have written to both addresses. The new one counts once it is confirmed there."), "info")
        return redirect(url_for(".address"), 303)
    person_id = who.person_id or 0
    return render_template(
        "people/address.html", form=form, address=queries.address_of(person_id),
        former=queries.former_addresses_of(person_id),
    ), 422 if form.errors or form.form_errors else 200  # fmt: skip


@pages.get("/change-address/<token>")
@access.public
def change_address(token: str) -> ResponseReturnValue:
    return _link_page("change_address", service.change_address, token)


@pages.post("/change-address/<token>")
@access.public
def confirm_address(token: str) -> ResponseReturnValue:
    form = Bare()
    if not form.attempt(service.confirm_address, token=token, sign_in_key=access.principal().sign_in_key):
        return _gone(form)
    flash(_("Your new address is confirmed. Sign in with it from now on. All other sign-ins were ended."), "good")
    return redirect(url_for(".address" if access.principal().is_authenticated else ".sign_in"), 303)


@pages.get("/object/<token>")
@access.public
def objection(token: str) -> ResponseReturnValue:
    return _link_page("objection", service.objection_behind, token)


@pages.post("/object/<token>")
@access.public
def object_to_change(token: str) -> ResponseReturnValue:
    form = Bare()
    if not form.attempt(service.object_to_change, token=token):
        return _gone(form)
    sign_in.forget()
    flash(_("Your account keeps its address, and everyone is signed out. Choose a new password now."), "good")
    return redirect(url_for(".reset"), 303)


def _link_page(name: str, behind: Callable[..., str], token: str) -> ResponseReturnValue:
    # Only a press of the button does it: mail scanners open links, people press buttons.
    try:
        found = behind(token=token)
    except LinkNotValid:
        return _gone(Bare())
    return render_template(f"people/{name}.html", form=Bare(), address=found)


def _gone(form: Bare) -> ResponseReturnValue:
    for text in form.form_errors:
        flash(text, "caution")
    return render_template("people/link_gone.html", again=url_for(".address")), 410
