"""Attendance as JSON: rosters, marks, outcomes."""

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.queries import class_sessions
from ilpes_lms.web import access


@api.get("/class-sessions/<class_session_ref>/roster")
@access.requires("attendance.mark")
@api.output(schemas.RosterOut)
def roster(class_session_ref: str) -> schemas.RosterOut:
    """Show who may be marked at a class session, and the marks there."""
    return schemas.RosterOut.of(queries.roster(class_session_ref, viewer()))


@api.put("/class-sessions/<class_session_ref>/marks/<enrolment_ref>")
@access.requires("attendance.mark")
@api.input(schemas.MarkIn)
@api.output(schemas.RosterRowOut)
def mark(class_session_ref: str, enrolment_ref: str, json_data: schemas.MarkIn) -> schemas.RosterRowOut:
    """Mark a participant; the same mark again changes nothing."""
    class_session = queries.visible_class_session(class_session_ref, viewer())
    service.mark(
        class_session_ref=class_session_ref, enrolment_ref=enrolment_ref, mark=json_data.mark, minutes=json_data.minutes
    )
    return schemas.RosterRowOut.of(queries.roster_row(class_session, enrolment_ref))


@api.delete("/class-sessions/<class_session_ref>/marks/<enrolment_ref>")
@access.requires("attendance.mark")
@api.output({}, status_code=204)
def clear_mark(class_session_ref: str, enrolment_ref: str) -> str:
    """Take a mark back."""
    queries.visible_class_session(class_session_ref, viewer())
    service.clear_mark(class_session_ref=class_session_ref, enrolment_ref=enrolment_ref)
    return ""


@api.post("/class-sessions/<class_session_ref>/all-present")
@access.requires("attendance.mark")
@api.output(schemas.AllPresentOut)
def mark_all_present(class_session_ref: str) -> schemas.AllPresentOut:
    """Mark everyone present who has no mark yet."""
    queries.visible_class_session(class_session_ref, viewer())
    return schemas.AllPresentOut(marked=service.mark_all_present(class_session_ref=class_session_ref))


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
        marks=[
            schemas.OwnMarkOut(
                class_session=schemas.ClassSessionOut.of(found, activity.public_id), mark=line.marks.get(found.id)
            )
            for found in class_sessions(activity.id)
        ],
    )
