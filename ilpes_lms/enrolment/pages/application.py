"""An application on its way: filled in, saved, checked, sent; and the files it carries."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.core import files
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import display, forms, queries, rules, service
from ilpes_lms.enrolment.forms import ApplicationForm
from ilpes_lms.enrolment.pages.arrival import arrived, to_enrolment
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.service import Beginning
from ilpes_lms.enrolment.visibility import visible
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.downloads import as_attachment
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.security import largest_body


@pages.route("/activities/<activity_ref>/apply", methods=["GET", "POST"])
@access.signed_in
@largest_body(forms.LARGEST_APPLICATION)
def apply(activity_ref: str) -> ResponseReturnValue:
    beginning = service.begin(activity_ref=activity_ref, person_id=me())
    if beginning.refused:
        return _refused(beginning, beginning.refused)
    form = forms.application_form(beginning)
    if not form.is_submitted():
        return _form_page(beginning, form)
    if not beginning.asks:
        return _registered(beginning, form)
    return _saved(beginning, form) if request.form.get("step") == "save" else _filled(beginning, form)


@pages.post("/activities/<activity_ref>/apply/draft")
@access.signed_in
def save_by_itself(activity_ref: str) -> ResponseReturnValue:
    beginning = service.begin(activity_ref=activity_ref, person_id=me())
    form = forms.application_form(beginning)
    if form.attempt(service.save_draft, **_mine(beginning), about=form.about(), **form.written()):
        return display.saved_at(form.result.saved_at)
    return render_template("enrolment/not_saved.html", form=form), 422


@pages.post("/activities/<activity_ref>/apply/discard")
@access.signed_in
def discard(activity_ref: str) -> ResponseReturnValue:
    if Bare().validate_on_submit():
        service.discard_draft(activity_ref=activity_ref, person_id=me())
        flash(_("What you had written is thrown away."), "good")
    return redirect(url_for("catalogue.activity", ref=activity_ref), 303)


@pages.get("/activities/<activity_ref>/apply/check")
@access.signed_in
def check(activity_ref: str) -> ResponseReturnValue:
    beginning = service.begin(activity_ref=activity_ref, person_id=me())
    if beginning.refused:
        return _refused(beginning, beginning.refused)
    if beginning.saved_at is None:
        return _to_form(beginning)
    return render_template(
        "enrolment/check.html", beginning=beginning, lines=display.check_lines(beginning),
        profile=display.profile_lines(beginning.person), reasons=display.reasons(beginning.eligibility), **WORDS,
    )  # fmt: skip


@pages.post("/activities/<activity_ref>/apply/send")
@access.signed_in
def send(activity_ref: str) -> ResponseReturnValue:
    beginning, form = service.begin(activity_ref=activity_ref, person_id=me()), Bare()
    if beginning.saved_at is None or request.form.get("seen") != beginning.saved_at.isoformat():
        flash(_("What you wrote has changed in the meantime. Check it again, then send it."), "caution")
        return redirect(url_for(".check", activity_ref=activity_ref), 303)
    if form.validate_on_submit() and form.attempt(
        service.apply, **_mine(beginning), motivation=beginning.motivation, said=beginning.said
    ):
        return arrived(form.result)
    flash(" ".join(map(str, form.form_errors)) or _("Something needs to be corrected"), "wrong")
    return _to_form(beginning)


@pages.get("/applications/<enrolment_ref>/files/<answer_ref>")
@access.signed_in
def application_file(enrolment_ref: str, answer_ref: str) -> ResponseReturnValue:
    answer = queries.answer_with_file(visible(enrolment_ref).id, answer_ref)
    return as_attachment(files.fetch(answer.file_key or ""), answer.file_name)


def _registered(beginning: Beginning, form: ApplicationForm) -> ResponseReturnValue:
    if form.attempt(service.apply, **_mine(beginning)):
        return arrived(form.result)
    return _form_page(beginning, form)


def _saved(beginning: Beginning, form: ApplicationForm) -> ResponseReturnValue:
    right = form.read_files()
    if not form.attempt(service.save_draft, **_mine(beginning), about=form.about(), **form.written()) or not right:
        return _form_page(beginning, form)
    flash(_("Saved. You can go on whenever you like: you find it on your own page."), "good")
    return _to_form(beginning)


def _filled(beginning: Beginning, form: ApplicationForm) -> ResponseReturnValue:
    if form.validate() and form.attempt(service.prepare, **_mine(beginning), about=form.about(), **form.written()):
        return redirect(url_for(".check", activity_ref=beginning.activity.public_id), 303)
    form.beginning = _kept(beginning, form)
    return _form_page(form.beginning, form)


def _kept(beginning: Beginning, form: ApplicationForm) -> Beginning:
    """Save what is right of a form that goes back, so that a file need not be chosen again."""
    try:
        service.save_draft(**_mine(beginning), about=form.about(), **form.written())
    except DomainError:
        return beginning
    return service.begin(**_mine(beginning))


def _mine(beginning: Beginning) -> dict[str, Any]:
    return {"activity_ref": beginning.activity.public_id, "person_id": beginning.person.id}


def _refused(beginning: Beginning, refused: DomainError) -> ResponseReturnValue:
    flash(text_of(refused), "info" if beginning.standing else "caution")
    if beginning.standing and beginning.standing.state in rules.LIVE:
        return to_enrolment(beginning.standing)
    return redirect(url_for("catalogue.activity", ref=beginning.activity.public_id), 303)


def _form_page(beginning: Beginning, form: ApplicationForm) -> ResponseReturnValue:
    wrong = form.errors or form.form_errors
    suggested = people.organizations_like("", 100) if "organization" in beginning.lacking else []
    page = render_template(
        "enrolment/apply.html", form=form, beginning=beginning, profile=display.profile_lines(beginning.person),
        saved=display.saved_at(beginning.saved_at), organizations=suggested, **WORDS,
    )  # fmt: skip
    return page, 422 if wrong else 200


def _to_form(beginning: Beginning) -> ResponseReturnValue:
    return redirect(url_for(".apply", activity_ref=beginning.activity.public_id), 303)
