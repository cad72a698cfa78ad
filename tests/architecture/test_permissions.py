"""The permission table is requested, row by row: who is let in, who is asked to sign in, who is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core.errors import DomainError
from ilpes_lms.web import access
from tests.architecture.permissions_table import ALLOWED, ANSWERS, AUDIENCES, FORBIDDEN, SIGN_IN, routes, rows
from tests.conftest import counted_statements
from tests.factories import people
from tests.factories.catalogue import make_activity

TABLE = rows()
PLACEHOLDER = "a" * 26
VALUES = {"kind": "webinar", "rule": "activity_starts", "filename": "app.css"}
SIGNED_IN = tuple(audience for audience in AUDIENCES if audience != "anonymous")


@dataclass
class House:
    """An application with one person of each audience, signed in in a browser and as a program."""

    app: APIFlask
    routes: dict[str, Rule]
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def asks(self, audience: str, name: str) -> TestResponse:
        """Request a row's route with placeholder ids: pages with a cookie, JSON with a bearer token."""
        method, _space, address = name.partition(" ")
        url, rule = self.url_of(name), self.routes[name]
        if address.startswith("/api/"):
            body = {} if method == "GET" else {"json": {}}
            return self.app.test_client().open(url, method=method, headers=self.token(audience), **body)
        assert rule.methods is not None
        return self.browser(audience).open(url, method=method)

    def url_of(self, name: str) -> str:
        rule = self.routes[name]
        values = {argument: self._value(rule, argument) for argument in rule.arguments}
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(rule.endpoint, values, method=name.partition(" ")[0])

    def browser(self, audience: str) -> FlaskClient:
        if audience not in self.browsers:
            self.browsers[audience] = self.app.test_client()
            if audience != "anonymous":
                people.sign_in(self.browsers[audience], _address(audience))
        return self.browsers[audience]

    def token(self, audience: str) -> dict[str, str]:
        if audience == "anonymous":
            return {}
        if audience not in self.tokens:
            self.tokens[audience] = people.bearer(self.app, _address(audience))
        return self.tokens[audience]

    def forget_sign_ins(self) -> None:
        """Sign everybody in anew: some routes end sign-ins, which is what they are for."""
        self.browsers.clear()
        self.tokens.clear()

    def _value(self, rule: Rule, argument: str) -> str:
        # A converter of the choices in the address knows them; anything else is an id that nothing has.
        choices: Any = getattr(rule._converters[argument], "items", None)
        return min(choices) if choices else VALUES.get(argument, PLACEHOLDER)


def _address(audience: str) -> str:
    return f"{audience.replace('_', '.')}@example.org"


@pytest.fixture(scope="session")
def house(make_app: Callable[[str], APIFlask], tmp_path_factory: pytest.TempPathFactory) -> House:
    """One application for all rows, on SQLite: permissions don't depend on the database."""
    app = make_app(f"sqlite:///{tmp_path_factory.mktemp('permissions') / 'test.db'}")
    with app.app_context():
        for audience in SIGNED_IN:
            person = people.person(_address(audience))
            if audience in ("coordinator", "statistics_reader", "focal_point", "administrator", "auditor"):
                organization_id = people.organization().id if audience == "focal_point" else None
                people.service.grant_role(person_id=person.id, role=audience, organization_id=organization_id)
            elif audience == "instructor":
                catalogue.assign(activity_id=make_activity().id, person_id=person.id, role="instructor")
            elif audience == "undeclared_role":
                stranger = person.id
        access.add_role_source(app, lambda person_id: {"auditor_general"} if person_id == stranger else set())
    return House(app, routes(app))


def test_trust_19_every_route_has_a_row_and_every_row_a_route(house) -> None:
    assert sorted(set(house.routes) - set(TABLE)) == [], (
        "print the rows: python -m tests.architecture.permissions_table"
    )
    assert sorted(set(TABLE) - set(house.routes)) == []


