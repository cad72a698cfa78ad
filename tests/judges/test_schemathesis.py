"""Schemathesis reads the OpenAPI document and asks for all that it offers, as each role, well and badly."""

from collections.abc import Callable
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
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import empty
from tests.factories import people
from tests.factories.taught import make_desk

pytestmark = pytest.mark.slow
# How often each operation is asked, well and badly: often by whom it lets in, once by whom it mostly refuses.
EXAMPLES = {
    "anonymous": 1, "participant": 1, "statistics_reader": 1, "focal_point": 1, "coordinator": 2, "administrator": 3,
}  # fmt: skip
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def application(make_app: Callable[[str], APIFlask], tmp_path_factory: pytest.TempPathFactory) -> APIFlask:
    return make_app(f"sqlite:///{tmp_path_factory.mktemp('judges') / 'test.db'}")


def populated(app: APIFlask, role: str) -> dict[str, str]:
    """Empty the tables, and fill them with somebody of a role and an activity to ask about; return references."""
    empty(app)
    values = make_desk(app, division="statistics", email="coordinator@example.org")
    with app.app_context():
        if role not in ("anonymous", "coordinator"):
            made = people.person(f"{role}@example.org")
        if role in ("statistics_reader", "focal_point", "administrator"):
            organization_id = people.organization().id if role == "focal_point" else None
            people.service.grant_role(person_id=made.id, role=role, organization_id=organization_id)
    return values


def refused(operation: Any, app: APIFlask, role: str, values: dict[str, str], mode: GenerationMode) -> list[str]:
    """Ask for an operation with invented values, things that are there among them; return what is against the rules."""
    found: dict[str, str] = {}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[role], derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        known = {**values, "import_ref": values["export_ref" if "platform" in operation.path else "report_ref"]}
        case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        token = {} if role == "anonymous" else people.bearer(app, f"{role}@example.org")
        # Asked in one process, nothing on the way unpacks what is compressed.
        response = case.call(headers={**token, "Accept-Encoding": "identity"})
        try:
            case.validate_response(response, checks=CHECKS)
        except (FailureGroup, Failure) as wrong:
            for one in getattr(wrong, "exceptions", [wrong]):
                said = f"{operation.label} {response.status_code}: {one.title}: {one.message}"
                found.setdefault(one.title, " ".join(said.split())[:400])

    try:
        ask()
    except Unsatisfiable:
        # Where nothing is asked for, nothing can be asked wrongly.
        if mode is GenerationMode.POSITIVE:
            found["none"] = f"{operation.label}: nothing fits what the document asks for"
    except Exception as broken:  # noqa: BLE001 - an operation that nothing can be invented for is a finding, too
        found["broken"] = f"{operation.label}: {type(broken).__name__}: {broken}"[:400]
    return list(found.values())


@pytest.mark.parametrize("role", EXAMPLES)
def test_no_operation_fails_or_answers_what_the_document_does_not_say(application: APIFlask, role: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    values = populated(application, role)
    wrong = [
        said
        for result in schema.get_all_operations()
        for mode in MODES
        for said in refused(result.ok(), application, role, values, mode)
    ]
    assert "\n".join(wrong) == ""


def test_an_answer_that_the_document_does_not_know_would_be_noticed(application: APIFlask, monkeypatch) -> None:
    """The negative control."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    (endpoint,) = {rule.endpoint for rule in application.url_map.iter_rules() if rule.rule == "/api/v1/activities"
                   and "GET" in (rule.methods or ())}  # fmt: skip
    view = application.view_functions[endpoint]
    other = wraps(view)(lambda **_asked: Response("x", 200, content_type="text/x"))
    monkeypatch.setitem(application.view_functions, endpoint, other)
    operation = schema["/api/v1/activities"]["GET"]
    assert refused(operation, application, "anonymous", populated(application, "anonymous"), GenerationMode.POSITIVE)
