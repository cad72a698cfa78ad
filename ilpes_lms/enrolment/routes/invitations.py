"""Invitations as JSON."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api, me, told
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@api.output(schemas.NomineesOut)
def invitations(activity_ref: str) -> schemas.NomineesOut:
    """List whom an activity has invited."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    return schemas.NomineesOut(items=[schemas.NomineeOut.of(found) for found in queries.invitations(activity.id)])


@api.post("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def invite(activity_ref: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Ask a named person to take part."""
    divisions = access.principal().divisions
    return schemas.NomineeOut.of(
        service.invite(activity_ref=activity_ref, divisions=divisions, **json_data.model_dump())
    )


@api.post("/activities/<activity_ref>/invitations/<invitation_ref>/withdrawals")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_invitation(activity_ref: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back an invitation that nobody has accepted."""
    withdrawn = service.withdraw_invitation(
        activity_ref=activity_ref, invitation_ref=invitation_ref, divisions=access.principal().divisions
    )
    return schemas.NomineeOut.of(withdrawn)


@api.post("/invitations/<token>/acceptances")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def accept_invitation(token: str) -> schemas.EnrolmentOut:
    """Take the place that an invitation promises."""
    return told(service.accept_invitation(token=token, person_id=me()))
