"""The catalogue as JSON: what its pages can do, through the same service."""

from typing import Any

from flask import Response, jsonify, request

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.details import window_of
from ilpes_lms.catalogue.errors import UnknownChoice
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.pattern_schemas import PatternIn, PatternOut
from ilpes_lms.core import clock
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people import queries as people
from ilpes_lms.web import access, i18n
from ilpes_lms.web.api import blueprint
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version, tagged

api = blueprint("catalogue")
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
    return _managed(queries.managed_activity(ref, access.principal().divisions))


@api.post("/activities")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.ActivityIn)
@api.output(schemas.ManagedActivityOut, status_code=201)
def create(json_data: schemas.ActivityIn) -> Response:
    """Add an activity as a draft."""
    made = service.create_activity(divisions=access.principal().divisions, **_values(json_data))
    return _managed(made, status=201)


@api.patch("/activities/<ref>")
@access.requires("catalogue.manage")
@api.input(schemas.ActivityChanges)
@api.output(schemas.ManagedActivityOut)
def edit(ref: str, json_data: schemas.ActivityChanges) -> Response:
    """Change settings of an activity; If-Match names the version that was seen."""
    service.edit_activity(
        activity_ref=ref, version=seen_version(), divisions=access.principal().divisions, **_values(json_data)
    )
    return _managed(queries.managed_activity(ref, access.principal().divisions))


@api.post("/activities/<ref>/<any(publications, closures, reopenings, archivings, cancellations):step>")
@access.requires("catalogue.manage")
@idempotent
@api.output(schemas.ManagedActivityOut, status_code=201)
def take_step(ref: str, step: str) -> Response:
    """Take an activity through one step of its life."""
    service.take_step(activity_ref=ref, step=_STEPS[step], divisions=access.principal().divisions)
    return _managed(queries.managed_activity(ref, access.principal().divisions), status=201)


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
    return _managed(queries.managed_activity(ref, divisions))


@api.post("/activities/<ref>/copies")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.CloneIn)
@api.output(schemas.ManagedActivityOut, status_code=201)
def clone(ref: str, json_data: schemas.CloneIn) -> Response:
    """Make a new draft of an activity, class sessions included."""
    divisions = access.principal().divisions
    made = service.clone(activity_ref=ref, starts_on=json_data.starts_on, divisions=divisions)
    return _managed(queries.managed_activity(made.public_id, divisions), status=201)


@api.post("/activities/<ref>/class-sessions")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.ClassSessionIn)
@api.output(schemas.ClassSessionOut, status_code=201)
def add_class_session(ref: str, json_data: schemas.ClassSessionIn) -> dict[str, Any]:
    """Add a class session, given by the clocks of its place."""
    made = service.add_class_session(activity_ref=ref, divisions=access.principal().divisions, **json_data.model_dump())
    return _session(made)


@api.post("/activities/<ref>/class-sessions/patterns")
@access.requires("catalogue.manage")
@idempotent
@api.input(PatternIn)
@api.output(PatternOut, status_code=201)
def add_pattern(ref: str, json_data: PatternIn) -> dict[str, Any]:
    """Add class sessions that come again, each once however often it is asked for; `dry_run` only shows them."""
    activity = queries.managed_outline(ref, access.principal().divisions)
    plan = service.plan(activity, json_data.pattern, zone=json_data.zone, holidays=json_data.holidays)
    made = [] if json_data.dry_run else _pattern_added(ref, json_data)
    return {"zone": plan.zone, "days": plan.days, "tag": plan.tag, "added": [session.public_id for session in made]}


@api.patch("/class-sessions/<class_session_ref>")
@access.requires("catalogue.manage")
@api.input(schemas.ClassSessionChanges)
@api.output(schemas.ClassSessionOut)
def edit_class_session(class_session_ref: str, json_data: schemas.ClassSessionChanges) -> Response:
    """Move a class session, or change its length, title or link; with If-Match, not one that somebody changed since."""
    changed = service.edit_class_session(
        class_session_ref=class_session_ref, divisions=access.principal().divisions,
        version=seen_version() if request.if_match else None,
        **json_data.model_dump(exclude_unset=True),
    )  # fmt: skip
    return tagged(
        jsonify(schemas.ClassSessionOut.model_validate(_session(changed)).model_dump(mode="json")), changed.version
    )


