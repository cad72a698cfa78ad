"""Nominations as JSON: places of institutions, and what the personal link opens."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api
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
    nominees = queries.nominees([quota.id])
    return schemas.NominationDeskOut(
        activity=quota.activity.public_id,
        titles=quota.activity.titles,
        quota=schemas.QuotaOut.of(quota, len(nominees)),
        nominees=[schemas.NomineeOut.of(nominee) for nominee in nominees],
    )


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
