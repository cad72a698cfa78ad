"""One's own data: to look at, and to take along."""

import json

from apiflask import APIBlueprint
from flask import Response, render_template
from flask.typing import ResponseReturnValue

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.desks.settings import contact_of
from ilpes_lms.privacy import exporters, wording
from ilpes_lms.privacy.schemas import taken_along
from ilpes_lms.web import access

pages = APIBlueprint("privacy", __name__, template_folder="templates", enable_openapi=False)


@pages.get("/my/data")
@access.signed_in
def my_data() -> ResponseReturnValue:
    contact = contact_of(settings())
    return render_template("privacy/my_data.html", rooms=exporters.rooms(), words=wording, contact=contact)


@pages.get("/my/data/<room>")
@access.signed_in
def my_data_of(room: str) -> ResponseReturnValue:
    parts = exporters.export_of(room, access.principal().person_id or 0)
    return render_template("privacy/my_data_of.html", room=room, parts=parts, rooms=exporters.rooms(), words=wording)


@pages.get("/my/data.json")
@access.signed_in
def my_data_file() -> ResponseReturnValue:
    found = taken_along(exporters.export(access.principal().person_id or 0))
    name = f"ilpes-{clock.today().isoformat()}.json"
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2), content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
