"""Modules as JSON."""

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


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
