"""The coordinator's pages of institutions and their places."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS, last_date
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form


@pages.route("/coordinate/activities/<activity_ref>/nominations", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def nominations(activity_ref: str) -> ResponseReturnValue:
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    form = forms.QuotaForm(country=activity.country)
    values = {name: form[name].data for name in ("organization", "country", "places", "closes_on", "focal_point_email")}
    if form.validate_on_submit() and form.attempt(service.open_quota_for, **_at(activity_ref), **values):
        flash(_("The personal link is on its way to %(address)s.", address=form.result.focal_point_email), "good")
        return _to_all(activity_ref)
    page = render_template(
        "enrolment/nominations.html", form=form, activity=activity, standing=queries.standing_of_quotas(activity.id),
        alike=service.alike(activity.id), organizations=people.organizations_like("", 100), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.get("/coordinate/activities/<activity_ref>/nominations/<quota_ref>")
@access.requires("enrolment.decide")
def quota(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    return _quota(activity_ref, quota_ref)


@pages.post("/coordinate/activities/<activity_ref>/nominations/<quota_ref>")
@access.requires("enrolment.decide")
def change_quota(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    form = forms.QuotaChangeForm()
    values = {name: form[name].data for name in ("places", "closes_on", "focal_point_email")}
    if form.validate_on_submit() and form.attempt(
        service.change_quota, quota_ref=quota_ref, version=form.seen_version(), **_at(activity_ref), **values
    ):
        flash(_("What the institution has is changed."), "good")
        return _to_one(activity_ref, quota_ref)
    return _quota(activity_ref, quota_ref, form)


@pages.post("/coordinate/activities/<activity_ref>/nominations/<quota_ref>/take-back")
@access.requires("enrolment.decide")
def take_places_back(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    form = forms.QuotaChangeForm()
    if form.attempt(service.take_places_back, quota_ref=quota_ref, version=form.seen_version(), **_at(activity_ref)):
        flash(_("The unfilled places are taken back."), "good")
        return _to_one(activity_ref, quota_ref)
    return _quota(activity_ref, quota_ref, refused=form)


@pages.post("/coordinate/activities/<activity_ref>/nominations/<quota_ref>/link")
@access.requires("enrolment.decide")
def renew_link(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    renewed = service.renew_link(quota_ref=quota_ref, **_at(activity_ref))
    flash(_("A new personal link is on its way to %(address)s.", address=renewed.focal_point_email), "good")
    return _to_one(activity_ref, quota_ref)


@pages.post("/coordinate/activities/<activity_ref>/nominations/<quota_ref>/<invitation_ref>/write")
@access.requires("enrolment.decide")
def write_to_nominee_as_coordinator(activity_ref: str, quota_ref: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.attempt(service.send_invitation_again, invitation_ref=invitation_ref, **_at(activity_ref)):
        flash(_("The letter is on its way to %(address)s again.", address=form.result.email), "good")
        return _to_one(activity_ref, quota_ref)
    return _quota(activity_ref, quota_ref, refused=form)


@pages.route(
    "/coordinate/activities/<activity_ref>/nominations/<quota_ref>/<invitation_ref>/replace", methods=["GET", "POST"]
)
@access.requires("enrolment.decide")
def replace_confirmed(activity_ref: str, quota_ref: str, invitation_ref: str) -> ResponseReturnValue:
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    form, found = forms.SubstituteForm(), queries.managed_quota(quota_ref, activity.id)
    if form.validate_on_submit() and form.attempt(
        service.replace_confirmed, quota_ref=quota_ref, invitation_ref=invitation_ref, reason=form.reason.data,
        **_at(activity_ref), **form.person(),
    ):  # fmt: skip
        flash(_("%(name)s is on the list and gets a letter.", name=form.result.given_names), "good")
        return _to_one(activity_ref, quota_ref)
    nominee = queries.nominee(invitation_ref, found.id)
    page = render_template("enrolment/replace.html", quota=found, nominee=nominee, token=None, form=form, **WORDS)
    return page, 422 if form.errors else 200


def _at(activity_ref: str) -> dict[str, Any]:
    return {"activity_ref": activity_ref, "divisions": access.principal().divisions}


def _to_all(activity_ref: str) -> ResponseReturnValue:
    return redirect(url_for("enrolment.nominations", activity_ref=activity_ref), 303)


def _to_one(activity_ref: str, quota_ref: str) -> ResponseReturnValue:
    return redirect(url_for("enrolment.quota", activity_ref=activity_ref, quota_ref=quota_ref), 303)


def _quota(
    activity_ref: str, quota_ref: str, form: forms.QuotaChangeForm | None = None, refused: Form | None = None
) -> ResponseReturnValue:
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    found = queries.managed_quota(quota_ref, activity.id)
    now = {"places": found.places, "focal_point_email": found.focal_point_email, "version": str(found.version),
           "closes_on": last_date(found.closes_at, activity.zone)}  # fmt: skip
    if form is None:
        form = forms.QuotaChangeForm(formdata=None, data=now)
    form.version.data = str(found.version)
    page = render_template(
        "enrolment/quota.html", activity=activity, quota=found, form=form, refused=refused,
        nominees=queries.nominees([found.id]), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors or (refused and refused.errors) else 200
