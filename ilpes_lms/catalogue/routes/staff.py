"""Who teaches and coordinates an activity, as JSON."""

from typing import Any

from ilpes_lms.catalogue import queries, schemas, service
from ilpes_lms.catalogue.routes.blueprint import api
from ilpes_lms.people import queries as people
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


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
