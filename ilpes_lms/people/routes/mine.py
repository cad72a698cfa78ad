"""What is one's own: profile, password, sign-ins."""

from typing import Any

from flask import Response, jsonify

from ilpes_lms.people import queries, rules, schemas, service
from ilpes_lms.people.models import Person
from ilpes_lms.people.routes.blueprint import api, caller
from ilpes_lms.web import access
from ilpes_lms.web.versions import seen_version, tagged


@api.get("/me")
@access.signed_in
@api.output(schemas.MeOut)
def me() -> Any:
    """Return what is known of oneself, with its version as ETag."""
    return _tagged(queries.person(_person_id()))


@api.patch("/me")
@access.signed_in
@api.input(schemas.ProfileIn)
@api.output(schemas.MeOut)
def edit_me(json_data: schemas.ProfileIn) -> Any:
    """Change what is sent; needs If-Match with the ETag that was seen."""
    profile: Any = json_data.model_dump(exclude_unset=True)
    return _tagged(service.edit_profile(person_id=_person_id(), version=seen_version(), **profile))


@api.put("/me/password")
@access.signed_in
@api.input(schemas.ChangePasswordIn)
@api.output(schemas.TokenOut)
def change_password(json_data: schemas.ChangePasswordIn) -> Any:
    """Set a new password; ends every sign-in and token, and returns a new token."""
    key = service.change_password(
        account_id=_account_id(), current=json_data.current, password=json_data.password, caller=caller(), kind="token"
    )
    return {"token": key}


@api.post("/me/address-changes")
@access.signed_in
@api.input(schemas.AddressIn)
@api.output(schemas.AcceptedOut, status_code=202)
def change_address(json_data: schemas.AddressIn) -> Any:
    """Ask for another address; it gets a link to confirm, and the present one a link to object."""
    service.request_address_change(account_id=_account_id(), **json_data.model_dump(), caller=caller())
    return {"status": "look_at_your_mail"}


@api.get("/me/consents")
@access.signed_in
@api.output(schemas.ConsentsOut)
def consents() -> Any:
    """Return to which versions of the privacy notice one agreed, and which one is in force."""
    return {"in_force": rules.PRIVACY_NOTICE_VERSION, "items": queries.consents_of(_person_id())}


@api.post("/me/consents")
@access.signed_in
@api.input(schemas.ConsentIn)
@api.output(schemas.ConsentsOut)
def give_consent(json_data: schemas.ConsentIn) -> Any:
    """Agree to the privacy notice in force; twice is once."""
    service.give_consent(person_id=_person_id(), notice_version=json_data.notice_version)
    return {"in_force": rules.PRIVACY_NOTICE_VERSION, "items": queries.consents_of(_person_id())}


@api.get("/me/sign-ins")
@access.signed_in
@api.output(schemas.SignInsOut)
def sign_ins() -> Any:
    """Return where one is signed in."""
    return {"items": queries.sign_ins_of(_account_id())}


@api.delete("/me/sign-ins")
@access.signed_in
@api.output({}, status_code=204)
def end_other_sign_ins() -> Any:
    """End all sign-ins and tokens but this one."""
    service.end_all_sign_ins(account_id=_account_id(), except_key=access.principal().sign_in_key)
    return ""


@api.delete("/me/sign-ins/<sign_in_ref>")
@access.signed_in
@api.output({}, status_code=204)
def end_sign_in(sign_in_ref: str) -> Any:
    """End one sign-in or token of one's own."""
    service.end_sign_in(account_id=_account_id(), sign_in_ref=sign_in_ref)
    return ""


def _tagged(person: Person) -> Response:
    who = access.principal()
    shown = schemas.MeOut(
        public_id=person.public_id, emails=[email.address for email in person.emails], roles=sorted(who.roles),
        permissions=sorted(who.permissions), **queries.profile_of(person),
    )  # fmt: skip
    return tagged(jsonify(shown.model_dump()), person.version)


def _person_id() -> int:
    return access.principal().person_id or 0


def _account_id() -> int:
    return access.principal().account_id or 0