@api.delete("/class-sessions/<class_session_ref>")
@access.requires("catalogue.manage")
@api.output({}, status_code=204)
def remove_class_session(class_session_ref: str) -> str:
    """Take out a class session that was entered by mistake."""
    service.remove_class_session(class_session_ref=class_session_ref, divisions=access.principal().divisions)
    return ""


@api.post("/class-sessions/<class_session_ref>/cancellations")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.CalledOffIn)
@api.output(schemas.ClassSessionOut, status_code=201)
def cancel_class_session(class_session_ref: str, json_data: schemas.CalledOffIn) -> dict[str, Any]:
    """Call a class session off; who has a place gets a letter."""
    called_off = service.cancel_class_session(
        class_session_ref=class_session_ref, divisions=access.principal().divisions, reason=json_data.reason
    )
    return _session(called_off)


@api.post("/activities/<ref>/assignments")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.AssignmentIn)
@api.output(schemas.AssignmentOut, status_code=201)
def assign(ref: str, json_data: schemas.AssignmentIn) -> dict[str, Any]:
    """Make somebody instructor or co-coordinator."""
    made = service.assign_by_address(
        activity_ref=ref, email=json_data.email, role=json_data.role, divisions=access.principal().divisions
    )
    who = people.person(made.person_id)
    return {"role": made.role, "person": who.public_id, "name": who.full_name}


@api.get("/activities/<ref>/assignments")
@access.requires("catalogue.manage")
@api.output(schemas.AssignmentsOut)
def assignments(ref: str) -> schemas.AssignmentsOut:
    """List who teaches an activity and who helps to coordinate it."""
    activity = queries.managed_outline(ref, access.principal().divisions)
    return schemas.AssignmentsOut.of(queries.staff_of(activity.id))


@api.delete("/activities/<ref>/assignments/<person_ref>")
@access.requires("catalogue.manage")
@api.input(schemas.AssignmentQuery, location="query")
@api.output({}, status_code=204)
def unassign(ref: str, person_ref: str, query_data: schemas.AssignmentQuery) -> str:
    """Take somebody off an activity, in one role."""
    service.unassign(
        activity_ref=ref, person_ref=person_ref, role=query_data.role, divisions=access.principal().divisions
    )
    return ""


@api.get("/courses")
@access.requires("catalogue.manage")
@api.output(schemas.CoursesOut)
def courses() -> schemas.CoursesOut:
    """List the courses that an activity can be a running of."""
    return schemas.CoursesOut.of(queries.courses())


@api.get("/coordinate/activities/<ref>/materials")
@access.requires("catalogue.manage")
@api.output(schemas.MaterialsOut)
def materials(ref: str) -> schemas.MaterialsOut:
    """List an activity's materials; participants find them with their enrolment."""
    return schemas.MaterialsOut.of(queries.managed_outline(ref, access.principal().divisions))


@api.post("/coordinate/activities/<ref>/materials")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.MaterialIn)
@api.output(schemas.MaterialOut, status_code=201)
def add_material(ref: str, json_data: schemas.MaterialIn) -> schemas.MaterialOut:
    """Add a link at the end of the list."""
    divisions = access.principal().divisions
    return schemas.MaterialOut.of(service.add_material(activity_ref=ref, divisions=divisions, **json_data.model_dump()))


@api.put("/coordinate/activities/<ref>/materials/<material_ref>")
@access.requires("catalogue.manage")
@api.input(schemas.MaterialIn)
@api.output(schemas.MaterialOut)
def change_material(ref: str, material_ref: str, json_data: schemas.MaterialIn) -> schemas.MaterialOut:
    """Correct a material."""
    changed = service.change_material(
        activity_ref=ref, material_ref=material_ref, divisions=access.principal().divisions, **json_data.model_dump()
    )
    return schemas.MaterialOut.of(changed)


@api.post("/coordinate/activities/<ref>/materials/<material_ref>/moves")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.MoveIn)
@api.output(schemas.MaterialsOut, status_code=201)
def move_material(ref: str, material_ref: str, json_data: schemas.MoveIn) -> schemas.MaterialsOut:
    """Let a material change places with its neighbour."""
    moved = service.move_material(
        activity_ref=ref, material_ref=material_ref, direction=json_data.direction,
        divisions=access.principal().divisions,
    )  # fmt: skip
    return schemas.MaterialsOut.of(moved)


