"""Creating an account, confirming it, signing in and out, a new password: open to everyone."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.settings import settings
from ilpes_lms.people import deeds, forms, provider, queries, service, sign_in
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.pages.blueprint import caller, device, let_in, pages, way_on
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form
from ilpes_lms.web.i18n import current_language, ngettext
from ilpes_lms.web.navigation import place
from ilpes_lms.web.security import safe_way


@pages.route("/sign-up", methods=["GET", "POST"], endpoint="sign_up")
@access.public
def sign_up_page() -> ResponseReturnValue:
    way = request.args.get("next")
    form = forms.SignUpForm(next=way, language=current_language(), **deeds.known_of_whom_comes(way or ""))
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
    if not confirmed.signs_in:
        return _after_deed(confirmed, token) or redirect(way_on(confirmed.next_path), 303)
    entered = service.admit(account_id=confirmed.account_id, label=device(), caller=caller())
    way = let_in(entered, confirmed.next_path)
    if isinstance(entered, service.SecondStep):
        return way
    flash(_("Your address is confirmed, and you are signed in. Welcome."), "good")
    return _after_deed(confirmed, token) or way


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
        return let_in(form.result, form.next.data)
    named = settings().oidc_name if provider.is_named() else ""
    unused = None if form.is_submitted() else _unused()
    return _form_page("sign_in", form, next=safe_way(form.next.data), provider=named, unused=unused)


@pages.route("/sign-in/code", methods=["GET", "POST"])
@access.public
def second_step() -> ResponseReturnValue:
    form, step = forms.CodeForm(next=request.args.get("next")), sign_in.held()
    if step is None:
        return redirect(url_for(".sign_in", next=safe_way(form.next.data)), 303)
    if not service.step_is_open(step=step):
        sign_in.forget()
        flash(_("That took too long. Please sign in again."), "caution")
        return redirect(url_for(".sign_in", next=safe_way(form.next.data)), 303)
    if form.validate_on_submit() and form.attempt(
        service.finish_sign_in, step=step, code=form.code.data, caller=caller(), label=device()
    ):
        return let_in(form.result, form.next.data)
    return _form_page("second_step", form)


@pages.get("/sign-in/provider")
@access.public
def to_provider() -> ResponseReturnValue:
    if not provider.is_named():
        raise NotFound
    sign_in.keep_way(safe_way(request.args.get("next")))
    try:
        return provider.away()
    except provider.ProviderFailed:
        return _provider_failed(_("Your organization's sign-in does not answer. Try again, or sign in here."))


@pages.get("/sign-in/provider/back")
@access.public
def back_from_provider() -> ResponseReturnValue:
    if not provider.is_named():
        raise NotFound
    way, form = sign_in.kept_way(), Bare(formdata=None)
    try:
        said = provider.claims()
    except provider.ProviderFailed:
        return _provider_failed(_("The sign-in at your organization was not finished. Try again, or sign in here."))
    if not form.attempt(
        service.enter_by_provider, issuer=said["iss"], claims=said, language=current_language(), label=device(),
        caller=caller(),
    ):  # fmt: skip
        return _provider_failed(form.form_errors[0])
    return let_in(form.result, way)


@pages.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    service.sign_out(sign_in_key=access.principal().sign_in_key)
    sign_in.forget()
    flash(_("You are signed out."), "info")
    answer = make_response(redirect(place("home"), 303))
    # Of what others could look at who sit down here. Not the storage: marks of a roster wait there for a connection.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


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
        entered = let_in(service.admit(account_id=form.result, label=device(), caller=caller()), None)
        flash(_("Your new password is set. All other sign-ins were ended."), "good")
        return entered
    return _form_page("reset_by_link", form)


def _unused() -> str | None:
    """Return for how long nobody used this browser, in words, if that is why its owner has to sign in again."""
    unused = sign_in.unused_for()
    if unused is None:
        return None
    if unused.days:
        return ngettext("%(num)s day", "%(num)s days", unused.days)
    return ngettext("%(num)s hour", "%(num)s hours", unused.seconds // 3600)


def _provider_failed(text: str) -> ResponseReturnValue:
    flash(text, "caution")
    return redirect(url_for(".sign_in"), 303)


def _form_page(name: str, form: Form, **more: object) -> ResponseReturnValue:
    status = 422 if form.errors or form.form_errors else 200
    return render_template(f"people/{name}.html", form=form, **more), status
