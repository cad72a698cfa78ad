"""One's own second factor.

These take no Idempotency-Key: what they answer holds secrets, which must not be remembered.
"""

from typing import Any

from ilpes_lms.people import queries, schemas, service
from ilpes_lms.people.routes.blueprint import api, caller
from ilpes_lms.web import access


@api.get("/me/second-factor")
@access.signed_in
@api.output(schemas.SecondFactorOut)
def second_factor() -> Any:
    """Return whether a second factor is asked for."""
    factor = queries.second_factor_of(_account_id())
    since = factor.confirmed_at if factor else None
    left = queries.recovery_codes_left(factor) if factor else 0
    return {"in_force": since is not None, "since": since, "recovery_codes_left": left}


@api.post("/me/second-factor")
@access.signed_in
@api.output(schemas.SetupOut)
def begin_second_factor() -> Any:
    """Make a secret; codes are asked for once one of them is sent by PUT."""
    return service.begin_second_factor(account_id=_account_id())


@api.put("/me/second-factor")
@access.signed_in
@api.input(schemas.ProofIn)
@api.output(schemas.RecoveryCodesOut)
def confirm_second_factor(json_data: schemas.ProofIn) -> Any:
    """Ask for codes from now on; ends all other sign-ins and tokens, and returns the recovery codes."""
    key = access.principal().sign_in_key
    return {"recovery_codes": service.confirm_second_factor(**_proof(json_data), sign_in_key=key)}


@api.post("/me/second-factor/recovery-codes")
@access.signed_in
@api.input(schemas.ProofIn)
@api.output(schemas.RecoveryCodesOut)
def renew_recovery_codes(json_data: schemas.ProofIn) -> Any:
    """Make new recovery codes; the old ones are good for nothing then."""
    return {"recovery_codes": service.renew_recovery_codes(**_proof(json_data))}


@api.post("/me/second-factor/removals")
@access.signed_in
@api.input(schemas.ProofIn)
@api.output({}, status_code=204)
def remove_second_factor(json_data: schemas.ProofIn) -> Any:
    """Ask for no codes any more."""
    service.remove_second_factor(**_proof(json_data))
    return ""


def _proof(sent: schemas.ProofIn) -> dict[str, Any]:
    return {"account_id": _account_id(), **sent.model_dump(), "caller": caller()}


def _account_id() -> int:
    return access.principal().account_id or 0
