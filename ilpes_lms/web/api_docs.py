"""The JSON interface for people: every operation of the OpenAPI document on one page, without a script."""

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, render_template

from ilpes_lms.web import access
from ilpes_lms.web.openapi import document_of, operations

pages = APIBlueprint("api_docs", __name__, url_prefix="/api/v1", enable_openapi=False)


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    takes: list[tuple[str, str, bool]]
    answers: list[tuple[str, str]]
    public: bool
    permissions: list[str]


@pages.get("/docs")
@access.public
def docs() -> str:
    app: Any = current_app
    groups: dict[str, list[Operation]] = {}
    document = document_of(app)
    for method, path, found in operations(document):
        groups.setdefault(found["tags"][0], []).append(_operation(document, method, path, found))
    return render_template("api_docs.html", groups=groups)


def _operation(document: dict[str, Any], method: str, path: str, found: dict[str, Any]) -> Operation:
    answers = [(status, answer["description"]) for status, answer in found["responses"].items() if status != "default"]
    return Operation(
        method.upper(), path, found["summary"], _takes(document, found), answers, public={} in found["security"],
        permissions=found.get("x-permissions", []),
    )  # fmt: skip


def _takes(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str, bool]]:
    parameters = [(p["name"], p["in"], p.get("required", False)) for p in operation.get("parameters", [])]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if reference := schema.get("$ref"):
        schema = document["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {})
    required = schema.get("required", [])
    return parameters + [(name, "body", name in required) for name in schema.get("properties", {})]
