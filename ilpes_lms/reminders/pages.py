"""Who gets what, when, by which rule; and the switches of the rules."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.notifications.display import STATES
from ilpes_lms.reminders import queries, rules, service
from ilpes_lms.reminders.display import NAMES, switches_of
from ilpes_lms.reminders.forms import SwitchForm
from ilpes_lms.web import access
from ilpes_lms.web.i18n import LANGUAGES

pages = APIBlueprint("reminders", __name__, template_folder="templates", enable_openapi=False)

_PLANNED = (N_("Will be sent"), "plain")
_DUE = (N_("Due now"), "waiting")
_TOO_LATE = (N_("Too late to be sent"), "plain")
_OFF = (N_("Switched off"), "plain")
_TOLD = (N_("Told by the confirmation"), "plain")


@pages.get("/coordinate/activities/<activity_ref>/reminders")
@access.requires("reminders.manage")
def plan(activity_ref: str) -> ResponseReturnValue:
    found = queries.underway(managed_activity(activity_ref, access.principal().divisions))
    lines = queries.plan(found)
    chosen = _chosen(lines)
    page = chosen and queries.recipients(
        found, rule=chosen.rule, day=chosen.day, cursor=request.args.get("cursor")
    )  # fmt: skip
    return render_template(
        "reminders/plan.html",
        activity=found.activity,
        switches=switches_of(found.activity, found.switches),
        lines=lines,
        chosen=chosen,
        names=NAMES,
        states=STATES,
        language_names=LANGUAGES,
        next_cursor=page.next_cursor if page else None,
        copies=[_copy(one, clock.now()) for one in page.items] if page else [],
    )


@pages.post("/coordinate/activities/<activity_ref>/reminders/<rule>")
@access.requires("reminders.manage")
def switch(activity_ref: str, rule: str) -> ResponseReturnValue:
    activity = managed_activity(activity_ref, access.principal().divisions)
    form = SwitchForm()
    if form.validate_on_submit():
        service.switch(
            activity_ref=activity.public_id, rule=rule, enabled=form.enabled.data == "yes",
            divisions=access.principal().divisions,
        )  # fmt: skip
        flash(_("Saved."), "good")
    else:
        flash(_("This value is not valid."), "wrong")
    return redirect(url_for("reminders.plan", activity_ref=activity.public_id), 303)


def _chosen(lines: list[queries.Line]) -> queries.Line | None:
    asked = (request.args.get("rule"), request.args.get("day"))
    named = [line for line in lines if (line.rule, line.day) == asked]
    coming = [line for line in lines if line.about > clock.now()]
    return next(iter([*named, *coming, *lines]), None)


def _copy(one: queries.Recipient, now: datetime) -> dict[str, Any]:
    label, tone = STATES[one.state] if one.state else _TOLD if one.told else _not_yet(one.window, now)
    return {"recipient": one, "label": _(label), "tone": tone}


def _not_yet(window: rules.Window | None, now: datetime) -> tuple[str, str]:
    if window is None:
        return _OFF
    if now < window.due < window.until:
        return _PLANNED
    return _DUE if window.holds(now) else _TOO_LATE
