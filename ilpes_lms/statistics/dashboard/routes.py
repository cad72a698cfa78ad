"""The dashboard as JSON, its charts as files, and the activities behind its figures."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from ilpes_lms.statistics import rules
from ilpes_lms.statistics.dashboard import charting, documents, queries, schemas
from ilpes_lms.statistics.dashboard.answers import Answer
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX, a_file
from ilpes_lms.web.downloads import as_attachment

api = APIBlueprint("api_dashboard", __name__, url_prefix=PREFIX, tag="Statistics")
_NAMES = ", ".join(charting.CHART_NAMES)


@api.get("/statistics/dashboard")
@access.requires("statistics.read")
@api.input(schemas.DashboardIn, location="query")
@api.output(schemas.DashboardOut)
def dashboard(query_data: schemas.DashboardIn) -> dict[str, Any]:
    """Tell the figures of a period, filtered: in all, by kind, by country, over periods and by what is asked for."""
    answer = Answer(query_data.question, query_data.by, query_data.cursor)
    definition = {"code": rules.CONFIRMED, "text": rules.DEFINITIONS[rules.CONFIRMED]}
    return schemas.dashboard_out(answer, definition)


@api.get("/statistics/dashboard/activities")
@access.requires("statistics.read")
@api.input(schemas.ActivitiesIn, location="query")
@api.output(schemas.ActivitiesOut)
def activities(query_data: schemas.ActivitiesIn) -> dict[str, Any]:
    """List the activities behind the figures, each with its part of them, newest first."""
    page = queries.activities(query_data.question, query_data.cursor)
    return {"items": [schemas.activity_out(one) for one in page.items], "next_cursor": page.next_cursor}


@api.get(f"/statistics/dashboard/charts/<any({_NAMES}):name>.<any(svg, png, csv):form>")
@access.requires("statistics.read")
@api.input(schemas.QuestionIn, location="query")
@api.doc(responses=a_file(*documents.TYPES.values()))
def chart(name: str, form: str, query_data: schemas.QuestionIn) -> Response:
    """Get a chart of the dashboard as a drawing (svg), a picture (png) or its figures (csv)."""
    made = documents.of_question(query_data.question, name, form)
    return as_attachment(made.content, made.name, made.content_type)
