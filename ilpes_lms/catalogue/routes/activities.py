"""Activities as JSON: found, managed, made, changed, taken through their steps."""

from typing import Any

from flask import Response, jsonify

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.details import window_of
from ilpes_lms.catalogue.errors import UnknownChoice
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.catalogue.routes.class_sessions import session_in_json
from ilpes_lms.core import clock
from ilpes_lms.core.errors import NotFound
from ilpes_lms.web import access, i18n
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version, tagged

_STEPS = {
    "publications": "publish", "closures": "close", "reopenings": "reopen", "archivings": "archive",
    "cancellations": "cancel",
}  # fmt: skip


@api.get("/activities")
@access.public
@api.input(schemas.SearchIn, location="query")
@api.output(schemas.SearchOut)
def search(query_data: schemas.SearchIn) -> dict[str, Any]:
    """Search the public catalogue."""
    asked = query_data.model_dump(exclude={"q", "cursor", "limit"}, exclude_none=True)
    filters = queries.Filters(text=query_data.q, codes=asked, cursor=query_data.cursor)
    found = queries.search(filters, now=clock.now(), today=clock.today(i18n.zone()), size=query_data.limit)
    return {"items": found.cards, "total": found.total, "facets": found.facets, "next_cursor": found.next_cursor}


@api.get("/activities/<ref>")
@access.public
@api.output(schemas.ActivityOut)
def activity(ref: str) -> dict[str, Any]:
    """Get one published activity."""
    return _public(queries.published_activity(ref))


@api.get("/coordinate/activities")
@access.requires("catalogue.manage")
@api.input(schemas.ManagedIn, location="query")
@api.output(schemas.ManagedPageOut)
def managed(query_data: schemas.ManagedIn) -> dict[str, Any]:
    """List the activities one coordinates, drafts among them."""
    page = queries.managed_list(
        access.principal().divisions, status=query_data.status, kind=query_data.kind, text=query_data.q,
        cursor=query_data.cursor,
    )  # fmt: skip
    return {"items": [_line(found) for found in page.items], "next_cursor": page.next_cursor}


@api.get("/coordinate/activities/<ref>")
@access.requires("catalogue.manage")
@api.output(schemas.ManagedActivityOut)
def manage(ref: str) -> Response:
    """Get one activity with its settings; the ETag is the version that a change must name."""
    return managed_in_json(queries.managed_activity(ref, access.principal().divisions))


@api.post("/activities")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.ActivityIn)
@api.output(schemas.ManagedActivityOut, status_code=201)
def create(json_data: schemas.ActivityIn) -> Response:
    """Add an activity as a draft."""
    made = service.create_activity(divisions=access.principal().divisions, **_values(json_data))
    return managed_in_json(made, status=201)


@api.patch("/activities/<ref>")
@access.requires("catalogue.manage")
@api.input(schemas.ActivityChanges)
@api.output(schemas.ManagedActivityOut)
def edit(ref: str, json_data: schemas.ActivityChanges) -> Response:
    """Change settings of an activity; If-Match names the version that was seen."""
    service.edit_activity(
        activity_ref=ref, version=seen_version(), divisions=access.principal().divisions, **_values(json_data)
    )
    return managed_in_json(queries.managed_activity(ref, access.principal().divisions))


@api.post("/activities/<ref>/<any(publications, closures, reopenings, archivings, cancellations):step>")
@access.requires("catalogue.manage")
@idempotent
@api.output(schemas.ManagedActivityOut, status_code=201)
def take_step(ref: str, step: str) -> Response:
    """Take an activity through one step of its life."""
    service.take_step(activity_ref=ref, step=_STEPS[step], divisions=access.principal().divisions)
    return managed_in_json(queries.managed_activity(ref, access.principal().divisions), status=201)


@api.put("/activities/<ref>/headcount")
@access.requires("catalogue.manage")
@api.input(schemas.HeadcountIn)
@api.output(schemas.ManagedActivityOut)
def headcount(ref: str, json_data: schemas.HeadcountIn) -> Response:
    """Close an activity with a headcount, or correct it with a reason; If-Match names the version that was seen."""
    divisions = access.principal().divisions
    service.close_with_headcount(
        activity_ref=ref, version=seen_version(), divisions=divisions, **json_data.model_dump()
    )
    return managed_in_json(queries.managed_activity(ref, divisions))


@api.post("/activities/<ref>/copies")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.CloneIn)
@api.output(schemas.ManagedActivityOut, status_code=201)
def clone(ref: str, json_data: schemas.CloneIn) -> Response:
    """Make a new draft of an activity, class sessions included."""
    divisions = access.principal().divisions
    made = service.clone(activity_ref=ref, starts_on=json_data.starts_on, divisions=divisions)
    return managed_in_json(queries.managed_activity(made.public_id, divisions), status=201)


@api.get("/courses")
@access.requires("catalogue.manage")
@api.output(schemas.CoursesOut)
def courses() -> schemas.CoursesOut:
    """List the courses that an activity can be a running of."""
    return schemas.CoursesOut.of(queries.courses())


def _values(sent: schemas.ActivityFields) -> dict[str, Any]:
    values = sent.model_dump(exclude_unset=True)
    if "partners" in values:
        values["partners"] = [(partner["name"], partner["role"]) for partner in values["partners"]]
    if "course" in values:
        values["course_id"] = _course_id(values.pop("course"))
    return {name: value for name, value in values.items() if (name, value) != ("admission", None)}


def _course_id(course_ref: str | None) -> int | None:
    if course_ref is None:
        return None
    try:
        return queries.course(course_ref).id
    except NotFound as error:
        # The address is right; a value in the body is not.
        raise UnknownChoice(field="course", value=course_ref) from error


def managed_in_json(found: Activity, status: int = 200) -> Response:
    body = _public(found) | {name: getattr(found, name) for name in _MANAGED}
    response = jsonify(schemas.ManagedActivityOut.model_validate(body).model_dump(mode="json"))
    response.status_code = status
    return tagged(response, found.version)


def _public(found: Activity) -> dict[str, Any]:
    names = schemas.ActivityOut.model_fields.keys() - _DERIVED
    return {name: getattr(found, name) for name in names} | {
        "ref": found.public_id,
        "course": found.course.public_id if found.course else None,
        "confirmed": found.confirmed_count,
        "waiting": found.waiting_count,
        "window": window_of(found, clock.now()),
        "class_sessions": [session_in_json(session) for session in found.class_sessions],
    }


_MANAGED = ("joining_link", "waiting_until", "offer_hours", "promotes_by", "version")
_DERIVED = {"ref", "course", "confirmed", "waiting", "window", "class_sessions"}


def _line(found: Activity) -> dict[str, Any]:
    derived = {"ref": found.public_id, "confirmed": found.confirmed_count, "waiting": found.waiting_count}
    names = schemas.ManagedLineOut.model_fields.keys() - derived.keys()
    return {name: getattr(found, name) for name in names} | derived
