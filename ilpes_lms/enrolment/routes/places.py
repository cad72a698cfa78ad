"""Place rules and the waiting list as JSON."""

from flask import Response, jsonify

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/activities/<activity_ref>/place-rules")
@access.requires("enrolment.decide")
@api.output(schemas.PlaceRulesOut)
def place_rules(activity_ref: str) -> Response:
    """List the rules over an activity's places; the ETag is the version that a change must name."""
    return _rules(activity_ref)


@api.put("/activities/<activity_ref>/place-rules")
@access.requires("enrolment.decide")
@api.input(schemas.PlaceRulesIn)
@api.output(schemas.PlaceRulesOut)
def set_place_rules(activity_ref: str, json_data: schemas.PlaceRulesIn) -> Response:
    """Let exactly these rules stand; If-Match names the version that was seen."""
    service.set_place_rules(
        activity_ref=activity_ref, version=seen_version(), divisions=access.principal().divisions,
        place_rules=[item.values() for item in json_data.items],
    )  # fmt: skip
    return _rules(activity_ref)


@api.get("/activities/<activity_ref>/waiting-list")
@access.requires("enrolment.decide")
@api.input(schemas.WaitingQuery, location="query")
@api.output(schemas.WaitingListOut)
def waiting_list(activity_ref: str, query_data: schemas.WaitingQuery) -> schemas.WaitingListOut:
    """List who waits with their chances, and say why nobody was promoted."""
    found = service.waiting_list(
        activity_ref=activity_ref, divisions=access.principal().divisions, first=query_data.first
    )
    return schemas.WaitingListOut.of(found)


def _rules(activity_ref: str) -> Response:
    activity = catalogue.managed_outline(activity_ref, access.principal().divisions)
    items = [schemas.PlaceRuleOut.of(rule) for rule in queries.place_rules(activity.id)]
    return tagged(jsonify(schemas.PlaceRulesOut(items=items).model_dump(mode="json")), activity.version)
