"""Whatever is wrong with a request itself is said in the caller's language, to programs and to people."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException, default_exceptions

from ilpes_lms.core.errors import DomainError
from ilpes_lms.web import errors, i18n
from tests.factories import people as make

# What a program can do wrong before any schema looks at it: how, and what it is answered.
WRONG: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("get", "/api/v1/nothing", {}, 404, "not_found"),
    ("put", "/api/v1/accounts", {"json": {}}, 405, "method_not_allowed"),
    ("post", "/api/v1/accounts", {"data": "{broken"}, 400, "bad_request"),
    ("post", "/api/v1/accounts", {"data": b"\xff\xfe"}, 400, "bad_request"),
    ("post", "/api/v1/accounts", {}, 400, "bad_request"),
    ("get", "/api/v1/organizations?q=%00", {}, 400, "bad_request"),
    ("get", "/api/v1/me", {}, 401, "unauthorized"),
    ("patch", "/api/v1/me", {"json": {}, "as": "ana@example.org"}, 428, "precondition_required"),
    ("patch", "/api/v1/me", {"as": "ana@example.org"}, 400, "bad_request"),
    ("get", "/api/v1/people", {"as": "ana@example.org"}, 403, "not_allowed"),
    ("post", "/api/v1/accounts", {"data": "x" * (10 * 1024 * 1024 + 1)}, 413, "request_entity_too_large"),
]


def asked(client: FlaskClient, method: str, path: str, options: dict[str, Any], language: str) -> Any:
    options = dict(options)
    who = options.pop("as", None)
    headers = {"Accept-Language": language} | (make.bearer(client.application, who) if who else {})
    return getattr(client, method)(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=headers, **options)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong[0]}-{wrong[3]}")
def test_a_program_is_told_in_its_language_what_is_wrong(app, client, wrong) -> None:
    method, path, options, status, code = wrong
    with app.app_context():
        make.person("ana@example.org")
    told = {language: asked(client, method, path, options, language) for language in i18n.LANGUAGES}
    assert {answer.status_code for answer in told.values()} == {status}
    assert {answer.content_type for answer in told.values()} == {"application/problem+json"}
    assert all(answer.json["detail"] and answer.json["title"] for answer in told.values())
    for part in ("detail", "title"):
        assert len({answer.json[part] for answer in told.values()}) == len(i18n.LANGUAGES), part
    assert {answer.json["code"] for answer in told.values()} == {code}


def test_the_methods_that_an_address_takes_are_named(client) -> None:
    assert "POST" in client.put("/api/v1/accounts", json={}).headers["Allow"]


@pytest.mark.parametrize("path", ["/nothing", "/sign-up?next=%00"])
def test_a_page_says_in_every_language_how_to_go_on(client, path: str) -> None:
    shown = {language: client.get(path, headers={"Accept-Language": language}).text for language in i18n.LANGUAGES}
    leads = {text.split('<p class="lead">')[1].split("</p>")[0] for text in shown.values()}
    assert len(leads) == len(i18n.LANGUAGES)


@pytest.mark.parametrize("error", default_exceptions.values(), ids=lambda error: error.__name__)
def test_no_refusal_of_the_server_itself_speaks_its_own_english(app, error: type[HTTPException]) -> None:
    for path in ("/x", "/api/v1/x"):
        with app.test_request_context(path), i18n.in_language("es"):
            said = errors.title_of(error.code or 500), errors.detail_of(error.code or 500)
        assert all(said)
        assert not {error.description, error.name, *errors.TITLES.values(), *errors.TEXTS.values()} & set(said)


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/activities/x", "/api/v1/class-sessions/x"])
def test_a_change_without_anything_to_change_is_refused_and_no_fault_of_ours(app, client, path: str) -> None:
    with app.app_context():
        make.coordinator("carla@example.org")
    headers = make.bearer(app, "carla@example.org")
    for body in (None, "", "null", "[]", '"text"', "3", "{}"):
        answer = client.patch(path, data=body, content_type="application/json", headers=headers)
        assert 400 <= answer.status_code < 500, body
        assert answer.content_type == "application/problem+json"


def refusals(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for refusal in base.__subclasses__():
        yield refusal
        yield from refusals(refusal)


@pytest.mark.usefixtures("app")
def test_no_refusal_says_what_every_refusal_takes_for_itself() -> None:
    """Of `field` and `called`, which say what input is to blame, nothing would come into the words."""
    taken = {"field", "called"}
    found = {one.__name__ for one in refusals() if taken & set(re.findall(r"%\((\w+)\)", one.message))}
    assert len(list(refusals())) > 100
    assert found == set()
