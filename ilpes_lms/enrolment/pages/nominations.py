"""Nominations: the coordinator's page of institutions, and the focal point's page behind a personal link."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core import clock
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.models import NominationQuota
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form


@pages.route("/coordinate/activities/<activity_ref>/nominations", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def nominations(activity_ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    activity = catalogue.managed_activity(activity_ref, divisions)
    form = forms.QuotaForm(country=activity.country)
    values = {name: form[name].data for name in ("organization", "country", "places", "closes_on", "focal_point_email")}
    if form.validate_on_submit() and form.attempt(
        service.open_quota_for, activity_ref=activity_ref, divisions=divisions, **values
    ):
        flash(_("The personal link is on its way to %(address)s.", address=form.result.focal_point_email), "good")
        return redirect(url_for("enrolment.nominations", activity_ref=activity_ref), 303)
    quotas = queries.quotas(activity.id)
    page = render_template(
        "enrolment/nominations.html", form=form, activity=activity, quotas=quotas,
        nominees=queries.nominees([quota.id for quota in quotas]), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@pages.post("/coordinate/activities/<activity_ref>/nominations/<quota_ref>/link")
@access.requires("enrolment.decide")
def renew_link(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    quota = service.renew_link(activity_ref=activity_ref, quota_ref=quota_ref, divisions=access.principal().divisions)
    flash(_("A new personal link is on its way to %(address)s.", address=quota.focal_point_email), "good")
    return redirect(url_for("enrolment.nominations", activity_ref=activity_ref), 303)


@pages.route("/nominate/<token>", methods=["GET", "POST"])
@access.public
def nominate(token: str) -> ResponseReturnValue:
    form = forms.NomineeForm()
    values = {name: form[name].data for name in ("email", "given_names", "first_surname")}
    if form.validate_on_submit() and form.attempt(service.nominate, token=token, **values):
        flash(_("%(name)s is on the list and gets a letter.", name=form.result.given_names), "good")
        return redirect(url_for("enrolment.nominate", token=token), 303)
    return _desk(queries.quota_by_token(token), token, form)


@pages.post("/nominate/<token>/<invitation_ref>/withdraw")
@access.public
def withdraw_nomination(token: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(
        service.withdraw_nomination, token=token, invitation_ref=invitation_ref
    ):
        flash(_("%(name)s is off the list.", name=form.result.given_names), "good")
        return redirect(url_for("enrolment.nominate", token=token), 303)
    return _desk(queries.quota_by_token(token), token, forms.NomineeForm(formdata=None), form)


def _desk(
    quota: NominationQuota, token: str, form: forms.NomineeForm, refused: Form | None = None
) -> ResponseReturnValue:
    wrong = form.errors or form.form_errors or (refused and refused.form_errors)
    page = render_template(
        "enrolment/nominate.html", quota=quota, activity=quota.activity, token=token, form=form, refused=refused,
        nominees=queries.nominees([quota.id]), closed=quota.closes_at <= clock.now(), **WORDS,
    )  # fmt: skip
    return page, 422 if wrong else 200
