"""What it takes to complete an activity: the rule in force, usual ones to take over, and who changed what when."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import rule_in_words
from ilpes_lms.attendance.forms import RuleForm, fields_of
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.web import access


@pages.get("/teach/activities/<activity_ref>/rule")
@access.requires("attendance.mark")
def rule(activity_ref: str) -> ResponseReturnValue:
    activity = queries.visible_activity(activity_ref, viewer())
    return _rule_page(activity, RuleForm.showing(queries.rule_in_force(activity)))


@pages.post("/teach/activities/<activity_ref>/rule")
@access.requires("attendance.rule")
def set_rule(activity_ref: str) -> ResponseReturnValue:
    activity, form = queries.visible_activity(activity_ref, viewer()), RuleForm()
    if form.validate_on_submit() and form.attempt(
        service.set_rule, activity_ref=activity_ref, rule=form.rule, seen_version=form.seen_version
    ):
        flash(_("The rule was saved; outcomes are decided again by it."), "good")
        return redirect(url_for("attendance.rule", activity_ref=activity_ref), 303)
    return _rule_page(activity, form), 422


def _rule_page(activity: Activity, form: RuleForm) -> str:
    present = queries.rule_in_force(activity)
    usual = [
        (one, fields_of(one.rule, version=present.version)) for one in rules.presets(activity.kind, activity.hours)
    ]
    history = [(change, rule_in_words(change.rule)) for change in queries.rule_changes(activity.id)]
    return render_template(
        "attendance/rule.html", activity=activity, form=form, rule=rule_in_words(present), history=history,
        usual=[one for one in usual if not rules.same_demands(one[0].rule, present)],
        undecided=queries.undecided(activity.id), may_set_rule=access.principal().may("attendance.rule"),
    )  # fmt: skip
