"""What an enrolment says of a person, and its correction by a coordinator."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core.errors import DomainError, Stale
from ilpes_lms.enrolment import forms, queries, rules, service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.wording import WORDS, attribute_text, lived
from ilpes_lms.web import access


@pages.route("/coordinate/activities/<activity_ref>/applications/<enrolment_ref>/attributes", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def attributes(activity_ref: str, enrolment_ref: str) -> ResponseReturnValue:
    divisions = access.principal().divisions
    enrolment = queries.enrolment_in(enrolment_ref, catalogue.managed_outline(activity_ref, divisions).id)
    form = forms.CorrectionForm(data=_on_record(enrolment))
    if not form.validate_on_submit():
        return _page(enrolment, form, 422 if form.errors else 200)
    try:
        service.correct_attributes(
            activity_ref=activity_ref, enrolment_ref=enrolment_ref, version=form.seen_version(),
            reason=form.reason.data or "", divisions=divisions, corrector=me(), **form.attributes(),
        )  # fmt: skip
    except Stale:
        return _conflict(queries.enrolment_in(enrolment_ref, enrolment.activity_id), form)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(enrolment, form, 422)
    flash(_("Corrected. The reason stands in the history."), "good")
    return redirect(url_for("enrolment.attributes", activity_ref=activity_ref, enrolment_ref=enrolment_ref), 303)


def _conflict(enrolment: Enrolment, form: forms.CorrectionForm) -> ResponseReturnValue:
    # With what is on record now beside it, to send the form again is a decision made in knowledge of it.
    stored = _on_record(enrolment)
    form.version.data = stored["version"]
    differing = [
        (form[name].label.text, attribute_text(name, form[name].data or None), attribute_text(name, stored[name]))
        for name in rules.ATTRIBUTE_LABELS
        if (form[name].data or None) != stored[name]
    ]
    return _page(enrolment, form, 409, differing=differing)


def _on_record(enrolment: Enrolment) -> dict[str, str | None]:
    values = {name: getattr(enrolment, name) for name in rules.ATTRIBUTE_LABELS}
    return values | {"version": str(queries.attributes_version(enrolment))}


def _page(enrolment: Enrolment, form: forms.CorrectionForm, status: int, **more: object) -> ResponseReturnValue:
    page = render_template(
        "enrolment/attributes.html", enrolment=enrolment, activity=enrolment.activity, form=form,
        history=lived(enrolment, queries.corrections_by(enrolment.id)), fields=list(rules.ATTRIBUTE_LABELS), **WORDS,
        **more,
    )  # fmt: skip
    return page, status
