"""An activity's reminders: its rules, its calendar, its pause."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import managed_outline
from ilpes_lms.core import clock
from ilpes_lms.reminders import queries, rules, service
from ilpes_lms.reminders.display import pause_in_words, rules_in_words, written_in_words
from ilpes_lms.reminders.errors import UnknownRule
from ilpes_lms.reminders.forms import PauseForm, RuleForm, SeenForm, SwitchForm
from ilpes_lms.reminders.pages.blueprint import divisions, pages, shown_calendar
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare


@pages.get("/coordinate/activities/<activity_ref>/reminders")
@access.requires("reminders.manage")
def plan(activity_ref: str) -> ResponseReturnValue:
    return _shown(_managed(activity_ref), PauseForm())


@pages.post("/coordinate/activities/<activity_ref>/reminders/<rule>")
@access.requires("reminders.manage")
def switch(activity_ref: str, rule: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), SwitchForm()
    if not form.validate_on_submit():
        flash(_("This value is not valid."), "wrong")
        return _back(activity)
    return _pressed(activity, form, service.switch, rule=rule, enabled=form.enabled.data == "yes")


@pages.post("/coordinate/activities/<activity_ref>/reminders/pause")
@access.requires("reminders.manage")
def pause(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), PauseForm()
    if form.validate_on_submit() and form.attempt(service.pause, until=form.moment(activity.zone), **_at(activity)):
        flash(_("No reminder of this activity is sent until the pause is over."), "good")
        return _back(activity)
    return _shown(activity, form), 422


@pages.post("/coordinate/activities/<activity_ref>/reminders/resume")
@access.requires("reminders.manage")
def resume(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), Bare()
    if form.validate_on_submit() and form.attempt(service.resume, **_at(activity)):
        flash(_("Reminders are sent again."), "good")
    return _back(activity)


@pages.route("/coordinate/activities/<activity_ref>/reminders/rules/new", methods=["GET", "POST"])
@access.requires("reminders.manage")
def add_rule(activity_ref: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), RuleForm()
    if form.validate_on_submit() and form.attempt(service.set_rule, terms=form.terms, **_at(activity)):
        return _back(activity, saved=True)
    return _form(activity, form)


@pages.route("/coordinate/activities/<activity_ref>/reminders/rules/<rule>", methods=["GET", "POST"])
@access.requires("reminders.manage")
def edit_rule(activity_ref: str, rule: str) -> ResponseReturnValue:
    activity = _managed(activity_ref)
    form = RuleForm(_standing(activity, rule))
    if form.validate_on_submit() and form.attempt(
        service.set_rule, terms=form.terms, code=rule, seen=form.seen, **_at(activity)
    ):
        return _back(activity, saved=True)
    return _form(activity, form, differences_of(form, partial(_standing, activity, rule)))


@pages.post("/coordinate/activities/<activity_ref>/reminders/rules/<rule>/reset")
@access.requires("reminders.manage")
def reset_rule(activity_ref: str, rule: str) -> ResponseReturnValue:
    activity, form = _managed(activity_ref), SeenForm()
    return _pressed(activity, form, service.reset_rule, code=rule) if form.validate_on_submit() else _back(activity)


def known_rule(found: dict[str, rules.Rule], code: str) -> rules.Rule:
    """Return a rule by its code; raises UnknownRule."""
    if code not in found:
        raise UnknownRule
    return found[code]


def differences_of(form: RuleForm, standing: Callable[[], rules.Rule]) -> list[tuple[str, str, str]] | None:
    """Return in what a rule differs by now from what was typed, None where nobody else changed it."""
    return form.show_beside(standing()) if form.overtaken else None


def status_of(form: RuleForm) -> int:
    """Return with which status a form of a rule is shown."""
    if form.overtaken:
        return 409
    return 422 if form.errors else 200


def _standing(activity: Activity, code: str) -> rules.Rule:
    return known_rule(queries.of_activity(activity, clock.now()).rules, code)


def _pressed(activity: Activity, form: SeenForm, verb: Callable[..., Any], **values: Any) -> ResponseReturnValue:
    done = form.attempt(verb, seen=form.seen, **values, **_at(activity))
    if not done:
        flash(" ".join(map(str, form.form_errors)), "caution")
    return _back(activity, saved=done)


def _managed(activity_ref: str) -> Activity:
    return managed_outline(activity_ref, divisions())


def _at(activity: Activity) -> dict[str, Any]:
    return {"activity_ref": activity.public_id, "divisions": divisions()}


def _back(activity: Activity, *, saved: bool = False) -> ResponseReturnValue:
    if saved:
        flash(_("Saved."), "good")
    return redirect(url_for("reminders.plan", activity_ref=activity.public_id), 303)


def _form(
    activity: Activity, form: RuleForm, differences: list[tuple[str, str, str]] | None = None
) -> ResponseReturnValue:
    page = render_template("reminders/rule.html", activity=activity, kind=None, form=form, differences=differences)
    return page, status_of(form)


def _shown(activity: Activity, pausing: PauseForm) -> str:
    found, asked = queries.of_activity(activity, clock.now()), request.args.get("as_if_on", "")
    off = [rule.code for rule in found.rules.values() if not rule.enabled]
    tried = [found.as_if_on(asked)] if asked in off else None
    return render_template(
        "reminders/plan.html",
        activity=activity,
        as_if_on=asked if tried else None,
        pausing=pausing,
        paused=pause_in_words(found.paused_until, activity.zone),
        rules=rules_in_words(found.terms),
        written=written_in_words(queries.written(activity.public_id)),
        **shown_calendar([found], activity.zone, tried=tried, as_if_on=off),
    )
