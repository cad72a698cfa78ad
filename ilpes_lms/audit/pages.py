"""The record of deeds, for administrators."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import render_template, request
from flask.typing import ResponseReturnValue

from ilpes_lms.audit import queries
from ilpes_lms.core import clock
from ilpes_lms.web import access, i18n
from ilpes_lms.web.asked import page_takes

pages = APIBlueprint("audit", __name__, template_folder="templates", enable_openapi=False)


@pages.get("/admin/audit")
@access.requires("audit.read")
def entries() -> ResponseReturnValue:
    page_takes(object=None, actor=None, cursor=None)
    asked = {name: request.args.get(name, "").strip() for name in ("object", "actor")}
    page = queries.entries(
        object_id=asked["object"] or None, actor=asked["actor"] or None, cursor=request.args.get("cursor")
    )
    return render_template("audit/entries.html", page=page, asked=asked, when=_when, later="cursor" in request.args)


def _when(at: datetime) -> str:
    return f"{i18n.short_day(clock.wall_time(at, i18n.zone()).date())} {i18n.clock_time(at)}"
