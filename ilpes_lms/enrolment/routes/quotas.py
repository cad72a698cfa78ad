"""Places of institutions as JSON, for coordinators."""

from flask import Response, jsonify

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.models import NominationQuota
from ilpes_lms.enrolment.routes.blueprint import api, at
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@api.output(schemas.QuotasOut)
def quotas(activity_ref: str) -> schemas.QuotasOut:
    """List the institutions that have places, and those of their nominees who may be one person."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    found = queries.standing_of_quotas(activity.id)
    return schemas.QuotasOut(
        items=[schemas.QuotaStandingOut.of(standing) for standing in found],
        unfilled=sum(standing.unfilled for standing in found),
        alike=[schemas.AlikeOut(one=schemas.NomineeOut.of(pair.one), other=schemas.NomineeOut.of(pair.other))
               for pair in service.alike(activity.id)],
    )  # fmt: skip


@api.post("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.QuotaIn)
@api.output(schemas.QuotaOut, status_code=201)
def open_quota(activity_ref: str, json_data: schemas.QuotaIn) -> schemas.QuotaOut:
    """Give an institution places and write to its focal point."""
    return schemas.QuotaOut.of(service.open_quota_for(**at(activity_ref), **json_data.model_dump()), 0)


@api.get("/activities/<activity_ref>/quotas/<quota_ref>")
@access.requires("enrolment.decide")
@api.output(schemas.QuotaWithNomineesOut)
def quota(activity_ref: str, quota_ref: str) -> Response:
    """Show an institution's places and whom it nominated."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    return _shown(queries.managed_quota(quota_ref, activity.id))


@api.patch("/activities/<activity_ref>/quotas/<quota_ref>")
@access.requires("enrolment.decide")
@api.input(schemas.QuotaChangeIn)
@api.output(schemas.QuotaWithNomineesOut)
def change_quota(activity_ref: str, quota_ref: str, json_data: schemas.QuotaChangeIn) -> Response:
    """Change an institution's places, last day or focal point; needs If-Match."""
    changed = service.change_quota(
        quota_ref=quota_ref, version=seen_version(), **at(activity_ref), **json_data.model_dump()
    )
    return _shown(changed)


@api.post("/activities/<activity_ref>/quotas/<quota_ref>/returns")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.QuotaOut, status_code=201)
def take_places_back(activity_ref: str, quota_ref: str) -> schemas.QuotaOut:
    """Take an institution's unfilled places back; needs If-Match."""
    left = service.take_places_back(quota_ref=quota_ref, version=seen_version(), **at(activity_ref))
    return schemas.QuotaOut.of(left, left.places)


@api.post("/activities/<activity_ref>/quotas/<quota_ref>/links")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.QuotaOut, status_code=201)
def renew_link(activity_ref: str, quota_ref: str) -> schemas.QuotaOut:
    """Write to the focal point with a new personal link; the old one is dead."""
    renewed = service.renew_link(quota_ref=quota_ref, **at(activity_ref))
    return schemas.QuotaOut.of(renewed, queries.filled(renewed.id))


@api.post("/activities/<activity_ref>/quotas/<quota_ref>/nominees/<invitation_ref>/replacements")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.SubstituteIn)
@api.output(schemas.NomineeOut, status_code=201)
def replace_confirmed(
    activity_ref: str, quota_ref: str, invitation_ref: str, json_data: schemas.SubstituteIn
) -> schemas.NomineeOut:
    """Give a confirmed nominee's place to someone else of the institution."""
    named = service.replace_confirmed(
        quota_ref=quota_ref, invitation_ref=invitation_ref, **at(activity_ref), **json_data.model_dump()
    )
    return schemas.NomineeOut.of(named)


def _shown(found: NominationQuota) -> Response:
    body = schemas.QuotaWithNomineesOut.of_all(found, queries.filled(found.id), queries.nominees([found.id]))
    return tagged(jsonify(body.model_dump(mode="json")), found.version)
