"""Nominations as JSON: places of institutions, and what the personal link opens."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api, me
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@api.output(schemas.QuotasOut)
def quotas(activity_ref: str) -> schemas.QuotasOut:
    """List the institutions that have places."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    found = queries.quotas(activity.id)
    filled = queries.filled_of(quota.id for quota in found)
    return schemas.QuotasOut(items=[schemas.QuotaOut.of(quota, filled.get(quota.id, 0)) for quota in found])


@api.post("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.QuotaIn)
@api.output(schemas.QuotaOut, status_code=201)
def open_quota(activity_ref: str, json_data: schemas.QuotaIn) -> schemas.QuotaOut:
    """Give an institution places and write to its focal point."""
    quota = service.open_quota_for(
        activity_ref=activity_ref, divisions=access.principal().divisions, **json_data.model_dump()
    )
    return schemas.QuotaOut.of(quota, 0)


@api.get("/nominations/<token>")
@access.public
@api.output(schemas.NominationDeskOut)
def nomination_desk(token: str) -> schemas.NominationDeskOut:
    """Show a focal point its institution's places; the link is the key."""
    quota = queries.quota_by_token(token)
    return schemas.NominationDeskOut.of(quota, queries.nominees([quota.id]))


@api.post("/nominations/<token>")
@access.public
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def nominate(token: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Name a person for one of the institution's places."""
    return schemas.NomineeOut.of(service.nominate(token=token, **json_data.model_dump()))


@api.post("/nominations/<token>/<invitation_ref>/withdrawals")
@access.public
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_nomination(token: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back a nomination that has not been confirmed."""
    return schemas.NomineeOut.of(service.withdraw_nomination(token=token, invitation_ref=invitation_ref))


@api.get("/me/nominations/<quota_ref>")
@access.signed_in
@api.output(schemas.NominationDeskOut)
def my_nomination_desk(quota_ref: str) -> schemas.NominationDeskOut:
    """Show a focal point who is signed in, under the address the places were given to, what the link shows."""
    quota = queries.quota_of_focal_point(quota_ref, me())
    return schemas.NominationDeskOut.of(quota, queries.nominees([quota.id]))


@api.post("/me/nominations/<quota_ref>")
@access.signed_in
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def nominate_as_focal_point(quota_ref: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Name a person for one of the institution's places."""
    named = service.nominate_as_focal_point(quota_ref=quota_ref, person_id=me(), **json_data.model_dump())
    return schemas.NomineeOut.of(named)


@api.post("/me/nominations/<quota_ref>/<invitation_ref>/withdrawals")
@access.signed_in
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_as_focal_point(quota_ref: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back a nomination that has not been confirmed."""
    withdrawn = service.withdraw_as_focal_point(quota_ref=quota_ref, person_id=me(), invitation_ref=invitation_ref)
    return schemas.NomineeOut.of(withdrawn)
