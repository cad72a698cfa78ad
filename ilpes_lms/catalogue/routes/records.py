"""How people are on record as JSON: what a switch would do, and the switch."""

from typing import Any

from flask import Response

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.routes.activities import managed_in_json
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version


@api.get("/activities/<ref>/record")
@access.requires("catalogue.manage")
@api.input(schemas.ForeseenQuery, location="query")
@api.output(schemas.SwitchForeseenOut)
def foresee_switch(ref: str, query_data: schemas.ForeseenQuery) -> Any:
    """Look at what a switch would do to the figures."""
    return service.foresee_switch(activity_ref=ref, record=query_data.record, divisions=access.principal().divisions)


@api.put("/activities/<ref>/record")
@access.requires("catalogue.manage")
@api.input(schemas.RecordIn)
@api.output(schemas.ManagedActivityOut)
def switch_record(ref: str, json_data: schemas.RecordIn) -> Response:
    """Switch to people on record or to no record, with a reason; If-Match names the version that was seen."""
    divisions = access.principal().divisions
    service.switch_record(
        activity_ref=ref, version=seen_version(), record=json_data.record, reason=json_data.reason, divisions=divisions
    )
    return managed_in_json(queries.managed_activity(ref, divisions))
