"""Who is falling behind, as JSON, and a message to them."""

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core.ids import public_id
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/activities/<activity_ref>/falling-behind")
@access.requires("attendance.mark")
@api.output(schemas.AllBehindOut)
def falling_behind(activity_ref: str) -> schemas.AllBehindOut:
    """Show who missed two class sessions in a row, or can hardly or no longer complete the activity."""
    activity = queries.visible_activity(activity_ref, viewer())
    found = queries.falling_behind([activity.id]).get(activity.id, [])
    return schemas.AllBehindOut(items=[schemas.BehindOut.of(each) for each in found])


@api.post("/activities/<activity_ref>/falling-behind/messages")
@access.requires("attendance.mark")
@idempotent
@api.input(schemas.BehindMessageIn)
@api.output(schemas.BehindMessageOut, status_code=201)
def write_to_behind(activity_ref: str, json_data: schemas.BehindMessageIn) -> schemas.BehindMessageOut:
    """Write to some of those who are falling behind; each gets one letter, in a frame in their language."""
    queries.visible_activity(activity_ref, viewer())
    people = service.write_to_behind(
        activity_ref=activity_ref, enrolment_refs=json_data.enrolments, text=json_data.text, deed=public_id(),
        by_person=access.principal().person_id,
    )  # fmt: skip
    return schemas.BehindMessageOut(people=people)
