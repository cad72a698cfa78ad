"""Who is here and what they may do: for administrators."""

from typing import Any

from ilpes_lms.people import queries, schemas, service
from ilpes_lms.people.models import Account, Person, RoleGrant
from ilpes_lms.people.routes.blueprint import api
from ilpes_lms.people.vocabularies import listed
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


@api.get("/people")
@access.requires("people.manage")
@api.input(schemas.PeopleQuery, location="query")
@api.output(schemas.PeopleOut)
def people(query_data: schemas.PeopleQuery) -> Any:
    """Return people by name, of a country or with a role where one is named; `next_cursor` leads to the next page."""
    found = queries.people_found(
        query_data.q, country=query_data.country, role=query_data.role, cursor=query_data.cursor,
        size=query_data.limit,
    )  # fmt: skip
    return {"items": _shown(found.items), "next_cursor": found.next_cursor}


@api.post("/people")
@access.requires("people.manage")
@idempotent
@api.input(schemas.PersonIn)
@api.output(schemas.PersonOut, status_code=201)
def create_person(json_data: schemas.PersonIn) -> Any:
    """Enter a person, who gets a password by a reset or by signing up with this address."""
    person = service.create_person(**json_data.model_dump(), verified=False)
    return _one(person.public_id)


@api.get("/people/<person_ref>")
@access.requires("people.manage")
@api.output(schemas.PersonOut)
def one_person(person_ref: str) -> Any:
    """Return one person."""
    return _one(person_ref)


@api.post("/people/<person_ref>/roles")
@access.requires("people.manage")
@idempotent
@api.input(schemas.GrantIn)
@api.output(schemas.GrantOut, status_code=201)
def grant_role(person_ref: str, json_data: schemas.GrantIn) -> Any:
    """Give a role; it is in force with the next request."""
    person = queries.person_now(person_ref)
    return service.grant_role(person_id=person.id, **json_data.model_dump())


@api.get("/people/<person_ref>/roles")
@access.requires("people.manage")
@api.output(schemas.GrantsOut)
def roles(person_ref: str) -> Any:
    """Return the roles that a person has and those that ended or were taken back."""
    person = queries.person_now(person_ref)
    return {
        "items": queries.grants_of([person.id]).get(person.id, []), "former": queries.former_grants_of(person.id)
    }  # fmt: skip


@api.delete("/people/<person_ref>/roles/<grant_ref>")
@access.requires("people.manage")
@api.output({}, status_code=204)
def revoke_role(person_ref: str, grant_ref: str) -> Any:
    """Take a role back."""
    service.revoke_role(person_id=queries.person_now(person_ref).id, grant_ref=grant_ref)
    return ""


@api.post("/people/<person_ref>/disable")
@access.requires("people.manage")
@api.output(schemas.PersonOut)
def disable_account(person_ref: str) -> Any:
    """Shut an account and end its sign-ins and tokens."""
    person = queries.person_now(person_ref)
    service.disable_account(person_id=person.id, by_person=access.principal().person_id)
    return _one(person_ref)


@api.post("/people/<person_ref>/enable")
@access.requires("people.manage")
@api.output(schemas.PersonOut)
def enable_account(person_ref: str) -> Any:
    """Open a disabled account again."""
    service.enable_account(person_id=queries.person_now(person_ref).id)
    return _one(person_ref)


@api.get("/vocabularies")
@access.requires("people.manage")
@api.output(schemas.VocabulariesOut)
def vocabularies() -> Any:
    """Return the codes that are stored, by vocabulary, with what each is called in each language."""
    return {name: listed.terms(name) for name in listed.TITLES}


@api.post("/people/<person_ref>/second-factor/resets")
@access.requires("people.manage")
@api.input(schemas.ReasonIn)
@api.output({}, status_code=204)
def reset_second_factor(person_ref: str, json_data: schemas.ReasonIn) -> Any:
    """Take somebody's second factor away, with the reason, and end their sign-ins and tokens."""
    service.reset_second_factor(person_id=queries.person_now(person_ref).id, reason=json_data.reason)
    return ""


@api.post("/people/<person_ref>/sign-outs")
@access.requires("people.manage")
@api.input(schemas.ReasonIn)
@api.output(schemas.SignedOutOut)
def sign_out_everywhere(person_ref: str, json_data: schemas.ReasonIn) -> Any:
    """End somebody's sign-ins and tokens, with the reason; one's own, but for the token that asks."""
    ended = service.sign_out_everywhere(
        person_id=queries.person_now(person_ref).id, reason=json_data.reason,
        keep_key=access.principal().sign_in_key,
    )  # fmt: skip
    return {"ended": ended}


def _one(person_ref: str) -> dict[str, Any]:
    return _shown([queries.person_now(person_ref)])[0]


def _shown(found: list[Person]) -> list[dict[str, Any]]:
    ids = [person.id for person in found]
    grants, accounts = queries.grants_of(ids), queries.accounts_of(ids)
    return [_person(person, grants.get(person.id, []), accounts.get(person.id)) for person in found]


def _person(person: Person, grants: list[RoleGrant], account: Account | None) -> dict[str, Any]:
    return {
        "public_id": person.public_id, "name": person.full_name, "emails": [e.address for e in person.emails],
        "country": person.residence_country, "organization": person.organization_name,
        "disabled": bool(account and account.disabled_at), "roles": grants,
    }  # fmt: skip
