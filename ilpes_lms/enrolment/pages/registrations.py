"""Registering for a webinar in one step: one form for everyone who is not signed in, then a look at the mail."""

from datetime import datetime

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import display, forms, queries, rules, service
from ilpes_lms.enrolment.forms import RegistrationForm
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of

# What the page after the form says, kept in the browser: the same for every address.
_KEPT = "registered"


@pages.route("/activities/<activity_ref>/register", methods=["GET", "POST"])
@access.public
def register(activity_ref: str) -> ResponseReturnValue:
    activity = catalogue.published_activity(activity_ref)
    if access.principal().is_authenticated or activity.admission != "open":
        return redirect(_activity(activity), 303)
    form = forms.registration_form(queries.questions(activity.id))
    answers = {name: form[name].data or "" for name in form.field_order} | {"consent": form.consent.data}
    if form.validate_on_submit() and form.attempt(
        service.register, activity_ref=activity_ref, caller=request.remote_addr, said=form.said(), **answers
    ):
        _keep(activity_ref, form.result)
        return redirect(url_for("enrolment.registered", activity_ref=activity_ref), 303)
    return _form_page(activity, form), 422 if form.errors or form.form_errors else 200


@pages.get("/activities/<activity_ref>/register/sent")
@access.public
def registered(activity_ref: str) -> ResponseReturnValue:
    activity, kept = catalogue.published_activity(activity_ref), session.get(_KEPT) or {}
    if kept.get("activity") != activity_ref:
        return redirect(_activity(activity), 303)
    until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
    return render_template(
        "enrolment/registered.html", activity=activity, place_kept=kept["place"], until=until, **WORDS
    )


def _form_page(activity: Activity, form: RegistrationForm) -> str:
    refused = service.explain(activity, None, None)
    letters = [one for one in queries.questions(activity.id) if one.kind == "file"]
    return render_template(
        "enrolment/register.html", activity=activity, form=form,
        later=display.asked_lines(activity, letters), why_not=text_of(refused) if refused else None,
        prospect=rules.prospect(queries.places(activity)), organizations=people.organizations_like("", 100), **WORDS,
    )  # fmt: skip


def _keep(activity_ref: str, said: service.Registered) -> None:
    until = said.held_until.isoformat() if said.held_until else None
    session[_KEPT] = {"activity": activity_ref, "place": said.place, "until": until}


def _activity(activity: Activity) -> str:
    return url_for("catalogue.activity", ref=activity.public_id)
