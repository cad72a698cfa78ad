"""The quality of data as JSON."""

from typing import Any

from apiflask import APIBlueprint
from flask import url_for

from ilpes_lms.statistics.quality import display, queries, schemas
from ilpes_lms.statistics.quality.rules import ENROLMENT_GAPS, GAPS, TWINS
from ilpes_lms.statistics.schemas import PageIn
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX

api = APIBlueprint("api_quality", __name__, url_prefix=PREFIX, tag="Statistics")
_GAP = "<any(sex, country, institution, persons, marks, record, source):gap>"


@api.get("/statistics/quality")
@access.requires("statistics.mend")
@api.output(schemas.QualityOut)
def quality() -> dict[str, Any]:
    """Count what figures lack, for the divisions that one coordinates."""
    numbers = queries.numbers(access.principal().divisions)
    gaps = [{"gap": gap, "number": numbers[gap], "items": url_for("api_quality.lacking", gap=gap)} for gap in GAPS]
    return {"gaps": gaps}


@api.get(f"/statistics/quality/{_GAP}")
@access.requires("statistics.mend")
@api.input(PageIn, location="query")
@api.output(schemas.LackingsOut)
def lacking(gap: str, query_data: PageIn) -> dict[str, Any]:
    """List what has a gap: participations, activities, or people who look like somebody else."""
    divisions, cursor = access.principal().divisions, query_data.cursor
    if gap in ENROLMENT_GAPS:
        enrolled = queries.enrolments(gap, divisions, cursor)
        return {"items": [display.enrolment_out(one) for one in enrolled.items], "next_cursor": enrolled.next_cursor}
    if gap == TWINS:
        twins = queries.twins(divisions, cursor)
        return {"items": [display.twin_out(one) for one in twins.items], "next_cursor": twins.next_cursor}
    activities = queries.activities(gap, divisions, cursor)
    return {"items": [display.activity_out(one) for one in activities.items], "next_cursor": activities.next_cursor}
