"""Completion as JSON: the rule, usual rules, who changed what when."""

from flask import make_response
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, rules, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/activities/<activity_ref>/completion-rule")
@access.requires("attendance.mark")
@api.output(schemas.RuleOut)
def rule(activity_ref: str) -> ResponseReturnValue:
    """Show what it takes to complete an activity, with the version as ETag."""
    found = queries.rule_in_force(queries.visible_activity(activity_ref, viewer()))
    return tagged(make_response(schemas.RuleOut.of(found).model_dump()), found.version)


@api.put("/activities/<activity_ref>/completion-rule")
@access.requires("attendance.rule")
@api.input(schemas.RuleIn)
@api.output(schemas.RuleOut)
def set_rule(activity_ref: str, json_data: schemas.RuleIn) -> ResponseReturnValue:
    """Ask something else of the participants; needs If-Match with the ETag of the rule that was seen."""
    queries.visible_activity(activity_ref, viewer())
    wanted = Rule(**json_data.model_dump())
    found = service.set_rule(activity_ref=activity_ref, seen_version=seen_version(), rule=wanted)
    return tagged(make_response(schemas.RuleOut.of(found).model_dump()), found.version)


@api.get("/activities/<activity_ref>/completion-rule/versions")
@access.requires("attendance.mark")
@api.output(schemas.RuleChangesOut)
def rule_changes(activity_ref: str) -> schemas.RuleChangesOut:
    """List the versions of an activity's rule, and who set them when."""
    activity = queries.visible_activity(activity_ref, viewer())
    found = queries.rule_changes(activity.id)
    return schemas.RuleChangesOut(items=[schemas.RuleChangeOut.of(change) for change in found])


@api.get("/activities/<activity_ref>/completion-rule/presets")
@access.requires("attendance.mark")
@api.output(schemas.PresetsOut)
def rule_presets(activity_ref: str) -> schemas.PresetsOut:
    """List usual rules, ready to be put as they are."""
    activity = queries.visible_activity(activity_ref, viewer())
    usual = rules.presets(activity.kind, activity.hours)
    return schemas.PresetsOut(items=[schemas.PresetOut.of(one) for one in usual])
