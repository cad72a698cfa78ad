"""Invitations as JSON: the coordinator's, and what a personal link opens."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core import clock
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import LARGEST_UPLOAD, api, at, me, sent_document, told
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.security import largest_body


@api.get("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@api.input(schemas.InvitationsQuery, location="query")
@api.output(schemas.InvitationsOut)
def invitations(activity_ref: str, query_data: schemas.InvitationsQuery) -> schemas.InvitationsOut:
    """List whom an activity has invited, the newest first; nominees are with the institutions' places."""
    activity, now = catalogue.managed_activity(activity_ref, access.principal().divisions), clock.now()
    page = queries.invitations(
        activity.id, outlook=query_data.state, now=now, cursor=query_data.cursor, size=query_data.limit
    )
    return schemas.InvitationsOut(
        items=[schemas.NomineeOut.of(found) for found in page.items],
        next_cursor=page.next_cursor,
        counts=queries.outlooks(activity.id, now),
    )


@api.post("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.InvitationIn)
@api.output(schemas.NomineeOut, status_code=201)
def invite(activity_ref: str, json_data: schemas.InvitationIn) -> schemas.NomineeOut:
    """Ask a named person to take part."""
    return schemas.NomineeOut.of(service.invite(**at(activity_ref), **json_data.model_dump()))


@api.post("/activities/<activity_ref>/invitation-list-checks")
@access.requires("enrolment.decide")
@api.input(schemas.ListIn)
@api.output(schemas.ListCheckOut)
def check_invitation_list(activity_ref: str, json_data: schemas.ListIn) -> schemas.ListCheckOut:
    """Look through a list without inviting anybody."""
    return schemas.ListCheckOut.of(service.foresee_invitations(lines=json_data.lines(), **at(activity_ref)))


@api.post("/activities/<activity_ref>/invitation-lists")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.InvitationListIn)
@api.output(schemas.NomineesOut, status_code=201)
def invite_list(activity_ref: str, json_data: schemas.InvitationListIn) -> schemas.NomineesOut:
    """Invite all people of a list, or none of them."""
    done = service.invite_list(
        lines=json_data.lines(), doubts_accepted=json_data.doubts_accepted, **at(activity_ref), **json_data.terms()
    )
    return schemas.NomineesOut(items=[schemas.NomineeOut.of(one) for one in done])


@api.post("/activities/<activity_ref>/invitations/<invitation_ref>/withdrawals")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_invitation(activity_ref: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back an invitation that nobody has accepted."""
    return schemas.NomineeOut.of(service.withdraw_invitation(invitation_ref=invitation_ref, **at(activity_ref)))


@api.post("/activities/<activity_ref>/invitations/<invitation_ref>/letters")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def send_invitation_again(activity_ref: str, invitation_ref: str) -> schemas.NomineeOut:
    """Write to an invited or nominated person once more."""
    return schemas.NomineeOut.of(service.send_invitation_again(invitation_ref=invitation_ref, **at(activity_ref)))


@api.post("/activities/<activity_ref>/invitations/<invitation_ref>/extensions")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.ExtensionIn)
@api.output(schemas.NomineeOut, status_code=201)
def extend_invitation(activity_ref: str, invitation_ref: str, json_data: schemas.ExtensionIn) -> schemas.NomineeOut:
    """Let an invitation be answered until another day."""
    extended = service.extend_invitation(
        invitation_ref=invitation_ref, answer_by=json_data.answer_by, **at(activity_ref)
    )
    return schemas.NomineeOut.of(extended)


@api.get("/invitations/<token>")
@access.public
@api.output(schemas.InvitationForMeOut)
def invitation(token: str) -> schemas.InvitationForMeOut:
    """Show what a personal link invites to; the link is the key."""
    return schemas.InvitationForMeOut.of(queries.invitation_by_token(token))


@api.post("/invitations/<token>/acceptances")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def accept_invitation(token: str) -> schemas.EnrolmentOut:
    """Take the place that an invitation promises."""
    return told(service.accept_invitation(token=token, person_id=me()))


@api.post("/invitations/<token>/applications")
@access.signed_in
@idempotent
@api.input(schemas.ApplicationIn)
@api.output(schemas.EnrolmentOut, status_code=201)
def apply_by_invitation(token: str, json_data: schemas.ApplicationIn) -> schemas.EnrolmentOut:
    """Accept with answers where the activity asks something, and with a motivation where the committee decides."""
    return told(
        service.accept_invitation(token=token, person_id=me(), motivation=json_data.motivation, said=json_data.answers)
    )


@api.put("/invitations/<token>/files/<question_ref>")
@access.signed_in
@largest_body(LARGEST_UPLOAD)
@api.output(schemas.FileOut)
@api.doc(description="A form with one part `file`: a PDF of at most 5 MB. The token is the answer to the question.")
def keep_invited_file(token: str, question_ref: str) -> schemas.FileOut:
    """Keep a letter for an invitation that is to be accepted."""
    name, content = sent_document()
    kept = service.keep_invited_file(token=token, person_id=me(), question_ref=question_ref, name=name, content=content)
    return schemas.FileOut(token=kept)


@api.post("/invitations/<token>/refusals")
@access.public
@idempotent
@api.input(schemas.AnswerIn)
@api.output(schemas.InvitationForMeOut, status_code=201)
def decline_invitation(token: str, json_data: schemas.AnswerIn) -> schemas.InvitationForMeOut:
    """Decline an invitation; the link is the key, no account is needed."""
    return schemas.InvitationForMeOut.of(service.decline_invitation(token=token, reason=json_data.reason))