def test_the_table_knows_no_fourth_answer() -> None:
    assert {answer for row in TABLE.values() for answer in row.values()} <= set(ANSWERS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_trust_19_a_route_lets_in_exactly_whom_the_table_says(house, name) -> None:
    if name not in house.routes:
        pytest.skip("no such route; the test above says so")
    got = {audience: _class_of(house.asks(audience, name)) for audience in AUDIENCES}
    if name.startswith("DELETE"):
        house.forget_sign_ins()
    assert got == TABLE[name]


@pytest.mark.parametrize("audience", SIGNED_IN)
def test_a_cookie_opens_no_json_and_a_token_no_page(house, audience) -> None:
    assert house.browser(audience).get("/api/v1/my").status_code == 401
    page = house.app.test_client().get("/my", headers=house.token(audience))
    assert (page.status_code, page.location.split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("name", sorted(name for name in TABLE if name.startswith("POST /") and "/api/" not in name))
def test_trust_23_no_page_takes_a_form_without_proof_that_it_is_ours(house, name) -> None:
    # The one-click address in a letter's header is called by mail programs, which have no form (RFC 8058).
    if name in house.routes and name != "POST /messages/stop/<token>":
        assert house.asks("administrator", name).status_code == 400


def test_trust_19_a_new_view_without_a_row_would_be_noticed(house) -> None:
    forgotten = Rule("/forgotten", endpoint="health.live", methods=["GET"])
    bound = {**house.routes, "GET /forgotten": forgotten}
    assert set(bound) - set(TABLE) >= {"GET /forgotten"}


def test_trust_19_a_view_that_lets_too_many_in_would_be_noticed(house, monkeypatch) -> None:
    """The negative control: with a declaration loosened the row no longer holds."""
    view = house.app.view_functions["audit.entries"]
    monkeypatch.setattr(view, "__access__", access.Requirement("public"))
    got = {audience: _class_of(house.asks(audience, "GET /admin/audit")) for audience in AUDIENCES}
    assert got != TABLE["GET /admin/audit"]
    assert got["anonymous"] == ALLOWED


def test_trust_22_a_role_that_nobody_declared_may_do_nothing_that_asks_for_a_permission(house) -> None:
    asked = {name: access.requirement_of(house.app, rule.endpoint) for name, rule in house.routes.items()}
    guarded = [name for name, requirement in asked.items() if requirement and requirement.permissions]
    assert {TABLE[name]["undeclared_role"] for name in guarded} == {FORBIDDEN}
    assert "auditor_general" not in access.register_of(house.app).grants


def test_trust_22_a_role_that_nobody_declared_is_given_to_nobody(house) -> None:
    with house.app.app_context():
        someone = people.person("nobody.yet@example.org")
        with pytest.raises(DomainError):
            people.service.grant_role(person_id=someone.id, role="auditor_general")


def _class_of(response: TestResponse) -> str:
    response.close()
    if response.status_code == 403:
        return FORBIDDEN
    to_sign_in = response.status_code == 303 and (response.location or "").startswith("/sign-in?")
    if response.status_code == 401 or to_sign_in:
        return SIGN_IN
    return ALLOWED if response.status_code < 500 else f"fault {response.status_code}"


# What is counted or recorded of a reader is no change that a forged link could make.
NOTED_OF_READERS = {"attempts", "audit_entries", "audit_seen_persons"}
WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


def test_trust_23_no_get_writes_anything_but_that_somebody_read(house) -> None:
    written: dict[str, set[str]] = {}
    # Signed in before anything is looked at.
    house.browser("administrator")
    house.token("administrator")
    with counted_statements(house.app) as statements:
        for name in sorted(name for name in TABLE if name.startswith("GET ") and name in house.routes):
            del statements[:]
            house.asks("administrator", name).close()
            if tables := {table for said in statements for table in WRITES.findall(said)} - NOTED_OF_READERS:
                written[name] = tables
    assert written == {}


def test_a_get_that_writes_would_be_noticed() -> None:
    """The negative control."""
    assert WRITES.findall("UPDATE sign_ins SET ended_at=?") == ["sign_ins"]
    assert WRITES.findall("SELECT 1 FROM sign_ins FOR UPDATE") == []
