"""What a participant sees and does: apply, stand, answer an offer, leave."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import forms, queries, rules, service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare

# What is said, and in which tone, when someone has arrived in a state.
_SAID = {
    "applied": (N_("Your application has arrived. We have sent you a confirmation."), "good"),
    "waitlisted": (N_("There is no place for you now: you are on the waiting list."), "caution"),
    "confirmed": (N_("You have a place. We have sent you a confirmation."), "good"),
    "offered": (N_("A place is held for you."), "good"),
    "withdrawn": (N_("You have withdrawn. Thank you for leaving the place to someone else."), "good"),
}


@pages.route("/activities/<activity_ref>/apply", methods=["GET", "POST"])
@access.signed_in
def apply(activity_ref: str) -> ResponseReturnValue:
    activity = catalogue.published_activity(activity_ref)
    standing = queries.enrolment_of(me(), activity.id)
    if standing and standing.state in rules.LIVE:
        flash(_("You are already on the list of this activity."), "info")
        return to_own_page(standing)
    form = forms.ApplicationForm()
    values = {"activity_ref": activity_ref, "person_id": me(), "motivation": form.motivation.data or ""}
    if form.validate_on_submit() and form.attempt(service.apply, **values):
        return arrived(form.result)
    wrong = form.errors or form.form_errors
    return render_template("enrolment/apply.html", form=form, activity=activity, **WORDS), 422 if wrong else 200


@pages.get("/my/enrolments")
@access.signed_in
def my_enrolments() -> ResponseReturnValue:
    mine = queries.of_person(me())
    return render_template("enrolment/my_enrolments.html", mine=mine, ranks=queries.ranks(mine), **WORDS)


@pages.get("/my/enrolments/<enrolment_ref>")
@access.signed_in
def my_enrolment(enrolment_ref: str) -> ResponseReturnValue:
    return _shown(queries.own(enrolment_ref, me()), Bare())


@pages.post("/my/enrolments/<enrolment_ref>/withdraw")
@access.signed_in
def withdraw(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.withdraw, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


@pages.post("/my/enrolments/<enrolment_ref>/accept")
@access.signed_in
def accept(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.accept_offer, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


@pages.post("/my/enrolments/<enrolment_ref>/turn-down")
@access.signed_in
def turn_down(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.decline_offer, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


def arrived(enrolment: Enrolment) -> ResponseReturnValue:
    """Say where someone has arrived, and lead to their own page."""
    text, tone = _SAID[enrolment.state]
    flash(_(text), tone)
    if enrolment.state == "waitlisted" and (why := queries.held_back(enrolment)):
        flash(_(why), "info")
    return to_own_page(enrolment)


def to_own_page(enrolment: Enrolment) -> ResponseReturnValue:
    """Lead to one's own page of an enrolment."""
    return redirect(url_for("enrolment.my_enrolment", enrolment_ref=enrolment.public_id), 303)


def _shown(enrolment: Enrolment, form: Bare) -> ResponseReturnValue:
    page = render_template(
        "enrolment/my_enrolment.html", enrolment=enrolment, rank=queries.rank(enrolment), form=form,
        prospect=service.prospect(enrolment), **WORDS,
    )  # fmt: skip
    return page, 422 if form.form_errors else 200
