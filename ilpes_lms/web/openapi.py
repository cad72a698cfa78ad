"""What the OpenAPI document says beyond the schemas: who may call, what refusals look like, which headers count.

All of it is read from the views as they are (their access, `idempotent`, `seen_version`, `tagged`), so that the
document can't fall behind them.
"""

import re
from collections.abc import Callable, Iterator
from inspect import isfunction, unwrap
from typing import Any

from apiflask import APIFlask
from flask import current_app
from werkzeug.routing import Rule

from ilpes_lms.web.access import Requirement, requirement_of
from ilpes_lms.web.idempotency import is_idempotent
from ilpes_lms.web.security import is_upload
from ilpes_lms.web.versions import seen_version, seen_version_if_told, tagged

BEARER = "bearer"
_EXTENSION = "ilpes-openapi"
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"
_ARGUMENT = re.compile(r"<(?:([^<>()]+)(?:\([^<>]*\))?:)?(\w+)>")
# `ref` in an address is the one of what stands before it.
_NAMES = {
    "activities": "activity_ref",
    "announcements": "announcement_ref",
    "compilations": "compilation_ref",
    "releases": "release_ref",
}
_ABOUT = """\
Ask for a token with `POST /api/v1/tokens` and send it as `Authorization: Bearer …`. Where `x-permissions` stands, the
token's account needs one of them.

**Names.** What an address calls `{activity_ref}`, `{person_ref}` and so on, answers give as `ref` (some as `id` or
`public_id`): one random text that stays. A field named after another thing, such as `activity`, holds its ref.

**Refusals** are problem documents (RFC 9457) with a `code` for programs and, for each wrong value, its `field`. Their
words are in the language of the token's owner, else in that of `Accept-Language`; `?lang=` (es, en, pt, fr) goes first.

**Once.** With an `Idempotency-Key`, the same request sent twice does its work once and is answered alike.

**Versions.** Where two people could overwrite each other, answers carry an `ETag`, and a change names in `If-Match` the
one it was made from: 428 without it, 412 when somebody was quicker.

**Pages.** Lists give a `next_cursor`, null at the end; send it as `cursor`."""
_FAULT = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "path of the field, parts joined by dots"},
        "code": {"type": "string", "description": "what is wrong, for programs"},
        "message": {"type": "string", "description": "what is wrong, for people"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "the fact, for programs"},
        "detail": {"type": "string", "description": "what is wrong and how to go on, for people"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
_KEY = {
    "in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "The same request with the same key does its work once; another request with it is refused (422).",
}  # fmt: skip
_IF_MATCH = {
    "in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"},
    "description": "The ETag of the version that the change was made from.",
}  # fmt: skip
_ETAG = {"schema": {"type": "string"}, "description": "The version shown, for If-Match."}
_SAID = {
    "400": "The request can't be read",
    "401": "No token, or one that is not in force",
    "403": "The token's account does not have the permission",
    "404": "Not there, or not to be seen by the token's account",
    "412": "Somebody else changed it; get it again",
    "422": "Values that need to be corrected, each named",
    "428": "If-Match is missing",
    "default": "Any other refusal; its code names the fact, and Retry-After (429, 503) the seconds to wait",
}


def open_document(app: APIFlask) -> None:
    """Let the document say what the views ask and answer."""
    app.config.update(
        AUTO_404_RESPONSE=False, AUTO_VALIDATION_ERROR_RESPONSE=False, AUTO_OPERATION_ID=True, AUTO_SERVERS=False
    )
    app.description = _ABOUT
    app.security_schemes = {BEARER: {"type": "http", "scheme": "bearer"}}
    app.spec_processor(_completed)


def document_of(app: APIFlask) -> dict[str, Any]:
    """Return the document, made when it is first asked for: the views do not change, and making it takes long."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = app.spec
    document: dict[str, Any] = app.extensions[_EXTENSION]
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return every operation of a document with its method and its path."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def documented_path(rule: Rule) -> str:
    """Return a route's address as the document has it."""
    path = _ARGUMENT.sub(r"{\2}", rule.rule)
    return re.sub(r"(?<=/)(\w+)/\{ref\}", lambda found: f"{found[1]}/{{{_NAMES.get(found[1], 'ref')}}}", path)


