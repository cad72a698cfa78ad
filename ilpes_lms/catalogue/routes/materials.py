"""Materials as JSON."""

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


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
