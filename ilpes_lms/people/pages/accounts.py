"""Creating an account, confirming it, signing in and out, a new password: open to everyone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.people import forms, queries, service, sign_in
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.pages.blueprint import caller, device, pages, way_on
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form
from ilpes_lms.web.i18n import current_language
from ilpes_lms.web.navigation import place
from ilpes_lms.web.security import safe_way


@pages.route("/sign-up", methods=["GET", "POST"], endpoint="sign_up")
@access.public
def sign_up_page() -> ResponseReturnValue:
    form = forms.SignUpForm(next=request.args.get("next"), language=current_language())
    if form.validate_on_submit() and form.attempt(
        service.sign_up, **{name: form[name].data or "" for name in form.field_order}, consent=form.consent.data,
        next_path=safe_way(form.next.data), caller=caller(),
    ):  # fmt: skip
        return redirect(url_for(".sign_up_sent"), 303)
    return _form_page("sign_up", form, organizations=queries.organizations_like("", 100))


@pages.get("/sign-up/sent")
@access.public
def sign_up_sent() -> ResponseReturnValue:
    return render_template("people/sign_up_sent.html")


@pages.get("/organizations/suggestions")
@access.public
def organization_suggestions() -> ResponseReturnValue:
    found = queries.organizations_like(request.args.get("organization", "")[:300])
    return render_template("people/_organizations.html", organizations=found)


@pages.get("/confirm/<token>")
@access.public
def confirm(token: str) -> ResponseReturnValue:
    # Only a press of the button confirms: mail scanners open links, people press buttons.
    try:
        found = service.confirmation_behind(token=token)
    except LinkNotValid:
        return render_template("people/link_gone.html", again=url_for(".sign_up")), 410
    if found.outcome and found.carried:
        return render_template("people/link_used.html", said=found.carried.said(found.outcome))
    return render_template("people/confirm.html", form=Bare(), found=found)


@pages.post("/confirm/<token>")
@access.public
def confirm_now(token: str) -> ResponseReturnValue:
    try:
        confirmed = service.confirm_email(token=token)
    except LinkNotValid:
        return _gone_or_done(token)
    if confirmed.signs_in:
        sign_in.remember(service.open_sign_in(account_id=confirmed.account_id, label=device()))
        flash(_("Your address is confirmed, and you are signed in. Welcome."), "good")
    return _after_deed(confirmed, token) or redirect(way_on(confirmed.next_path), 303)


def _after_deed(confirmed: service.Confirmed, token: str) -> ResponseReturnValue | None:
    """Lead to what came of the deed that went along; who is not signed in sees it behind the same link."""
    if confirmed.carried is None or confirmed.outcome is None:
        return None
    said = confirmed.carried.said(confirmed.outcome)
    own = access.principal().person_id == confirmed.person_id
    if confirmed.signs_in or own or confirmed.outcome.refused:
        flash(said.text, said.tone)
    return redirect(said.path if confirmed.signs_in or own else url_for(".confirm", token=token), 303)


def _gone_or_done(token: str) -> ResponseReturnValue:
    # Pressed twice: the first press has done it, and the link's page says what.
    try:
        service.confirmation_behind(token=token)
    except LinkNotValid:
        return render_template("people/link_gone.html", again=url_for(".sign_up")), 410
    return redirect(url_for(".confirm", token=token), 303)


@pages.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@access.public
def sign_in_page() -> ResponseReturnValue:
    form = forms.SignInForm(next=request.args.get("next"))
    if access.principal().is_authenticated and not form.is_submitted():
        return redirect(way_on(form.next.data), 303)
    if form.validate_on_submit() and form.attempt(
        service.sign_in, email=form.email.data, password=form.password.data, caller=caller(), label=device()
    ):
        sign_in.remember(form.result)
        return redirect(way_on(form.next.data), 303)
    return _form_page("sign_in", form, next=safe_way(form.next.data))


@pages.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    service.sign_out(sign_in_key=access.principal().sign_in_key)
    sign_in.forget()
    flash(_("You are signed out."), "info")
    return redirect(place("home"), 303)


@pages.route("/reset", methods=["GET", "POST"])
@access.public
def reset() -> ResponseReturnValue:
    form = forms.ResetForm()
    if form.validate_on_submit() and form.attempt(service.request_reset, email=form.email.data, caller=caller()):
        return redirect(url_for(".reset_sent"), 303)
    return _form_page("reset", form)


@pages.get("/reset/sent")
@access.public
def reset_sent() -> ResponseReturnValue:
    return render_template("people/reset_sent.html")


@pages.route("/reset/<token>", methods=["GET", "POST"])
@access.public
def reset_by_link(token: str) -> ResponseReturnValue:
    form = forms.NewPasswordForm()
    try:
        service.address_behind(token=token, purpose="reset_password")
    except LinkNotValid:
        return render_template("people/link_gone.html", again=url_for(".reset")), 410
    if form.validate_on_submit() and form.attempt(service.reset_password, token=token, password=form.password.data):
        sign_in.remember(service.open_sign_in(account_id=form.result, label=device()))
        flash(_("Your new password is set. All other sign-ins were ended."), "good")
        return redirect(way_on(None), 303)
    return _form_page("reset_by_link", form)


def _form_page(name: str, form: Form, **more: object) -> ResponseReturnValue:
    status = 422 if form.errors or form.form_errors else 200
    return render_template(f"people/{name}.html", form=form, **more), status