def _completed(document: Any) -> Any:
    app: Any = current_app
    document["servers"] = [{"url": app.config["BASE_URL"]}]
    document["components"]["schemas"] |= {"Problem": _PROBLEM, "Fault": _FAULT}
    by_path = {_ARGUMENT.sub(r"{\2}", rule.rule): documented_path(rule) for rule in app.url_map.iter_rules()}
    document["paths"] = {by_path[path]: methods for path, methods in document["paths"].items()}
    rules = {
        (method, documented_path(rule)): rule for rule in app.url_map.iter_rules() for method in rule.methods or ()
    }
    for method, path, operation in operations(document):
        rule = rules[method.upper(), path]
        _complete(operation, rule, app.view_functions[rule.endpoint], requirement_of(app, rule.endpoint))
    return document


def _complete(operation: dict[str, Any], rule: Rule, view: Callable[..., Any], asked: Requirement | None) -> None:
    called = set(_called_by(unwrap(view)))
    versioned = seen_version in called
    _name_arguments(operation, rule)
    if is_idempotent(view):
        operation["parameters"].append(_KEY)
    if versioned:
        operation["parameters"].append(_IF_MATCH)
    if seen_version_if_told in called:
        operation["parameters"].append({**_IF_MATCH, "required": False})
    if tagged in called:
        for answer in operation["responses"].values():
            answer["headers"] = {"ETag": _ETAG}
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    public = asked is None or asked.kind == "public"
    operation["security"] = [{}, {BEARER: []}] if public else [{BEARER: []}]
    if asked and asked.permissions:
        operation["x-permissions"] = list(asked.permissions)
    for status in _refusals(operation, rule, asked, versioned=versioned, uploads=is_upload(view)):
        refusal = {"schema": {"$ref": "#/components/schemas/Problem"}}
        operation["responses"][status] = {"description": _SAID[status], "content": {PROBLEM: refusal}}


def _refusals(
    operation: dict[str, Any], rule: Rule, asked: Requirement | None, *, versioned: bool, uploads: bool
) -> list[str]:
    """Return the statuses that follow from what an operation takes; the facts of its room are its own to say."""
    takes = any(parameter["in"] == "query" for parameter in operation["parameters"])
    reasons = {
        "400": "requestBody" in operation,
        "401": asked is not None and asked.kind != "public",
        "403": bool(asked and asked.permissions),
        "404": bool(rule.arguments),
        "412": versioned,
        "422": takes or uploads or "requestBody" in operation or _KEY in operation["parameters"],
        "428": versioned,
        "default": True,
    }
    return [status for status, applies in reasons.items() if applies]


def _name_arguments(operation: dict[str, Any], rule: Rule) -> None:
    for parameter in operation["parameters"]:
        if parameter["in"] != "path":
            continue
        choices = getattr(rule._converters[parameter["name"]], "items", None)  # noqa: SLF001 - no public way to them
        if choices:
            parameter["schema"]["enum"] = sorted(choices)
        if parameter["name"] == "ref":
            parameter["name"] = documented_path(rule).split("{")[1].split("}")[0]
        if parameter["name"].endswith("_ref"):
            parameter["description"] = "The `ref` (or `id`, `public_id`) by which answers name it."


def _called_by(function: Callable[..., Any], seen: frozenset[str] = frozenset()) -> Iterator[Callable[..., Any]]:
    """Return the functions that a view names, and those that functions of its own file name for it."""
    for name in function.__code__.co_names:
        found = function.__globals__.get(name)
        if not isfunction(found) or name in seen:
            continue
        yield found
        if found.__module__ == function.__module__:
            yield from _called_by(unwrap(found), seen | {name})
