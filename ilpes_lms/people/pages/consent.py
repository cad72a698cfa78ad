"""One's own agreement to the privacy notice, asked for again when the notice changes."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.people import forms, queries, rules, service
from ilpes_lms.people.pages.blueprint import pages, way_on
from ilpes_lms.web import access

ENDPOINTS = ("people.consent",)


@pages.route("/my/consent", methods=["GET", "POST"])
@access.signed_in
def consent() -> ResponseReturnValue:
    person_id = access.principal().person_id or 0
    form = forms.ConsentForm(next=request.args.get("next"), notice_version=rules.PRIVACY_NOTICE_VERSION)
    if form.validate_on_submit() and form.attempt(
        service.give_consent, person_id=person_id, notice_version=form.notice_version.data, agreed=form.consent.data
    ):
        flash(_("Thank you. That you agree is kept with the date."), "good")
        return redirect(way_on(form.next.data), 303)
    given = queries.consents_of(person_id)
    return render_template(
        "people/consent.html", form=form, given=given, version=rules.PRIVACY_NOTICE_VERSION
    ), 422 if form.errors or form.form_errors else 200
