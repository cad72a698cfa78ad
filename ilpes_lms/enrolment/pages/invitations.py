"""The coordinator's pages of invitations."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.enrolment import forms, queries, rules, service
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.forms import Bare, Form
from ilpes_lms.web.i18n import ngettext


@pages.route("/coordinate/activities/<activity_ref>/invitations", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def invitations(activity_ref: str) -> ResponseReturnValue:
    form = forms.InvitationForm()
    if form.validate_on_submit() and form.attempt(
        service.invite, **_at(activity_ref), **form.person(), **form.terms(), language=form.language.data
    ):
        flash(_("The invitation is on its way to %(address)s.", address=form.result.email), "good")
        return _back(activity_ref)
    return _all(activity_ref, form)


@pages.route("/coordinate/activities/<activity_ref>/invitations/list", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def invite_list(activity_ref: str) -> ResponseReturnValue:
    form, foreseen = forms.InvitationListForm(), None
    if form.validate_on_submit() and form.attempt(service.read_list, source=form.source()):
        lines = form.result
        if form.send.data and form.attempt(
            service.invite_list, lines=lines, doubts_accepted=form.doubts_accepted.data, **_at(activity_ref),
            **form.terms(),
        ):  # fmt: skip
            number = len(form.result)
            flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", number),
                  "good")  # fmt: skip
            return _back(activity_ref)
        foreseen = service.foresee_invitations(lines=lines, **_at(activity_ref))
    return _list(catalogue.managed_activity(activity_ref, access.principal().divisions), form, foreseen)


@pages.post("/coordinate/activities/<activity_ref>/invitations/<invitation_ref>/withdraw")
@access.requires("enrolment.decide")
def withdraw_invitation(activity_ref: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.attempt(service.withdraw_invitation, invitation_ref=invitation_ref, **_at(activity_ref)):
        flash(_("The invitation to %(address)s is withdrawn.", address=form.result.email), "good")
        return _back_from(form.result, activity_ref)
    return _all(activity_ref, forms.InvitationForm(formdata=None), form)


@pages.post("/coordinate/activities/<activity_ref>/invitations/<invitation_ref>/write")
@access.requires("enrolment.decide")
def send_invitation_again(activity_ref: str, invitation_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.attempt(service.send_invitation_again, invitation_ref=invitation_ref, **_at(activity_ref)):
        flash(_("The letter is on its way to %(address)s again.", address=form.result.email), "good")
        return _back(activity_ref)
    return _all(activity_ref, forms.InvitationForm(formdata=None), form)


@pages.post("/coordinate/activities/<activity_ref>/invitations/<invitation_ref>/extend")
@access.requires("enrolment.decide")
def extend_invitation(activity_ref: str, invitation_ref: str) -> ResponseReturnValue:
    form = forms.ExtensionForm()
    if form.validate_on_submit() and form.attempt(
        service.extend_invitation, invitation_ref=invitation_ref, answer_by=form.answer_by.data, **_at(activity_ref)
    ):
        flash(_("The invitation to %(address)s can be answered longer.", address=form.result.email), "good")
        return _back(activity_ref)
    return _all(activity_ref, forms.InvitationForm(formdata=None), form)


def _at(activity_ref: str) -> dict[str, Any]:
    return {"activity_ref": activity_ref, "divisions": access.principal().divisions}


def _back(activity_ref: str) -> ResponseReturnValue:
    return redirect(url_for("enrolment.invitations", activity_ref=activity_ref), 303)


def _back_from(invitation: Invitation, activity_ref: str) -> ResponseReturnValue:
    if invitation.quota is None:
        return _back(activity_ref)
    quota_ref = invitation.quota.public_id
    return redirect(url_for("enrolment.quota", activity_ref=activity_ref, quota_ref=quota_ref), 303)


def _all(activity_ref: str, form: forms.InvitationForm, refused: Form | None = None) -> ResponseReturnValue:
    page_takes(state=rules.OUTLOOKS, cursor=None)
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    outlook, now = request.args.get("state"), clock.now()
    if outlook not in rules.OUTLOOKS:
        outlook = None
    page = queries.invitations(activity.id, outlook=outlook, now=now, cursor=request.args.get("cursor"))
    text = render_template(
        "enrolment/invitations.html", form=form, refused=refused, activity=activity, outlook=outlook, page=page,
        counts=queries.outlooks(activity.id, now), next_url=_next(activity_ref, outlook, page.next_cursor),
        extension=forms.ExtensionForm(formdata=None), outlooks=rules.OUTLOOKS, **WORDS,
    )  # fmt: skip
    return text, 422 if form.errors or (refused and refused.errors) else 200


def _next(activity_ref: str, outlook: str | None, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return url_for("enrolment.invitations", activity_ref=activity_ref, state=outlook, cursor=cursor)


def _list(activity: Activity, form: forms.InvitationListForm, foreseen: service.Foreseen | None) -> ResponseReturnValue:
    form.carry(foreseen)
    page = render_template("enrolment/invite_list.html", activity=activity, form=form, foreseen=foreseen, **WORDS)
    return page, 422 if form.errors else 200
