"""What a participant does, as JSON."""

from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.joining import joining
from ilpes_lms.enrolment.routes.blueprint import api, me, told
from ilpes_lms.enrolment.visibility import visible
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.post("/activities/<activity_ref>/enrolments")
@access.signed_in
@idempotent
@api.input(schemas.ApplicationIn)
@api.output(schemas.EnrolmentOut, status_code=201)
def apply(activity_ref: str, json_data: schemas.ApplicationIn) -> schemas.EnrolmentOut:
    """Ask for a place, or apply where a committee selects."""
    arrived = service.apply(
        activity_ref=activity_ref, person_id=me(), motivation=json_data.motivation, said=json_data.answers
    )
    # Whoever has just joined the waiting list is its last.
    last = arrived.activity.waiting_count if arrived.state == "waitlisted" else None
    return schemas.EnrolmentOut.of(arrived, last)


@api.get("/me/enrolments")
@access.signed_in
@api.output(schemas.EnrolmentsOut)
def my_enrolments() -> schemas.EnrolmentsOut:
    """List one's own enrolments."""
    mine = queries.of_person(me())
    ranks = queries.ranks(mine)
    return schemas.EnrolmentsOut(items=[schemas.EnrolmentOut.of(one, ranks.get(one.id)) for one in mine])


@api.get("/enrolments/<enrolment_ref>")
@access.signed_in
@api.output(schemas.EnrolmentWithHistoryOut)
def one(enrolment_ref: str) -> schemas.EnrolmentWithHistoryOut:
    """Show one's own enrolment, or to a coordinator one of an activity they manage."""
    found = visible(enrolment_ref)
    return schemas.EnrolmentWithHistoryOut.whole(
        found, queries.rank(found), prospect=service.prospect(found), answers=queries.answers_of(found.id),
        joining=joining(found.activity, found),
    )  # fmt: skip


@api.post("/enrolments/<enrolment_ref>/withdrawals")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def withdraw(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Leave an activity."""
    return told(service.withdraw(enrolment_ref=enrolment_ref, person_id=me()))


@api.post("/enrolments/<enrolment_ref>/acceptances")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def accept(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Take the place that was offered."""
    return told(service.accept_offer(enrolment_ref=enrolment_ref, person_id=me()))


@api.post("/enrolments/<enrolment_ref>/refusals")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def turn_down(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Turn down the place that was offered."""
    return told(service.decline_offer(enrolment_ref=enrolment_ref, person_id=me()))
