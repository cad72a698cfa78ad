"""Creating an account, confirming it, tokens, a new password: open to everyone.

These take no Idempotency-Key: what they answer is the same each time, and a token must not be remembered.
"""

from typing import Any

from ilpes_lms.people import queries, schemas, service
from ilpes_lms.people.routes.blueprint import api, caller
from ilpes_lms.web import access

_LOOK = {"status": "look_at_your_mail"}


@api.post("/accounts")
@access.public
@api.input(schemas.SignUpIn)
@api.output(schemas.AcceptedOut, status_code=202)
def sign_up(json_data: schemas.SignUpIn) -> Any:
    """Ask for an account; its address gets a link to confirm."""
    service.sign_up(**json_data.model_dump(), caller=caller())
    return _LOOK


@api.post("/accounts/confirmations")
@access.public
@api.input(schemas.LinkIn)
@api.output(schemas.ConfirmedOut, status_code=201)
def confirm(json_data: schemas.LinkIn) -> Any:
    """Confirm an address with the last part of the link that was sent to it, and do what was asked for with it."""
    confirmed = service.confirm_email(token=json_data.token)
    return {"status": "confirmed", "outcome": schemas.OutcomeOut.of(confirmed)}


@api.post("/tokens")
@access.public
@api.input(schemas.CredentialsIn)
@api.output(schemas.TokenOut, status_code=201)
def create_token(json_data: schemas.CredentialsIn) -> Any:
    """Make a bearer token; it is shown this once."""
    return {"token": service.create_token(**json_data.model_dump(), caller=caller())}


@api.post("/address-changes/confirmations")
@access.public
@api.input(schemas.LinkIn)
@api.output({}, status_code=204)
def confirm_address(json_data: schemas.LinkIn) -> Any:
    """Confirm a new address with the last part of the link that was sent to it; ends every sign-in and token."""
    service.confirm_address(token=json_data.token, sign_in_key=access.principal().sign_in_key)
    return ""


@api.post("/address-changes/objections")
@access.public
@api.input(schemas.LinkIn)
@api.output({}, status_code=204)
def object_to_change(json_data: schemas.LinkIn) -> Any:
    """Keep the old address with the last part of the link that was sent to it; ends everything and the password."""
    service.object_to_change(token=json_data.token)
    return ""


@api.delete("/tokens/current")
@access.signed_in
@api.output({}, status_code=204)
def end_token() -> Any:
    """Make the token that this request carries useless."""
    service.sign_out(sign_in_key=access.principal().sign_in_key)
    return ""


@api.post("/password-resets")
@access.public
@api.input(schemas.ResetIn)
@api.output(schemas.AcceptedOut, status_code=202)
def request_reset(json_data: schemas.ResetIn) -> Any:
    """Ask for a link to choose a new password."""
    service.request_reset(email=json_data.email, caller=caller())
    return _LOOK


@api.post("/password-resets/uses")
@access.public
@api.input(schemas.NewPasswordIn)
@api.output({}, status_code=204)
def reset_password(json_data: schemas.NewPasswordIn) -> Any:
    """Choose a new password with the last part of the link; ends every sign-in and token."""
    service.reset_password(token=json_data.token, password=json_data.password)
    return ""


@api.get("/organizations")
@access.public
@api.input(schemas.OrganizationsQuery, location="query")
@api.output(schemas.OrganizationsOut)
def organizations(query_data: schemas.OrganizationsQuery) -> Any:
    """Return organizations whose name holds a text, at most 20."""
    return {"items": queries.organizations_like(query_data.q)}
