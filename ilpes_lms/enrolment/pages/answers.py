"""What an invited or nominated person does by their personal link: look, accept, decline."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import display, forms, queries, service
from ilpes_lms.enrolment.forms import ApplicationForm
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.enrolment.pages.arrival import arrived, to_enrolment
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.security import largest_body


@pages.get("/invitations/<token>")
@access.public
def invitation(token: str) -> ResponseReturnValue:
    found, person_id = queries.invitation_by_token(token), access.principal().person_id
    if person_id and found.enrolment and found.enrolment.person_id == person_id:
        return to_enrolment(found.enrolment)
    return _invitation(found, token, _form(token, person_id) if person_id else None)


@pages.post("/invitations/<token>")
@access.signed_in
@largest_body(forms.LARGEST_APPLICATION)
def accept_invitation(token: str) -> ResponseReturnValue:
    form = _form(token, me())
    if form.validate_on_submit() and form.attempt(
        service.answer_invitation, token=token, person_id=me(), about=form.about(), **form.written()
    ):
        return arrived(form.result)
    _keep(token, form)
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


def _form(token: str, person_id: int) -> ApplicationForm:
    return forms.application_form(service.begin_invited(token=token, person_id=person_id))


def _keep(token: str, form: ApplicationForm) -> None:
    """Save what is right of a form that goes back, so that a file need not be chosen again."""
    if form.beginning.questions:
        try:
            service.save_answers(token=token, person_id=me(), **form.written())
        except DomainError:
            return
        form.beginning = service.begin_invited(token=token, person_id=me())


def _is_elsewhere(invitation: Invitation) -> bool:
    # The link decides who gets the place, so whoever is signed in by chance must see that it went to another address.
    invited = people.person_by_email(invitation.email)
    return invited is None or invited.id != me()


def _invitation(found: Invitation, token: str, form: ApplicationForm | None) -> ResponseReturnValue:
    asked = [] if form else display.asked_lines(found.activity, queries.questions(found.activity_id))
    page = render_template(
        "enrolment/invitation.html", invitation=found, activity=found.activity, token=token, form=form, asked=asked,
        has_account=not form and people.account_by_email(found.email), elsewhere=form and _is_elsewhere(found),
        organizations=people.organizations_like("", 100) if form and "organization" in form else [], **WORDS,
    )  # fmt: skip
    return page, 422 if form and (form.errors or form.form_errors) else 200
