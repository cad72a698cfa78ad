"""The coordinator's page of invitations."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access


@pages.route("/coordinate/activities/<activity_ref>/invitations", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def invitations(activity_ref: str) -> ResponseReturnValue:
    form, divisions = forms.InvitationForm(), access.principal().divisions
    activity = catalogue.managed_activity(activity_ref, divisions)
    values = {name: form[name].data for name in ("email", "given_names", "first_surname", "language")}
    if form.validate_on_submit() and form.attempt(
        service.invite, activity_ref=activity_ref, divisions=divisions, **values
    ):
        flash(_("The invitation is on its way to %(address)s.", address=form.result.email), "good")
        return redirect(url_for("enrolment.invitations", activity_ref=activity_ref), 303)
    page = render_template(
        "enrolment/invitations.html",
        form=form,
        activity=activity,
        invitations=queries.invitations(activity.id),
        **WORDS,
    )
    return page, 422 if form.errors or form.form_errors else 200


@pages.post("/coordinate/activities/<activity_ref>/invitations/<invitation_ref>/withdraw")
@access.requires("enrolment.decide")
def withdraw_invitation(activity_ref: str, invitation_ref: str) -> ResponseReturnValue:
    withdrawn = service.withdraw_invitation(
        activity_ref=activity_ref, invitation_ref=invitation_ref, divisions=access.principal().divisions
    )
    flash(_("The invitation to %(address)s is withdrawn.", address=withdrawn.email), "good")
    return redirect(url_for("enrolment.invitations", activity_ref=activity_ref), 303)
