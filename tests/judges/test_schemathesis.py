"""Schemathesis reads the OpenAPI document and asks for all that it offers, as each role, well and badly."""

import itertools
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from flask import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.judges.house import AUDIENCES, House, furnished

pytestmark = pytest.mark.slow
# How often each operation is asked, well and badly: often by whom it lets in, twice by whom it mostly refuses.
EXAMPLES = {"administrator": 4, "coordinator": 4, "instructor": 3, "participant": 3}
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
# Whoever has no token asks as a role of their own; a bad token instead of a good one would be asked nothing else.
PLAN = SchemathesisConfig(
    projects=ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(with_security_parameters=False)))
)


@pytest.fixture(scope="module")
def house(make_app: Callable[[str], APIFlask], tmp_path_factory: pytest.TempPathFactory) -> House:
    """One house for all roles, put back as it was after every operation that may change something."""
    folder = tmp_path_factory.mktemp("judges")
    return furnished(make_app(f"sqlite:///{folder / 'test.db'}"), folder)


def refused(operation: Any, house: House, role: str, mode: GenerationMode) -> list[str]:
    """Ask for an operation with invented values, things that are there among them; return what is against the rules."""
    found: dict[str, str] = {}
    known, numbers = house.called(operation.path), itertools.count(1)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES.get(role, 2), derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        case.path_parameters = _known(case.path_parameters, known)
        if mode is GenerationMode.POSITIVE:
            _mean_it(case, house, next(numbers))
        # Asked in one process, nothing on the way unpacks what is compressed.
        response = case.call(headers={**house.headers(role), "Accept-Encoding": "identity"})
        try:
            case.validate_response(response, checks=CHECKS)
        except (FailureGroup, Failure) as wrong:
            for one in getattr(wrong, "exceptions", [wrong]):
                said = f"{operation.label} {response.status_code}: {one.title}: {one.message}"
                found.setdefault(one.title, " ".join(said.split())[:400])

    try:
        ask()
    except Unsatisfiable:
        found["none"] = f"{operation.label}: nothing fits what the document asks for, or fails to"
    except Exception as broken:  # noqa: BLE001 - an operation that nothing can be invented for is a finding, too
        found["broken"] = f"{operation.label}: {type(broken).__name__}: {broken}"[:400]
    return list(found.values())


def _mean_it(case: Any, house: House, number: int) -> None:
    """Let what is invented name a version that may be there and, every second time, things that are."""
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = f'"{number // 2 + 1}"'
    if number % 2:
        case.query = _known(case.query, house.meant)
        case.body = _known(case.body, house.meant)


def _known(invented: Any, known: Mapping[str, Any]) -> Any:
    """Return what was invented with what is known by its names."""
    return (
        {name: known.get(name, value) for name, value in invented.items()} if isinstance(invented, dict) else invented
    )


def modes(operation: Any) -> list[GenerationMode]:
    """Return how an operation can be asked; badly first: what is refused changes nothing for what is asked well."""
    asked = operation.definition.raw
    wrong = "requestBody" in asked or any(map(_can_be_wrong, asked["parameters"]))
    return [GenerationMode.NEGATIVE, GenerationMode.POSITIVE] if wrong else [GenerationMode.POSITIVE]


def _can_be_wrong(parameter: dict[str, Any]) -> bool:
    """Tell whether anything that an address or a header can hold is not what a parameter asks for."""
    left_out = parameter["in"] != "path" and parameter.get("required", False)
    said = {name: value for name, value in parameter["schema"].items() if name not in ("title", "default")}
    return left_out or said != {"type": "string"}


def judged(operation: Any, house: House, role: str) -> list[str]:
    """Ask for an operation badly and well, and leave the house as it was."""
    found = [said for mode in modes(operation) for said in refused(operation, house, role, mode)]
    if operation.method != "get":
        house.put_back()
    return found


@pytest.mark.parametrize("role", AUDIENCES)
def test_no_operation_fails_or_answers_what_the_document_does_not_say(house: House, role: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app, config=PLAN)
    house.put_back()
    wrong = [said for result in schema.get_all_operations() for said in judged(result.ok(), house, role)]
    assert "\n".join(wrong) == ""


def test_something_is_there_for_each_part_of_an_address(house: House) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app, config=PLAN)
    missing = {
        f"{{{parameter['name']}}} of {operation.path}"
        for operation in (result.ok() for result in schema.get_all_operations())
        for parameter in operation.definition.raw["parameters"]
        if parameter["in"] == "path" and "enum" not in parameter["schema"]
        and parameter["name"] not in house.called(operation.path)
    }  # fmt: skip
    assert missing == set()


def test_an_answer_that_the_document_does_not_know_would_be_noticed(house: House, monkeypatch) -> None:
    """The negative control."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app, config=PLAN)
    (endpoint,) = {rule.endpoint for rule in house.app.url_map.iter_rules() if rule.rule == "/api/v1/activities"
                   and "GET" in (rule.methods or ())}  # fmt: skip
    view = house.app.view_functions[endpoint]
    other = wraps(view)(lambda **_asked: Response("x", 200, content_type="text/x"))
    monkeypatch.setitem(house.app.view_functions, endpoint, other)
    assert refused(schema["/api/v1/activities"]["GET"], house, "anonymous", GenerationMode.POSITIVE)
