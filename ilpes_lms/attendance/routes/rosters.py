"""Attendance as JSON: rosters, outcomes."""

from ilpes_lms.attendance import queries, schemas
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access


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
        platform=schemas.PlatformRecordOut.of(queries.platform_record(enrolment.id)),
        marks=[schemas.OwnMarkOut.of(own, activity.public_id) for own in queries.own_marks(enrolment)],
    )
