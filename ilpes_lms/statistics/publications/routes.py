"""Publications as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import url_for

from ilpes_lms.statistics.publications import schemas, service
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.releases.schemas import WholeReleaseOut
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_publications", __name__, url_prefix=PREFIX, tag="Statistics")


@api.post("/statistics/publications/preview")
@access.requires("statistics.publish")
@api.input(schemas.EarlierPublicationIn)
@api.output(schemas.PublicationForeseenOut)
def foresee(json_data: schemas.EarlierPublicationIn) -> Any:
    """Look at how printed figures would stand as a release, and at what they change; nothing is kept."""
    return service.foresee(json_data.publication(), reason=json_data.reason)


@api.post("/statistics/publications")
@access.requires("statistics.publish")
@idempotent
@api.input(schemas.EarlierPublicationIn)
@api.output(WholeReleaseOut, status_code=201)
def enter(json_data: schemas.EarlierPublicationIn) -> Any:
    """Enter what a document printed as a release; left out is not printed. For coordinators of all divisions."""
    made = service.enter(json_data.publication(), reason=json_data.reason, divisions=access.principal().divisions)
    return queries.release(made.public_id), 201, {"Location": url_for("api_releases.release", ref=made.public_id)}
