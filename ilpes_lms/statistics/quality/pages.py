"""What figures lack, for coordinators to mend."""

from apiflask import APIBlueprint
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.statistics.quality import display, queries
from ilpes_lms.statistics.quality.display import Row
from ilpes_lms.statistics.quality.rules import ENROLMENT_GAPS, TWINS
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("quality", __name__, enable_openapi=False)
_GAP = "<any(sex, country, institution, persons, marks, record, source):gap>"


@pages.get("/coordinate/statistics/quality")
@access.requires("statistics.mend")
def overview() -> ResponseReturnValue:
    page_takes()
    found = display.gaps(queries.numbers(access.principal().divisions))
    return render_template("statistics/quality/overview.html", gaps=found)


@pages.get(f"/coordinate/statistics/quality/{_GAP}")
@access.requires("statistics.mend")
def lacking(gap: str) -> ResponseReturnValue:
    page_takes(cursor=None)
    rows, cursor = _rows(gap, request.args.get("cursor"))
    further = url_for("quality.lacking", gap=gap, cursor=cursor) if cursor else None
    return render_template(
        "statistics/quality/lacking.html", gap=display.gap(gap), rows=rows, pager={"next_url": further},
        first=not request.args.get("cursor"),
    )  # fmt: skip


def _rows(gap: str, cursor: str | None) -> tuple[list[Row], str | None]:
    principal = access.principal()
    divisions = principal.divisions
    if gap in ENROLMENT_GAPS:
        enrolled = queries.enrolments(gap, divisions, cursor)
        return [display.enrolment_row(one) for one in enrolled.items], enrolled.next_cursor
    if gap == TWINS:
        twins, may = queries.twins(divisions, cursor), principal.may("people.manage")
        return [display.twin_row(one, may_search=may) for one in twins.items], twins.next_cursor
    activities = queries.activities(gap, divisions, cursor)
    return [display.activity_row(gap, one) for one in activities.items], activities.next_cursor
