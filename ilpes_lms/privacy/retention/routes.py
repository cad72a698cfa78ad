"""How long what is kept, as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, make_response

from ilpes_lms.privacy.retention import queries, schemas, service
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.versions import seen_version, tagged

api = APIBlueprint("api_retention", __name__, url_prefix=PREFIX, tag="Privacy")


@api.get("/retention")
@access.requires("privacy.retention")
@api.output(schemas.ScheduleOut)
def schedule() -> dict[str, Any]:
    """List the kinds of data kept for a time only, with what would go if they were let go now; nothing changes."""
    return {"items": [schemas.KindOut.of(each) for each in queries.schedule()]}


@api.get("/retention/<kind>")
@access.requires("privacy.retention")
@api.output(schemas.KindOut)
def kind_of_data(kind: str) -> Response:
    """Read how long one kind is kept."""
    return _kind(kind)


@api.put("/retention/<kind>")
@access.requires("privacy.retention")
@api.input(schemas.PeriodIn)
@api.output(schemas.KindOut)
def change_period(kind: str, json_data: schemas.PeriodIn) -> Response:
    """Keep a kind for another time, or for ever; If-Match names the version that was seen."""
    service.change_period(kind=kind, seen=seen_version(), **json_data.model_dump())
    return _kind(kind)


def _kind(kind: str) -> Response:
    found = queries.standing(kind)
    return tagged(make_response(schemas.KindOut.of(found).model_dump(mode="json")), found.version)
