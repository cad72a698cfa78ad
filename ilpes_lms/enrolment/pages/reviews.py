"""One application as those see it who judge it: all that was written, the reviews, one's own among them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import board_display as display
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.display import answer_lines
from ilpes_lms.enrolment.pages.blueprint import me, pages, reviewed, reviewer
from ilpes_lms.enrolment.pages.board import ACTIONS
from ilpes_lms.enrolment.wording import WORDS, dates_of
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare

_AT = "/coordinate/activities/<activity_ref>/applications/<enrolment_ref>"


@pages.get("/coordinate/reviews")
@access.requires("enrolment.review")
def reviews() -> ResponseReturnValue:
    activities = catalogue.activities_co_coordinated_by(me())
    left = queries.to_review(me(), [activity.id for activity in activities])
    return render_template("enrolment/reviews.html", activities=activities, left=left, dates_of=dates_of)


@pages.get(_AT)
@access.requires("enrolment.review")
def applicant(activity_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    return _shown(activity_ref, enrolment_ref)


@pages.post(f"{_AT}/review")
@access.requires("enrolment.review")
def review(activity_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    form = forms.ReviewForm()
    values = {"score": form.score.data, "note": form.note.data or "", "seen": form.seen}
    if form.validate_on_submit() and form.attempt(service.review, **_about(activity_ref, enrolment_ref), **values):
        flash(_("Your review is saved."), "good")
        following = queries.next_to_review(reviewed(activity_ref).id, me(), queries.enrolment(enrolment_ref))
        there = following if request.form.get("then") == "next" and following else enrolment_ref
        return redirect(_here(activity_ref, there), 303)
    return _shown(activity_ref, enrolment_ref, review_form=form), 422


@pages.post(f"{_AT}/conflict")
@access.requires("enrolment.review")
def declare_conflict(activity_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    form = forms.ConflictForm()
    about = _about(activity_ref, enrolment_ref)
    if form.validate_on_submit() and form.attempt(service.declare_conflict, **about, reason=form.reason.data or ""):
        flash(_("Your conflict of interest is on record. Someone else judges and decides about this person."), "good")
        return redirect(_here(activity_ref, enrolment_ref), 303)
    return _shown(activity_ref, enrolment_ref, conflict_form=form), 422


@pages.post(f"{_AT}/conflict/take-back")
@access.requires("enrolment.review")
def take_back_conflict(activity_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.take_back_conflict, **_about(activity_ref, enrolment_ref)):
        flash(_("Your declaration is taken back. You may judge this person again."), "good")
    elif form.form_errors:
        flash(" ".join(form.form_errors), "wrong")
    return redirect(_here(activity_ref, enrolment_ref), 303)


def _shown(
    activity_ref: str,
    enrolment_ref: str,
    *,
    review_form: forms.ReviewForm | None = None,
    conflict_form: forms.ConflictForm | None = None,
) -> str:
    activity = reviewed(activity_ref)
    found = queries.applicant(activity.id, enrolment_ref)
    judgement = service.judgement(found.enrolment, reviewer())
    return render_template(
        "enrolment/applicant.html", activity=activity, applicant=found, enrolment=found.enrolment,
        person=found.enrolment.person, judgement=judgement, average=display.average, actions=ACTIONS,
        review_form=review_form or _review_form(judgement),
        conflict_form=conflict_form or forms.ConflictForm(formdata=None),
        lines=answer_lines(found.enrolment, queries.answers_of(found.enrolment.id)),
        following=queries.next_to_review(activity.id, me(), found.enrolment), **WORDS,
    )  # fmt: skip


def _review_form(judgement: service.Judgement) -> forms.ReviewForm:
    mine = judgement.mine
    known = {"score": mine.score, "note": mine.note} if mine else {}
    return forms.ReviewForm(formdata=None, version=str(judgement.version), **known)


def _about(activity_ref: str, enrolment_ref: str) -> dict[str, Any]:
    return {"activity_ref": activity_ref, "enrolment_ref": enrolment_ref, "reviewer": reviewer()}


def _here(activity_ref: str, enrolment_ref: str) -> str:
    return url_for("enrolment.applicant", activity_ref=activity_ref, enrolment_ref=enrolment_ref)
