"""What an enrolment says of a person, and its correction, as JSON."""

from flask import Response, jsonify

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.routes.blueprint import api, me
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/activities/<activity_ref>/enrolments/<enrolment_ref>/attributes")
@access.requires("enrolment.decide")
@api.output(schemas.AttributesOut)
def attributes(activity_ref: str, enrolment_ref: str) -> Response:
    """Get what an enrolment says of a person, with its corrections; the ETag is the version to name in a change."""
    activity = catalogue.managed_outline(activity_ref, access.principal().divisions)
    return _told(queries.enrolment_in(enrolment_ref, activity.id))


@api.patch("/activities/<activity_ref>/enrolments/<enrolment_ref>/attributes")
@access.requires("enrolment.decide")
@api.input(schemas.CorrectionIn)
@api.output(schemas.AttributesOut)
def correct(activity_ref: str, enrolment_ref: str, json_data: schemas.CorrectionIn) -> Response:
    """Correct what an enrolment says of a person, with a reason; If-Match names the version that was seen."""
    corrected = service.correct_attributes(
        activity_ref=activity_ref, enrolment_ref=enrolment_ref, version=seen_version(), reason=json_data.reason,
        divisions=access.principal().divisions, corrector=me(), **json_data.attributes(),
    )  # fmt: skip
    return _told(corrected)


def _told(enrolment: Enrolment) -> Response:
    body = schemas.AttributesOut.of(enrolment, queries.corrections(enrolment.id))
    return tagged(jsonify(body.model_dump(mode="json")), queries.attributes_version(enrolment))
