"""Corrections as JSON: asked for by participants, answered by whoever teaches."""

from ilpes_lms.attendance import queries, schemas, service
from ilpes_lms.attendance.routes.blueprint import api
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent

_OWN = "/enrolments/<enrolment_ref>/corrections"
_ASKED = "/activities/<activity_ref>/corrections"


@api.get(_OWN)
@access.signed_in
@api.output(schemas.AppealsOut)
def own_corrections(enrolment_ref: str) -> schemas.AppealsOut:
    """List what one asked to be corrected, the newest first."""
    enrolment = queries.own_enrolment(enrolment_ref, access.principal().person_id)
    return schemas.AppealsOut(items=[schemas.AppealOut.of(one) for one in queries.appeals_of(enrolment.id)])


@api.post(_OWN)
@access.signed_in
@idempotent
@api.input(schemas.AppealIn)
@api.output(schemas.AppealOut, status_code=201)
def ask_for_correction(enrolment_ref: str, json_data: schemas.AppealIn) -> schemas.AppealOut:
    """Ask that one's own outcome be looked at again; one at a time."""
    asked = service.ask_for_correction(
        enrolment_ref=enrolment_ref, person_id=access.principal().person_id, text=json_data.text
    )
    return schemas.AppealOut.of(asked)


@api.get(_ASKED)
@access.requires("attendance.mark")
@api.output(schemas.AskedOut)
def corrections(activity_ref: str) -> schemas.AskedOut:
    """List what an activity's participants asked to be corrected, open ones first."""
    activity = queries.visible_activity(activity_ref, viewer())
    return schemas.AskedOut(items=[schemas.AskedAppealOut.of(one) for one in queries.appeals_in(activity.id)])


@api.put(f"{_ASKED}/<appeal_ref>/answer")
@access.requires("attendance.mark")
@api.input(schemas.AnswerIn)
@api.output(schemas.AskedAppealOut)
def answer_correction(activity_ref: str, appeal_ref: str, json_data: schemas.AnswerIn) -> schemas.AskedAppealOut:
    """Say whether it was corrected or stays as it was, and why; the participant gets a letter."""
    activity = queries.visible_activity(activity_ref, viewer())
    queries.appeal_in(appeal_ref, activity.id)
    service.answer_correction(appeal_ref=appeal_ref, state=json_data.state, text=json_data.answer)
    return schemas.AskedAppealOut.of(queries.appeal_in(appeal_ref, activity.id))
