"""The OpenAPI document says of every route what the route does."""

import ast
import json
import re
from inspect import unwrap
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.config import ROOT
from ilpes_lms.web import access
from ilpes_lms.web.openapi import BEARER, PROBLEM, documented_path, operations
from tests.factories import people as make
from tests.factories.catalogue import make_activity

# They answer the same each time, and a token must not be remembered.
WITHOUT_KEY = {"/api/v1/accounts/confirmations", "/api/v1/tokens"}
NOT_FOR_PROGRAMS = {"/api/v1/docs", "/api/v1/openapi.json"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json is not None
    return answer.json


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}


def needs_if_match(operation: dict[str, Any]) -> bool:
    """Tell whether an operation refuses without If-Match; some only heed it."""
    return any(one["name"] == "If-Match" and one["required"] for one in operation["parameters"])


def test_every_route_is_in_the_document_and_nothing_else_is(app: APIFlask, document) -> None:
    routes = {
        (method.lower(), documented_path(rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in NOT_FOR_PROGRAMS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _operation in operations(document)} == routes


def test_each_operation_says_who_may_call_it(app: APIFlask, document) -> None:
    asked = {
        (method.lower(), documented_path(rule)): access.requirement_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert document["components"]["securitySchemes"] == {BEARER: {"type": "http", "scheme": "bearer"}}
    for method, path, operation in operations(document):
        requirement = asked[method, path]
        assert requirement is not None
        assert ({} in operation["security"]) is (requirement.kind == "public"), path
        assert operation.get("x-permissions", []) == list(requirement.permissions), path
        assert ("401" in operation["responses"]) is (requirement.kind != "public"), path
        assert ("403" in operation["responses"]) is (requirement.kind == "permission"), path


def test_every_refusal_is_a_problem_document(document) -> None:
    for _method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status[0] in "45d":
                assert answer["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}, path
        assert "default" in operation["responses"]
    assert {"HTTPError", "ValidationError"} & document["components"]["schemas"].keys() == set()


def test_all_that_is_referred_to_is_there_and_every_operation_has_a_name_of_its_own(document) -> None:
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', str(document).replace("'", '"')))
    assert referred - document["components"]["schemas"].keys() == set()
    names = [operation["operationId"] for _method, _path, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(operation["summary"] and operation["tags"] for _method, _path, operation in operations(document))


def test_each_part_of_an_address_is_described_by_a_name_that_says_what_it_is(document) -> None:
    for _method, path, operation in operations(document):
        named = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
        assert sorted(named) == sorted(re.findall(r"\{(\w+)\}", path))
        assert "ref" not in named, path


def test_every_post_that_creates_takes_an_idempotency_key(document) -> None:
    without = {
        path
        for method, path, operation in operations(document)
        if method == "post" and "201" in operation["responses"] and "Idempotency-Key" not in headers_of(operation)
    }
    assert without == WITHOUT_KEY


def test_as_many_operations_need_if_match_as_routes_ask_for_it(document) -> None:
    calls = [
        node
        for file in (ROOT / "ilpes_lms").glob("**/*.py")
        if "routes" in (file.stem, file.parent.name)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "seen_version"
    ]
    needing = [operation for _method, _path, operation in operations(document) if needs_if_match(operation)]
    assert len(needing) == len(calls) > 0
    assert all({"412", "428"} <= operation["responses"].keys() for operation in needing)
    assert all("requestBody" not in o or o["requestBody"]["required"] for _m, _p, o in operations(document))


def test_what_anybody_gets_is_what_the_document_says(client: FlaskClient, document) -> None:
    required = set(document["components"]["schemas"]["Problem"]["required"])
    chosen = {
        "step": "closures", "rule": "activity_starts", "language": "es", "form": "pdf", "shape": "csv", "gap": "sex",
    }  # fmt: skip
    pictures = {"name": "trend", "form": "svg"}
    for method, path, operation in operations(document):
        known = {**chosen, **pictures} if "/charts/" in path else chosen
        url = re.sub(r"\{(\w+)\}", lambda found, known=known: known.get(found[1], "a" * 26), path)
        answer = client.open(url, method=method)
        if str(answer.status_code) in operation["responses"] and answer.status_code < 400:
            continue
        assert 400 <= answer.status_code < 500, path
        assert answer.content_type == PROBLEM, path
        assert answer.json is not None
        assert answer.json.keys() >= required, path
        if "401" in operation["responses"]:
            assert answer.status_code == 401, path
        if "401" not in operation["responses"] and answer.status_code in (400, 404, 422):
            assert str(answer.status_code) in operation["responses"], path


def test_versions_are_answered_and_asked_for_where_the_document_says_so(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        make.coordinator("carla@example.org")
        ref = make_activity().public_id
    headers = make.bearer(app, "carla@example.org")
    for read, change in (("/api/v1/me", "/api/v1/me"),
                         (f"/api/v1/coordinate/activities/{ref}", f"/api/v1/activities/{ref}")):  # fmt: skip
        assert client.patch(change, json={}, headers=headers).status_code == 428
        assert client.patch(change, json={}, headers=headers | {"If-Match": '"999"'}).status_code == 412
        for odd in ('""', "*", "W/", '"one"', '"1", "2"'):
            assert client.patch(change, json={}, headers=headers | {"If-Match": odd}).status_code == 428
        seen = client.get(read, headers=headers).headers["ETag"]
        changed = client.patch(change, json={}, headers=headers | {"If-Match": seen})
        assert (changed.status_code, bool(changed.headers["ETag"])) == (200, True)


def test_every_schema_that_the_document_refers_to_is_in_it(document) -> None:
    # Two schemas of one name leave a reference that leads nowhere.
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert len(named) > 100
    assert named - set(document["components"]["schemas"]) == set()


def test_an_answer_is_described_by_the_names_it_is_written_with(document) -> None:
    schemas = document["components"]["schemas"]
    for name in ("CompilationOut", "ReleasesOut.ReleaseOut"):
        assert "ref" in schemas[name]["required"]
        assert "public_id" not in schemas[name]["properties"]


def test_a_file_is_described_by_the_types_it_is_given_in(app: APIFlask, document) -> None:
    described = document["paths"]["/api/v1/audit/export.{shape}"]["get"]["responses"]["200"]["content"]
    assert described.keys() == {"text/csv", "application/json"}
    with app.app_context():
        make.administrator("ada@example.org")
    headers, asked = make.bearer(app, "ada@example.org"), "?from=2026-01-01&to=2026-01-31"
    given = [app.test_client().get(f"/api/v1/audit/export.{one}{asked}", headers=headers) for one in ("csv", "json")]
    assert [answer.content_type for answer in given] == ["text/csv; charset=utf-8", "application/json"]


def test_every_file_given_out_is_described_as_one_of_its_own_type(app: APIFlask, document) -> None:
    views = {
        (method.lower(), documented_path(rule)): unwrap(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    types = {
        f"{method} {path}": set(operation["responses"]["200"]["content"])
        for method, path, operation in operations(document)
        if "as_attachment" in views[method, path].__code__.co_names
    }
    assert len(types) > 5
    assert [
        name for name, said in types.items() if said & {"application/octet-stream"} or said == {"application/json"}
    ] == []


def test_the_document_names_the_public_address_whoever_asks(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json", headers={"Host": "evil.example.org"})
    assert answer.json is not None
    assert answer.json["servers"] == [{"url": "http://localhost"}]


def test_the_page_for_people_makes_the_document_once_at_most(client: FlaskClient, monkeypatch) -> None:
    made = []
    generate = APIFlask._generate_spec
    monkeypatch.setattr(APIFlask, "_generate_spec", lambda app: made.append(1) or generate(app))
    assert client.get("/api/v1/docs").status_code == client.get("/api/v1/docs").status_code == 200
    assert len(made) <= 1


def test_the_page_for_people_shows_every_operation_with_its_permission(client: FlaskClient, document) -> None:
    page = client.get("/api/v1/docs?lang=en").text
    for method, path, operation in operations(document):
        assert f"<code>{method.upper()} {path}</code>" in page
        assert all(permission in page for permission in operation.get("x-permissions", []))
    section = page.split("POST /api/v1/activities/{activity_ref}/{step}")[1].split("</section>")[0]
    assert "catalogue.manage" in section
