"""The selection board: who applied, in any order; decisions for one or many, seen before they are made."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import forms, letters, queries, rules, service
from ilpes_lms.enrolment.pages.blueprint import pages
from ilpes_lms.enrolment.wording import WORDS, state_label
from ilpes_lms.people.vocabularies import sexes
from ilpes_lms.web import access

_HEADERS = {
    "name": N_("Name"),
    "state": N_("State"),
    "country": N_("Country"),
    "sex": N_("Sex"),
    "institution": N_("Institution"),
    "date": N_("Date"),
}
ACTIONS = {"accept": N_("Accept"), "waitlist": N_("Put on the waiting list"), "decline": N_("Decline")}


@dataclass(frozen=True)
class Header:
    """A column's heading as a link that sorts by it; `order` is what screen readers say."""

    label: str
    url: str
    order: str


@pages.get("/coordinate/activities/<activity_ref>/applications")
@access.requires("enrolment.decide")
def board(activity_ref: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    sort, descending = request.args.get("sort", "date"), request.args.get("order") == "desc"
    state = request.args.get("state") if request.args.get("state") in rules.STATES else None
    page = queries.board(
        activity.id, sort=sort, descending=descending, state=state, cursor=request.args.get("cursor")
    )  # fmt: skip
    balance = queries.balance(activity.id)
    return render_template(
        "enrolment/board.html", activity=activity, page=page, state=state, actions=ACTIONS,
        balance=_lines(balance), counts=[(name, balance[name].total()) for name in rules.STATES if name in balance],
        headers=_headers(activity, sort, state, descending=descending),
        next_url=_here(activity, sort=sort, order=_order(descending=descending), state=state, cursor=page.next_cursor),
        **WORDS,
    )  # fmt: skip


@pages.post("/coordinate/activities/<activity_ref>/applications/preview")
@access.requires("enrolment.decide")
def preview(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.DecisionForm()
    if not form.validate_on_submit() or not form.chosen.data:
        flash(_("Choose at least one person first."), "caution")
        return redirect(_here(activity), 303)
    divisions = access.principal().divisions
    foreseen = service.foresee(
        activity_ref=activity_ref, enrolment_refs=form.chosen.data, decision=form.decision.data, divisions=divisions
    )
    letter = letters.preview(
        form.decision.data, [one.enrolment for one in foreseen if one.enrolment and not one.refused]
    )
    return render_template(
        "enrolment/preview.html", activity=activity, form=form, foreseen=foreseen, letter=letter,
        action=ACTIONS[form.decision.data], **WORDS,
    )  # fmt: skip


@pages.post("/coordinate/activities/<activity_ref>/decisions")
@access.requires("enrolment.decide")
def decide(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), forms.DecisionForm()
    values = {
        "activity_ref": activity_ref, "enrolment_refs": form.chosen.data or [], "decision": form.decision.data,
        "reason": form.reason.data or "", "override": form.override.data or None,
        "divisions": access.principal().divisions,
    }  # fmt: skip
    if not form.validate_on_submit() or not form.attempt(service.decide, **values):
        flash(_("Nothing was decided: the form was not complete."), "wrong")
        return redirect(_here(activity), 303)
    done = [one for one in form.result if not one.refused]
    failed = [one for one in form.result if one.refused]
    if done:
        flash(ngettext("Decided about %(num)s person.", "Decided about %(num)s persons.", len(done)), "good")
    if not failed:
        return redirect(_here(activity), 303)
    return render_template("enrolment/decided.html", activity=activity, failed=failed, done=done, **WORDS)


def _lines(balance: dict[str, Counter[str]]) -> list[list[Any]]:
    """Return the table of chosen against applied: a state, the sexes, their sum."""
    return [
        [state_label(state), *(balance[state][sex] for sex in sexes.CODES), balance[state].total()]
        for state in rules.STATES
        if state in balance
    ]


def _managed(activity_ref: str) -> Activity:
    return catalogue.managed_activity(activity_ref, access.principal().divisions)


def _headers(activity: Activity, sort: str, state: str | None, *, descending: bool) -> list[Header]:
    return [
        Header(
            label=str(_(label)),
            url=_here(activity, sort=key, state=state, order=_order(descending=key == sort and not descending)),
            order=("descending" if descending else "ascending") if key == sort else "none",
        )
        for key, label in _HEADERS.items()
    ]


def _order(*, descending: bool) -> str | None:
    return "desc" if descending else None


def _here(activity: Activity, **values: Any) -> str:
    return url_for("enrolment.board", activity_ref=activity.public_id, **values)
