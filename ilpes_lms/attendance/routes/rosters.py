"""Attendance as JSON: rosters, outcomes, rules."""

from flask import make_response
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/class-sessions/<class_session_ref>/roster")
@access.requires("attendance.mark")
@api.output(schemas.RosterOut)
def roster(class_session_ref: str) -> schemas.RosterOut:
    """Show who may be marked at a class session, and the marks there."""
    return schemas.RosterOut.of(queries.roster(class_session_ref, viewer()))


@api.get("/activities/<activity_ref>/outcomes")
@access.requires("attendance.mark")
@api.output(schemas.OutcomesOut)
def outcomes(activity_ref: str) -> schemas.OutcomesOut:
    """Show where an activity's participants stand, and why."""
    return schemas.OutcomesOut.of(queries.grid(queries.visible_activity(activity_ref, viewer())))


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


@api.get("/enrolments/<enrolment_ref>/attendance")
@access.signed_in
@api.output(schemas.OwnAttendanceOut)
def own_attendance(enrolment_ref: str) -> schemas.OwnAttendanceOut:
    """Show one's own marks and where one stands."""
    enrolment = queries.own_enrolment(enrolment_ref, access.principal().person_id)
    line, activity = queries.line_of(enrolment), enrolment.activity
    return schemas.OwnAttendanceOut(
        enrolment=enrolment.public_id,
        rule=schemas.RuleOut.of(queries.rule_in_force(activity)),
        outcome=schemas.OutcomeOut.of(line.outcome),
        marks=[schemas.OwnMarkOut.of(own, activity.public_id) for own in queries.own_marks(enrolment)],
    )
