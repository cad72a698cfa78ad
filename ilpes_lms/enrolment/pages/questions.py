"""Coordinators decide what applicants are asked, and see it as applicants will."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import forms, queries, rules, service
from ilpes_lms.enrolment.forms import QuestionForm
from ilpes_lms.enrolment.models import ApplicationQuestion
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare

_VERBS: dict[str, tuple[Callable[..., Any], str]] = {
    "stop": (service.stop_asking, N_("The question is not asked any more. The answers that were given stay.")),
    "ask-again": (service.ask_again, N_("The question is asked again, at the end.")),
    "delete": (service.delete_question, N_("The question is deleted.")),
}


@pages.get("/coordinate/activities/<activity_ref>/questions")
@access.requires("enrolment.decide")
def questions(activity_ref: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    found = queries.all_questions(activity.id)
    return render_template(
        "enrolment/questions.html", activity=activity, asked=[one for one in found if one.asked],
        stopped=[one for one in found if not one.asked], answered=queries.answered(activity.id),
        kinds=rules.QUESTION_KINDS, **WORDS,
    )  # fmt: skip


@pages.route("/coordinate/activities/<activity_ref>/questions/new", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def add_question(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), QuestionForm()
    if _done(form, service.add_question, activity_ref=activity_ref):
        flash(_("The question is added."), "good")
        return _to_questions(activity_ref)
    return _form_page(activity, form, None)


@pages.route("/coordinate/activities/<activity_ref>/questions/<question_ref>", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def edit_question(activity_ref: str, question_ref: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    question = queries.question_in(activity.id, question_ref)
    form = QuestionForm(data=forms.question_data(question))
    where = {"activity_ref": activity_ref, "question_ref": question_ref, "note": form.note.data or ""}
    if _done(form, service.edit_question, **where):
        flash(_("Saved."), "good")
        return _to_questions(activity_ref)
    return _form_page(activity, form, question)


@pages.post("/coordinate/activities/<activity_ref>/questions/<question_ref>/<any(up, down):direction>")
@access.requires("enrolment.decide")
def move_question(activity_ref: str, question_ref: str, direction: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.move_question(
            activity_ref=activity_ref, question_ref=question_ref, direction="up" if direction == "up" else "down",
            divisions=access.principal().divisions,
        )  # fmt: skip
    return _to_questions(activity_ref)


@pages.post("/coordinate/activities/<activity_ref>/questions/<question_ref>/<any('stop', 'ask-again', 'delete'):verb>")
@access.requires("enrolment.decide")
def change_question(activity_ref: str, question_ref: str, verb: str) -> ResponseReturnValue:
    if not Bare().validate_on_submit():
        return _to_questions(activity_ref)
    act, said = _VERBS[verb]
    try:
        act(activity_ref=activity_ref, question_ref=question_ref, divisions=access.principal().divisions)
        flash(_(said), "good")
    except NotFound:
        raise
    except DomainError as refusal:
        flash(text_of(refusal), "wrong")
    return _to_questions(activity_ref)


@pages.get("/coordinate/activities/<activity_ref>/questions/preview")
@access.requires("enrolment.decide")
def preview_questions(activity_ref: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    beginning = service.specimen(activity=activity, person_id=me())
    return render_template(
        "enrolment/questions_preview.html", activity=activity, form=forms.application_form(beginning), **WORDS
    )


def _done(form: QuestionForm, verb: Callable[..., Any], **where: Any) -> bool:
    def ask() -> Any:
        return verb(**where, **form.values(), divisions=access.principal().divisions)

    return bool(form.validate_on_submit()) and form.attempt(ask)


def _form_page(activity: Activity, form: QuestionForm, question: ApplicationQuestion | None) -> ResponseReturnValue:
    answered = queries.answered(activity.id).get(question.id, 0) if question else 0
    page = render_template(
        "enrolment/question.html", activity=activity, form=form, question=question, answered=answered, **WORDS
    )
    return page, 422 if form.errors or form.form_errors else 200


def _managed(activity_ref: str) -> Activity:
    return catalogue.managed_outline(activity_ref, access.principal().divisions)


def _to_questions(activity_ref: str) -> ResponseReturnValue:
    return redirect(url_for("enrolment.questions", activity_ref=activity_ref), 303)