@api.delete("/coordinate/activities/<ref>/materials/<material_ref>")
@access.requires("catalogue.manage")
@api.output({}, status_code=204)
def remove_material(ref: str, material_ref: str) -> str:
    """Take a material off the list."""
    service.remove_material(activity_ref=ref, material_ref=material_ref, divisions=access.principal().divisions)
    return ""


def _pattern_added(ref: str, sent: PatternIn) -> list[ClassSession]:
    return service.add_pattern(
        activity_ref=ref, pattern=sent.pattern, zone=sent.zone, holidays=sent.holidays, title=sent.title,
        joining_link=sent.joining_link, expected=sent.expected, divisions=access.principal().divisions,
    )  # fmt: skip


@api.get("/coordinate/activities/<ref>/modules")
@access.requires("catalogue.manage")
@api.output(schemas.ModulesOut)
def modules(ref: str) -> schemas.ModulesOut:
    """List an activity's modules with their hours and class sessions."""
    return _modules(ref)


@api.post("/coordinate/activities/<ref>/modules")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.ModuleIn)
@api.output(schemas.ModulesOut, status_code=201)
def add_module(ref: str, json_data: schemas.ModuleIn) -> schemas.ModulesOut:
    """Add a module at the end."""
    service.add_module(activity_ref=ref, divisions=access.principal().divisions, **json_data.model_dump())
    return _modules(ref)


@api.put("/coordinate/activities/<ref>/modules/<module_ref>")
@access.requires("catalogue.manage")
@api.input(schemas.ModuleIn)
@api.output(schemas.ModulesOut)
def change_module(ref: str, module_ref: str, json_data: schemas.ModuleIn) -> schemas.ModulesOut:
    """Correct a module; class sessions that are not named belong to it no more."""
    service.change_module(
        activity_ref=ref, module_ref=module_ref, divisions=access.principal().divisions, **json_data.model_dump()
    )
    return _modules(ref)


@api.post("/coordinate/activities/<ref>/modules/<module_ref>/moves")
@access.requires("catalogue.manage")
@idempotent
@api.input(schemas.MoveIn)
@api.output(schemas.ModulesOut, status_code=201)
def move_module(ref: str, module_ref: str, json_data: schemas.MoveIn) -> schemas.ModulesOut:
    """Let a module change places with its neighbour."""
    service.move_module(
        activity_ref=ref, module_ref=module_ref, direction=json_data.direction, divisions=access.principal().divisions
    )
    return _modules(ref)


@api.delete("/coordinate/activities/<ref>/modules/<module_ref>")
@access.requires("catalogue.manage")
@api.output({}, status_code=204)
def remove_module(ref: str, module_ref: str) -> str:
    """Take a module out; its class sessions stay."""
    service.remove_module(activity_ref=ref, module_ref=module_ref, divisions=access.principal().divisions)
    return ""


def _modules(ref: str) -> schemas.ModulesOut:
    activity = queries.managed_outline(ref, access.principal().divisions)
    sessions = queries.class_sessions(activity.id)
    return schemas.ModulesOut(items=[schemas.ModuleOut.of(one, sessions) for one in queries.modules_of(activity.id)])


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


def _managed(found: Activity, status: int = 200) -> Response:
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
        "class_sessions": [_session(session) for session in found.class_sessions],
    }


_MANAGED = ("joining_link", "waiting_until", "offer_hours", "promotes_by", "version")
_DERIVED = {"ref", "course", "confirmed", "waiting", "window", "class_sessions"}


def _session(found: ClassSession) -> dict[str, Any]:
    names = schemas.ClassSessionOut.model_fields.keys() - {"ref"}
    return {name: getattr(found, name) for name in names} | {"ref": found.public_id}


def _line(found: Activity) -> dict[str, Any]:
    derived = {"ref": found.public_id, "confirmed": found.confirmed_count, "waiting": found.waiting_count}
    names = schemas.ManagedLineOut.model_fields.keys() - derived.keys()
    return {name: getattr(found, name) for name in names} | derived
