"""The focal point's page behind a personal link: name one or many, replace, write again."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core import clock
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.keys import key_to
from ilpes_lms.enrolment.models import NominationQuota
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS, list_template
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare, Form
from ilpes_lms.web.i18n import ngettext


@pages.route("/nominate/<token>", methods=["GET", "POST"])
@access.public
def nominate(token: str) -> ResponseReturnValue:
    form = forms.NomineeForm()
    if form.validate_on_submit() and form.attempt(service.nominate, token=token, **form.person()):
        flash(_("%(name)s is on the list and gets a letter.", name=form.result.given_names), "good")
        return _to_desk(token)
    return _desk(queries.quota_by_token(token), token, form)


@pages.post("/nominate/<token>/<invitation_ref>/withdraw")
@access.public
def withdraw_nomination(token: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(
        service.withdraw_nomination, token=token, invitation_ref=invitation_ref
    ):
        flash(_("%(name)s is off the list.", name=form.result.given_names), "good")
        return _to_desk(token)
    return _desk(queries.quota_by_token(token), token, forms.NomineeForm(formdata=None), form)


@pages.post("/nominate/<token>/<invitation_ref>/write")
@access.public
def write_to_nominee(token: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.write_to_nominee, token=token, invitation_ref=invitation_ref):
        flash(_("The letter is on its way to %(address)s again.", address=form.result.email), "good")
        return _to_desk(token)
    return _desk(queries.quota_by_token(token), token, forms.NomineeForm(formdata=None), form)


@pages.route("/nominate/<token>/<invitation_ref>/replace", methods=["GET", "POST"])
@access.public
def replace_nominee(token: str, invitation_ref: str) -> ResponseReturnValue:
    quota, form = queries.quota_by_token(token), forms.NomineeForm()
    if form.validate_on_submit() and form.attempt(
        service.replace_nominee, token=token, invitation_ref=invitation_ref, **form.person()
    ):
        flash(_("%(name)s is on the list and gets a letter.", name=form.result.given_names), "good")
        return _to_desk(token)
    nominee = queries.nominee(invitation_ref, quota.id)
    page = render_template("enrolment/replace.html", quota=quota, nominee=nominee, token=token, form=form, **WORDS)
    return page, 422 if form.errors else 200


@pages.route("/nominate/<token>/list", methods=["GET", "POST"])
@access.public
def nominate_list(token: str) -> ResponseReturnValue:
    quota, form, foreseen = queries.quota_by_token(token), forms.ListForm(), None
    if form.validate_on_submit() and form.attempt(service.read_list, source=form.source()):
        lines = form.result
        if form.send.data and form.attempt(
            service.nominate_list, token=token, lines=lines, doubts_accepted=form.doubts_accepted.data
        ):
            number = len(form.result)
            flash(ngettext("%(num)s person is nominated and gets a letter.",
                           "%(num)s people are nominated and get a letter each.", number), "good")  # fmt: skip
            return _to_desk(token)
        foreseen = service.foresee_nominations(token=token, lines=lines)
    return _list(quota, token, form, foreseen)


@pages.get("/nominate/template.<any(csv, xlsx):kind>")
@access.public
def list_template_file(kind: str) -> ResponseReturnValue:
    content, media_type, name = list_template(kind)
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@pages.get("/my/nominations/<quota_ref>")
@access.signed_in
def my_nominations(quota_ref: str) -> ResponseReturnValue:
    quota = queries.quota_of_focal_point(quota_ref, me())
    return _to_desk(key_to(quota.public_id))


def _to_desk(token: str) -> ResponseReturnValue:
    return redirect(url_for("enrolment.nominate", token=token), 303)


def _desk(
    quota: NominationQuota, token: str, form: forms.NomineeForm, refused: Form | None = None
) -> ResponseReturnValue:
    wrong = form.errors or (refused and refused.errors)
    page = render_template(
        "enrolment/nominate.html", quota=quota, activity=quota.activity, token=token, form=form, refused=refused,
        nominees=queries.nominees([quota.id]), closed=quota.closes_at <= clock.now(), **WORDS,
    )  # fmt: skip
    return page, 422 if wrong else 200


def _list(
    quota: NominationQuota, token: str, form: forms.ListForm, foreseen: service.Foreseen | None
) -> ResponseReturnValue:
    form.carry(foreseen)
    page = render_template(
        "enrolment/nominate_list.html", quota=quota, activity=quota.activity, token=token, form=form,
        foreseen=foreseen, left=quota.places - queries.filled(quota.id), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200
