"""The coordinator's pages about places: the rules over them, and the waiting list with its answers."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import forms, queries, service
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.sayings import SAYINGS
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access

_LONGEST_RANK = 7


@pages.route("/coordinate/activities/<activity_ref>/places", methods=["GET", "POST"])
@access.requires("enrolment.decide")
def places(activity_ref: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    form = forms.PlaceRuleForm(data={"version": activity.version})
    if form.validate_on_submit() and form.attempt(
        service.add_place_rule, version=form.seen, **_whose(activity), **form.values(activity.zone)
    ):
        return _back(activity, _("The rule stands from now on."))
    return _shown(activity, form, _waiting_form(activity))


@pages.post("/coordinate/activities/<activity_ref>/places/waiting")
@access.requires("enrolment.decide")
def set_waiting(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.WaitingForm()
    if form.validate_on_submit() and form.attempt(
        service.set_waiting, version=form.seen, **_whose(activity), **form.values(activity.zone)
    ):
        return _back(activity, _("Saved."))
    changed = form.seen != activity.version
    return _shown(activity, _rule_form(activity), form, differing=form.differing(activity) if changed else [])


@pages.post("/coordinate/activities/<activity_ref>/places/rules/<rule_ref>/remove")
@access.requires("enrolment.decide")
def remove_place_rule(activity_ref: str, rule_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.VersionForm()
    if form.validate_on_submit() and form.attempt(
        service.remove_place_rule, version=form.seen, rule_ref=rule_ref, **_whose(activity)
    ):
        return _back(activity, _("The rule stands no longer."))
    return _shown(activity, _rule_form(activity), _waiting_form(activity), refused=form)


@pages.get("/coordinate/activities/<activity_ref>/waiting")
@access.requires("enrolment.decide")
def waiting(activity_ref: str) -> ResponseReturnValue:
    found = service.waiting_list(
        activity_ref=activity_ref, divisions=access.principal().divisions, first=_rank(request.args.get("from", "1"))
    )  # fmt: skip
    return render_template("enrolment/waiting.html", activity=found.activity, found=found, **WORDS, **SAYINGS)


def _shown(
    activity: Activity, form: forms.PlaceRuleForm, waiting: forms.WaitingForm,
    refused: forms.VersionForm | None = None, differing: Sequence[tuple[str, str, str]] = (),
) -> ResponseReturnValue:  # fmt: skip
    # Whoever sends the form again does so in knowledge of what stands now.
    form.version.data = waiting.version.data = activity.version
    wrong = [one for one in (form, waiting, refused) if one is not None and one.errors]
    page = render_template(
        "enrolment/places.html", activity=activity, form=form, waiting=waiting, wrong=wrong, differing=differing,
        place_rules=queries.place_rules(activity.id), **WORDS, **SAYINGS,
    )  # fmt: skip
    return page, 422 if wrong else 200


def _managed(activity_ref: str) -> Activity:
    return catalogue.managed_outline(activity_ref, access.principal().divisions)


def _whose(activity: Activity) -> dict[str, Any]:
    return {"activity_ref": activity.public_id, "divisions": access.principal().divisions}


def _rule_form(activity: Activity) -> forms.PlaceRuleForm:
    return forms.PlaceRuleForm(formdata=None, data={"version": activity.version})


def _waiting_form(activity: Activity) -> forms.WaitingForm:
    return forms.WaitingForm(formdata=None, data=forms.waiting_of(activity))


def _back(activity: Activity, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("enrolment.places", activity_ref=activity.public_id), 303)


def _rank(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_RANK else 1
