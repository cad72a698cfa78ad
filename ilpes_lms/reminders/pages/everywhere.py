"""The reminders of all activities that somebody coordinates: the calendar, and the pause of everything."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue.rules import KIND_LABELS
from ilpes_lms.core import clock
from ilpes_lms.reminders import queries, rules, service
from ilpes_lms.reminders.display import ShownRule, pause_in_words, rules_in_words
from ilpes_lms.reminders.forms import PauseForm
from ilpes_lms.reminders.pages.blueprint import divisions, pages, shown_calendar
from ilpes_lms.web import access
from ilpes_lms.web.forms import Bare
from ilpes_lms.web.i18n import zone


@pages.get("/coordinate/reminders")
@access.requires("reminders.manage")
def everywhere() -> ResponseReturnValue:
    return _shown(PauseForm())


@pages.post("/coordinate/reminders/pause")
@access.requires("reminders.manage")
def pause_all() -> ResponseReturnValue:
    form = PauseForm()
    if form.validate_on_submit() and form.attempt(service.pause, until=form.moment(zone()), divisions=divisions()):
        flash(_("No reminder of any activity is sent until the pause is over."), "good")
        return redirect(url_for("reminders.everywhere"), 303)
    return _shown(form), 422


@pages.post("/coordinate/reminders/resume")
@access.requires("reminders.manage")
def resume_all() -> ResponseReturnValue:
    form = Bare()
    if form.validate_on_submit() and form.attempt(service.resume, divisions=divisions()):
        flash(_("Reminders are sent again."), "good")
    return redirect(url_for("reminders.everywhere"), 303)


def _shown(pausing: PauseForm) -> str:
    now = clock.now()
    found, paused = queries.underway(now, divisions=divisions()), queries.paused_everywhere(now)
    tried, as_tried = _tried(), None
    if tried:
        found = queries.of_kind(found, tried["kind"])
        as_tried = queries.as_if_on(found, tried["kind"], tried["as_if_on"])
    return render_template(
        "reminders/everywhere.html", kinds=KIND_LABELS, pausing=pausing, paused=pause_in_words(paused, zone()),
        for_all=not divisions(), tried=tried, tried_rule=_rule_tried(tried),
        **shown_calendar(
            found, zone(), tried=as_tried, kind=rules.KINDS, as_if_on=[tried["as_if_on"]] if tried else []
        ),
    )  # fmt: skip


def _tried() -> dict[str, str]:
    """Return which kind's rule the page is asked to show as if it were on, nothing where it is none that is off."""
    kind, code = request.args.get("kind", ""), request.args.get("as_if_on", "")
    known = queries.terms_of_kind(kind).rules if kind in rules.KINDS else {}
    return {"kind": kind, "as_if_on": code} if code in known and not known[code].enabled else {}


def _rule_tried(tried: dict[str, str]) -> ShownRule | None:
    shown = rules_in_words(queries.terms_of_kind(tried["kind"])) if tried else []
    return next((rule for rule in shown if rule.code == tried["as_if_on"]), None)
