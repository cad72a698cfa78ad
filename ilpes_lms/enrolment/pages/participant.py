"""What a participant sees and does: where they stand; answer an offer, leave."""

from flask import render_template
from flask.typing import ResponseReturnValue

from ilpes_lms.enrolment import display, queries, service
from ilpes_lms.enrolment.joining import joining
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.pages.arrival import arrived
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.get("/my/enrolments")
@access.signed_in
def my_enrolments() -> ResponseReturnValue:
    mine = queries.of_person(me())
    return render_template("enrolment/my_enrolments.html", mine=mine, ranks=queries.ranks(mine), **WORDS)


@pages.get("/my/enrolments/<enrolment_ref>")
@access.signed_in
def my_enrolment(enrolment_ref: str) -> ResponseReturnValue:
    return _shown(queries.own(enrolment_ref, me()), Bare())


@pages.post("/my/enrolments/<enrolment_ref>/withdraw")
@access.signed_in
def withdraw(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.withdraw, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


@pages.post("/my/enrolments/<enrolment_ref>/accept")
@access.signed_in
def accept(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.accept_offer, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


@pages.post("/my/enrolments/<enrolment_ref>/turn-down")
@access.signed_in
def turn_down(enrolment_ref: str) -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.decline_offer, enrolment_ref=enrolment_ref, person_id=me()):
        return arrived(form.result)
    return _shown(queries.own(enrolment_ref, me()), form)


def _shown(enrolment: Enrolment, form: Bare) -> ResponseReturnValue:
    rank, answers = queries.rank(enrolment), queries.answers_of(enrolment.id)
    page = render_template(
        "enrolment/my_enrolment.html", enrolment=enrolment, rank=rank, form=form,
        meaning=display.what_it_means(enrolment), prospect=service.prospect(enrolment),
        lines=display.answer_lines(enrolment, answers),
        joining=joining(enrolment.activity, enrolment), again=service.may_apply_again(enrolment), **WORDS,
    )  # fmt: skip
    return page, 422 if form.form_errors else 200
