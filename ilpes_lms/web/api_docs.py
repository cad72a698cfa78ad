"""The JSON interface for people: every operation of the OpenAPI document on one page, without a script."""

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import current_app, render_template

from ilpes_lms.web import access
from ilpes_lms.web.access import Requirement, requirement_of

pages = APIBlueprint("api_docs", __name__, url_prefix="/api/v1", enable_openapi=False)


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    takes: list[tuple[str, str, bool]]
    answers: list[tuple[str, str]]
    access: Requirement


@pages.get("/docs")
@access.public
def docs() -> str:
    app: Any = current_app
    groups: dict[str, list[Operation]] = {}
    document = app.spec
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                tag = (operation.get("tags") or ["Other"])[0]
                groups.setdefault(tag, []).append(_operation(app, document, method, path, operation))
    return render_template("api_docs.html", groups=groups)


def _operation(app: APIFlask, document: dict[str, Any], method: str, path: str, found: dict[str, Any]) -> Operation:
    answers = [(status, answer.get("description", "")) for status, answer in found.get("responses", {}).items()]
    return Operation(
        method.upper(), path, found.get("summary", ""), _takes(document, found), answers, _access(app, method, path)
    )


def _takes(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str, bool]]:
    parameters = [(p["name"], p["in"], p.get("required", False)) for p in operation.get("parameters", [])]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if reference := schema.get("$ref"):
        schema = document["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {})
    required = schema.get("required", [])
    return parameters + [(name, "body", name in required) for name in schema.get("properties", {})]


def _access(app: APIFlask, method: str, path: str) -> Requirement:
    plain = path.replace("{", "<").replace("}", ">")
    for rule in app.url_map.iter_rules():
        if rule.rule == plain and method.upper() in (rule.methods or ()):
            return requirement_of(app, rule.endpoint) or Requirement("public")
    return Requirement("public")
