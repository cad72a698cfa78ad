"""Participants ask for corrections; whoever teaches answers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import standing
from ilpes_lms.attendance.forms import AnswerForm, AppealForm
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of


@pages.route("/my/attendance/<enrolment_ref>/correction", methods=["GET", "POST"])
@access.signed_in
def ask_for_correction(enrolment_ref: str) -> ResponseReturnValue:
    person_id, form = access.principal().person_id, AppealForm()
    enrolment = queries.own_enrolment(enrolment_ref, person_id)
    if form.validate_on_submit() and form.attempt(
        service.ask_for_correction, enrolment_ref=enrolment_ref, person_id=person_id, text=form.text.data
    ):
        flash(_("Your request was sent. You get a letter with the answer."), "good")
        return redirect(url_for("attendance.own", enrolment_ref=enrolment_ref), 303)
    return _ask_page(enrolment, form), 422 if form.errors or form.form_errors else 200


@pages.get("/teach/activities/<activity_ref>/corrections")
@access.requires("attendance.mark")
def corrections(activity_ref: str) -> ResponseReturnValue:
    activity = queries.visible_activity(activity_ref, viewer())
    return render_template(
        "attendance/appeals.html", activity=activity, appeals=queries.appeals_in(activity.id),
        states=rules.APPEAL_LABELS,
    )  # fmt: skip


@pages.route("/teach/activities/<activity_ref>/corrections/<appeal_ref>", methods=["GET", "POST"])
@access.requires("attendance.mark")
def correction(activity_ref: str, appeal_ref: str) -> ResponseReturnValue:
    activity, form = queries.visible_activity(activity_ref, viewer()), AnswerForm()
    found = queries.appeal_in(appeal_ref, activity.id)
    if form.validate_on_submit() and form.attempt(
        service.answer_correction, appeal_ref=appeal_ref, state=form.state.data, text=form.answer.data
    ):
        flash(_("Answered. The participant gets a letter."), "good")
        return redirect(url_for("attendance.corrections", activity_ref=activity_ref), 303)
    page = render_template(
        "attendance/answer_appeal.html", activity=activity, appeal=found, form=form, states=rules.APPEAL_LABELS,
        standing=standing(queries.outcome_of(found.enrolment_id)),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _ask_page(enrolment: Enrolment, form: AppealForm) -> str:
    refusal = service.why_not_to_ask(enrolment, queries.appeals_of(enrolment.id))
    return render_template(
        "attendance/appeal.html", enrolment=enrolment, activity=enrolment.activity, form=form,
        standing=standing(queries.outcome_of(enrolment.id)), refused=text_of(refusal) if refusal else None,
    )  # fmt: skip
