"""What an invited or nominated person does by their personal link: look, accept, decline."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.enrolment.pages.arrival import arrived, to_enrolment
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.forms import Form


@pages.get("/invitations/<token>")
@access.public
def invitation(token: str) -> ResponseReturnValue:
    found, person_id = queries.invitation_by_token(token), access.principal().person_id
    if person_id and found.enrolment and found.enrolment.person_id == person_id:
        return to_enrolment(found.enrolment)
    return _invitation(found, token, _confirmation(found, person_id) if person_id else None)


@pages.post("/invitations/<token>")
@access.signed_in
def accept_invitation(token: str) -> ResponseReturnValue:
    found = queries.invitation_by_token(token)
    form = _confirmation(found, me())
    if form.validate_on_submit() and form.attempt(
        service.accept_invitation, token=token, person_id=me(), **form.said()
    ):
        return arrived(form.result)
    return _invitation(queries.invitation_by_token(token), token, form)


@pages.route("/invitations/<token>/decline", methods=["GET", "POST"])
@access.public
def decline_invitation(token: str) -> ResponseReturnValue:
    # Only a press of the button declines: mail scanners open links, people press buttons.
    form = forms.DeclineForm()
    if form.validate_on_submit() and form.attempt(
        service.decline_invitation, token=token, reason=form.reason.data or ""
    ):
        flash(_("You have declined. Thank you for letting us know."), "good")
        return redirect(url_for("enrolment.invitation", token=token), 303)
    found = queries.invitation_by_token(token)
    page = render_template("enrolment/decline.html", invitation=found, token=token, form=form, **WORDS)
    return page, 422 if form.errors else 200


def _confirmation(found: Invitation, person_id: int) -> forms.ConfirmationForm:
    nominating = found.quota.organization if found.quota else None
    known = {"position": found.position}
    if nominating:
        known |= {"organization": nominating.name, "sector": nominating.sector or ""}
    return forms.ConfirmationForm(asked=service.asked_of(found, people.person(person_id)), data=known)


def _invitation(found: Invitation, token: str, form: Form | None) -> ResponseReturnValue:
    page = render_template(
        "enrolment/invitation.html", invitation=found, activity=found.activity, token=token, form=form,
        has_account=people.account_by_email(found.email) is not None, **WORDS,
    )  # fmt: skip
    return page, 422 if form and form.errors else 200
