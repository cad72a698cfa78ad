"""Nominations: the coordinator's page of institutions, and the focal point's list, by a personal link or signed in."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core import clock
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.models import NominationQuota
from ilpes_lms.enrolment.pages.blueprint import me, pages
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
    form, way = forms.NomineeForm(), _by_link(token)
    if form.validate_on_submit() and form.attempt(service.nominate, token=token, **form.nominee()):
        return _named(form, way)
    return _desk(queries.quota_by_token(token), way, form)


@pages.post("/nominate/<token>/<invitation_ref>/withdraw")
@access.public
def withdraw_nomination(token: str, invitation_ref: str) -> ResponseReturnValue:
    form, way = Bare(), _by_link(token)
    if form.validate_on_submit() and form.attempt(
        service.withdraw_nomination, token=token, invitation_ref=invitation_ref
    ):
        return _taken_off(form, way)
    return _desk(queries.quota_by_token(token), way, forms.NomineeForm(formdata=None), form)


@pages.route("/my/nominations/<quota_ref>", methods=["GET", "POST"])
@access.signed_in
def my_nominations(quota_ref: str) -> ResponseReturnValue:
    form, way, mine = forms.NomineeForm(), _signed_in(quota_ref), {"quota_ref": quota_ref, "person_id": me()}
    if form.validate_on_submit() and form.attempt(service.nominate_as_focal_point, **mine, **form.nominee()):
        return _named(form, way)
    return _desk(queries.quota_of_focal_point(quota_ref, me()), way, form)


@pages.post("/my/nominations/<quota_ref>/<invitation_ref>/withdraw")
@access.signed_in
def withdraw_my_nomination(quota_ref: str, invitation_ref: str) -> ResponseReturnValue:
    form, way = Bare(), _signed_in(quota_ref)
    if form.validate_on_submit() and form.attempt(
        service.withdraw_as_focal_point, quota_ref=quota_ref, person_id=me(), invitation_ref=invitation_ref
    ):
        return _taken_off(form, way)
    return _desk(queries.quota_of_focal_point(quota_ref, me()), way, forms.NomineeForm(formdata=None), form)


@dataclass(frozen=True)
class _Way:
    """How a focal point came to the list, and where its buttons lead."""

    desk: str
    withdrawing: str
    key: dict[str, Any]
    by_link: bool

    @property
    def url(self) -> str:
        return url_for(self.desk, **self.key)

    def withdraw_url(self, invitation_ref: str) -> str:
        return url_for(self.withdrawing, **self.key, invitation_ref=invitation_ref)


def _by_link(token: str) -> _Way:
    return _Way("enrolment.nominate", "enrolment.withdraw_nomination", {"token": token}, by_link=True)


def _signed_in(quota_ref: str) -> _Way:
    return _Way("enrolment.my_nominations", "enrolment.withdraw_my_nomination", {"quota_ref": quota_ref}, by_link=False)


def _named(form: Form, way: _Way) -> ResponseReturnValue:
    flash(_("%(name)s is on the list and gets a letter.", name=form.result.given_names), "good")
    return redirect(way.url, 303)


def _taken_off(form: Form, way: _Way) -> ResponseReturnValue:
    flash(_("%(name)s is off the list.", name=form.result.given_names), "good")
    return redirect(way.url, 303)


def _desk(
    quota: NominationQuota, way: _Way, form: forms.NomineeForm, refused: Form | None = None
) -> ResponseReturnValue:
    wrong = form.errors or form.form_errors or (refused and refused.form_errors)
    page = render_template(
        "enrolment/nominate.html", quota=quota, activity=quota.activity, way=way, form=form, refused=refused,
        nominees=queries.nominees([quota.id]), closed=quota.closes_at <= clock.now(), **WORDS,
    )  # fmt: skip
    return page, 422 if wrong else 200
