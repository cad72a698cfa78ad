"""Registering in one step without an account, as JSON.

It takes no Idempotency-Key: the same address renews its own hold, and what is answered is the same each time.
"""

from flask import request

from ilpes_lms.enrolment import schemas, service
from ilpes_lms.enrolment.routes.blueprint import api
from ilpes_lms.web import access


@api.post("/activities/<activity_ref>/registrations")
@access.public
@api.input(schemas.RegistrationIn)
@api.output(schemas.RegistrationOut, status_code=202)
def register(activity_ref: str, json_data: schemas.RegistrationIn) -> schemas.RegistrationOut:
    """Register an address for an open activity; it is confirmed like that of an account, by /accounts/confirmations."""
    typed = json_data.model_dump()
    said = typed.pop("answers")
    done = service.register(activity_ref=activity_ref, caller=request.remote_addr, said=said, **typed)
    return schemas.RegistrationOut(place=done.place, held_until=done.held_until)
