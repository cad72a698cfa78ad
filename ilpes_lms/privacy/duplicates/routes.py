"""People who may be one as JSON."""

from typing import Any

from apiflask import APIBlueprint

from ilpes_lms.privacy.duplicates import display, queries, schemas, service
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX

api = APIBlueprint("api_duplicates", __name__, url_prefix=PREFIX, tag="Privacy")


@api.get("/people/duplicates")
@access.requires("merges.read")
@api.input(schemas.PageQuery, location="query")
@api.output(schemas.TwinPairsOut)
def duplicates(query_data: schemas.PageQuery) -> dict[str, Any]:
    """List people who may be one person, the likeliest first."""
    page = queries.pairs(query_data.cursor)
    return {"items": [display.pair_out(one) for one in page.items], "next_cursor": page.next_cursor}


@api.put("/people/duplicates/<pair_ref>/different")
@access.requires("people.manage")
@api.output(schemas.TwinPairOut)
def dismiss(pair_ref: str) -> dict[str, Any]:
    """Say that two people are two, so that they are not proposed again."""
    return display.pair_out(service.dismiss(pair_ref=pair_ref))


@api.put("/people/duplicates/look")
@access.requires("people.manage")
@api.output({}, status_code=204)
def look() -> Any:
    """Let all records be compared now; the worker does it."""
    service.look_again()
    return ""
