"""Decisions of the committee about one or many: seen with their letters first, then confirmed."""

from collections.abc import Collection
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import board_display as display
from ilpes_lms.enrolment import forms, letters, queries, rules, service
from ilpes_lms.enrolment.pages.blueprint import me, pages
from ilpes_lms.enrolment.pages.board import ACTIONS
from ilpes_lms.enrolment.service import Decided
from ilpes_lms.enrolment.wording import WORDS
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.i18n import ngettext


@pages.post("/coordinate/activities/<activity_ref>/applications/preview")
@access.requires("enrolment.decide")
def preview(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.DecisionForm()
    refs = _refs(activity, form) if form.validate_on_submit() else []
    if not refs:
        flash(_("Choose at least one person first."), "caution")
        return redirect(_board(activity_ref), 303)
    try:
        return _previewed(activity, form, refs)
    except DomainError as refused:
        flash(text_of(refused), "caution")
        return redirect(_board(activity_ref), 303)


@pages.post("/coordinate/activities/<activity_ref>/decisions")
@access.requires("enrolment.decide")
def decide(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.DecisionForm()
    refs = form.named()
    if not form.validate_on_submit() or not refs:
        return _incomplete(activity, form)
    if not form.attempt(rules.check_number, people=len(refs), written=form.number.data):
        return _previewed(activity, form, refs, form.named()), 422
    if _lacks_reason(activity, form, refs):
        form.override.errors = [_("Say why the place rules are set aside, or tick nobody whom they stand against.")]
        return _previewed(activity, form, _all_shown(form), form.named()), 422
    return _decided(activity, form, refs)


def _incomplete(activity: Activity, form: forms.DecisionForm) -> ResponseReturnValue:
    """Give the page back as it was where nobody is ticked on it; of any other form only that nothing was decided."""
    if form.errors or not form.here.data:
        flash(_("Nothing was decided: the form was not complete."), "wrong")
        return redirect(_board(activity.public_id), 303)
    form.form_errors.append(_("Choose at least one person first."))
    return _previewed(activity, form, _all_shown(form)), 422


def _lacks_reason(activity: Activity, form: forms.DecisionForm, refs: list[str]) -> bool:
    """Tell whether somebody is chosen whom the place rules stand against, without the reason which that takes."""
    if (form.override.data or "").strip():
        return False
    foreseen = service.foresee(activity_ref=activity.public_id, enrolment_refs=refs, **_deed(form))
    return any(one.by_rules for one in foreseen)


def _all_shown(form: forms.DecisionForm) -> list[str]:
    """Return everybody whom the page was about, whether ticked or not."""
    return list(dict.fromkeys([*form.named(), *(form.here.data or ())]))


def _previewed(
    activity: Activity, form: forms.DecisionForm, refs: list[str], ticked_before: Collection[str] = ()
) -> str:
    foreseen = service.foresee(activity_ref=activity.public_id, enrolment_refs=refs, **_deed(form))
    possible = [one for one in foreseen if one.enrolment and not one.refused]
    holding = [one for one in foreseen if one.has_place]
    ticked = [one for one in holding if one.ref in (form.taken.data or ())] if possible else holding
    people = [one.enrolment for one in (*possible, *ticked) if one.enrolment]
    if holding and not possible:
        form.reason.flags.optional = False
    return render_template(
        "enrolment/preview.html", activity=activity, form=form, possible=possible, board=_board(activity.public_id),
        asked=display.asked_for(request.args, me()),
        refused=[one for one in foreseen if one.refused and not (one.by_rules or one.has_place)], holding=holding,
        barred=[one for one in foreseen if one.by_rules], ticked_before=ticked_before,
        action=ACTIONS[form.decision.data],
        letters=letters.previews(form.decision.data, people, form.reason.data or ""),
        counted=len(possible) >= rules.COUNTED_FROM, **WORDS,
    )  # fmt: skip


def _decided(activity: Activity, form: forms.DecisionForm, refs: list[str]) -> ResponseReturnValue:
    ref, words = activity.public_id, {"reason": form.reason.data or "", "override": form.override.data or None}
    if not form.attempt(
        service.decide, activity_ref=ref, enrolment_refs=refs, take_back=form.taken.data or (), **words, **_deed(form)
    ):
        return _previewed(activity, form, refs), 422
    done: list[Decided] = [one for one in form.result if not one.refused]
    failed = [one for one in form.result if one.refused]
    if done:
        flash(ngettext("Decided about %(num)s person.", "Decided about %(num)s persons.", len(done)), "good")
    if not failed:
        return redirect(_board(ref), 303)
    return render_template(
        "enrolment/decided.html", activity=activity, failed=failed, done=done, board=_board(ref), **WORDS
    )


def _deed(form: forms.DecisionForm) -> dict[str, Any]:
    return {"decision": form.decision.data, "divisions": access.principal().divisions, "decider": me()}


def _refs(activity: Activity, form: forms.DecisionForm) -> list[str]:
    """Return whom the form is about: those ticked, all on the page, or all that match the filter in the address."""
    if form.scope.data == "all":
        return queries.matching_refs(activity.id, display.asked_for(request.args, me()).matching)
    return list(form.here.data or []) if form.scope.data == "page" else form.named()


def _managed(activity_ref: str) -> Activity:
    return catalogue.managed_outline(activity_ref, access.principal().divisions)


def _board(activity_ref: str) -> str:
    """Return the address of the board with the filter and the page that one came from."""
    return display.asked_for(request.args, me()).address("enrolment.board", activity_ref)
