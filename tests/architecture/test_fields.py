"""What a body may not carry: every schema of a request is closed, and a form takes what it has fields for."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.people.models import Account, Person, RoleGrant
from ilpes_lms.web.openapi import operations
from tests.factories.people import bearer, form_post, person, sign_in

ANA = "ana@example.org"
SMUGGLED = {"role": "administrator", "status": "confirmed", "activity": "x" * 26, "person_id": 1, "disabled": False}

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json is not None
    return answer.json


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return what each operation takes as JSON, and all that is within it."""
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            for schema in within(content["application/json"]["schema"], document, set()):
                yield f"{method} {path}", schema


def within(schema: Any, document: dict[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:
    """Return a schema and those it is made of, each once."""
    if isinstance(schema, list):
        for one in schema:
            yield from within(one, document, seen)
    if not isinstance(schema, dict):
        return
    if reference := schema.get("$ref"):
        if reference not in seen:
            seen.add(reference)
            yield from within(document["components"]["schemas"][reference.rsplit("/", 1)[1]], document, seen)
        return
    yield schema
    for value in schema.values():
        yield from within(value, document, seen)


def open_ones(document: dict[str, Any]) -> set[str]:
    """Return the operations that take a field which nobody declared."""
    return {
        name for name, schema in bodies(document) if "properties" in schema and schema.get("additionalProperties", True)
    }


def test_trust_21_no_operation_takes_a_field_that_is_not_declared(document) -> None:
    assert len({name for name, _schema in bodies(document)}) > 80
    assert open_ones(document) == set()


def test_trust_21_an_operation_that_takes_any_field_would_be_noticed(document) -> None:
    """The negative control."""
    one = next(schema for name, schema in bodies(document) if "properties" in schema and name == "patch /api/v1/me")
    one["additionalProperties"] = True
    assert open_ones(document) == {"patch /api/v1/me"}


def standing(app: APIFlask) -> list[Any]:
    """Return what decides about what somebody may do, and who they are."""
    with app.app_context():
        return [
            list(db.session.execute(select(table.__table__).order_by(table.id)).all())
            for table in (Account, RoleGrant, Person)
        ]


@pytest.mark.parametrize("field", SMUGGLED)
def test_trust_21_a_program_that_smuggles_is_told_the_field_and_nothing_changes(
    app: APIFlask, client: FlaskClient, field: str
) -> None:
    with app.app_context():
        person(ANA)
    headers, before = bearer(app, ANA), standing(app)
    headers["If-Match"] = client.get("/api/v1/me", headers=headers).headers["ETag"]
    refused = client.patch("/api/v1/me", json={"position": "Jefa", field: SMUGGLED[field]}, headers=headers)
    assert refused.status_code == 422
    assert refused.json is not None
    assert [fault["field"] for fault in refused.json["errors"]] == [field]
    assert standing(app) == before


def test_trust_21_a_form_with_more_than_its_fields_changes_no_more_than_they_say(
    app: APIFlask, client: FlaskClient
) -> None:
    with app.app_context():
        person(ANA)
    sign_in(client, ANA)
    accounts, grants, _people = standing(app)
    form_post(client, "/my/profile", {**SMUGGLED, "version": "1", "given_names": "Ana", "first_surname": "Sol"})
    assert standing(app)[:2] == [accounts, grants]


def test_no_address_answers_to_trace(client: FlaskClient) -> None:
    assert {client.open(path, method="TRACE").status_code for path in ("/", "/sign-in", "/api/v1/me")} == {405}
