"""What a focal point's personal link opens, as JSON."""

from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.keys import key_to
from ilpes_lms.enrolment.routes.blueprint import api, me
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/nominations/<token>")
@access.public
@api.output(schemas.NominationDeskOut)
def nomination_desk(token: str) -> schemas.NominationDeskOut:
    """Show a focal point its institution's places; the link is the key."""
    quota = queries.quota_by_token(token)
    return schemas.NominationDeskOut(
        activity=quota.activity.public_id,
        titles=quota.activity.titles,
        quota=schemas.QuotaOut.of(quota, queries.filled(quota.id)),
        nominees=[schemas.NomineeOut.of(nominee) for nominee in queries.nominees([quota.id])],
    )


@api.post("/nominations/<token>")
@access.public
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def nominate(token: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Name a person for one of the institution's places."""
    return schemas.NomineeOut.of(service.nominate(token=token, **json_data.model_dump()))


@api.post("/nominations/<token>/list-checks")
@access.public
@api.input(schemas.ListIn)
@api.output(schemas.ListCheckOut)
def check_nomination_list(token: str, json_data: schemas.ListIn) -> schemas.ListCheckOut:
    """Look through a list without naming anybody."""
    return schemas.ListCheckOut.of(service.foresee_nominations(token=token, lines=json_data.lines()))


@api.post("/nominations/<token>/lists")
@access.public
@idempotent
@api.input(schemas.ListIn)
@api.output(schemas.NomineesOut, status_code=201)
def nominate_list(token: str, json_data: schemas.ListIn) -> schemas.NomineesOut:
    """Name all people of a list, or none of them."""
    done = service.nominate_list(token=token, lines=json_data.lines(), doubts_accepted=json_data.doubts_accepted)
    return schemas.NomineesOut(items=[schemas.NomineeOut.of(one) for one in done])


@api.post("/nominations/<token>/<invitation_ref>/withdrawals")
@access.public
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_nomination(token: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back a nomination that has not been confirmed."""
    return schemas.NomineeOut.of(service.withdraw_nomination(token=token, invitation_ref=invitation_ref))


@api.post("/nominations/<token>/<invitation_ref>/letters")
@access.public
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def write_to_nominee(token: str, invitation_ref: str) -> schemas.NomineeOut:
    """Write to a nominee once more."""
    return schemas.NomineeOut.of(service.write_to_nominee(token=token, invitation_ref=invitation_ref))


@api.post("/nominations/<token>/<invitation_ref>/replacements")
@access.public
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def replace_nominee(token: str, invitation_ref: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Name somebody else in place of a nominee who has not confirmed."""
    named = service.replace_nominee(token=token, invitation_ref=invitation_ref, **json_data.model_dump())
    return schemas.NomineeOut.of(named)


@api.get("/me/nominations/<quota_ref>")
@access.signed_in
@api.output(schemas.NominationKeyOut)
def my_nominations(quota_ref: str) -> schemas.NominationKeyOut:
    """Give a focal point who is signed in the key to their list, in place of the personal link's."""
    return schemas.NominationKeyOut(key=key_to(queries.quota_of_focal_point(quota_ref, me()).public_id))
