"""A canary's name is in no address that is made, linked or led to, and in no error page or problem document (TRUST 37).

What she types into a search of her own stands in the address of her own browser; that neither the application nor the
proxies of `deploy/` write addresses down is tried in tests/running/test_canary.py and tests/deploy/test_examples.py.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import Conflict, DomainError, TooMany
from ilpes_lms.core.text import fold
from ilpes_lms.web import access
from ilpes_lms.web.errors import STATUS
from tests.factories import people
from tests.factories.canary import ADDRESS, FULL_NAME, NAMES, WORDS, make_canary
from tests.factories.catalogue import make_activity
from tests.factories.people import bearer, csrf_token, form_post, sign_in

STAFF = "admin@example.org"
BEGINNINGS = ("/", "/my", "/teach", "/coordinate", "/admin", "/activities?when=past", "/coordinate/messages")
# So many addresses of one view are opened; one more would show the same page about another thing.
EACH = 2
# Whatever a browser may go to or fetch; an address to write mail to leads nowhere of ours.
_ADDRESS = re.compile(r'\b(?:href|src|action|formaction|content|hx-\w+|data-[\w-]+)="((?:/|\?|https?:)[^"]*)"')
_SAME_IN_OTHER_LANGUAGES = re.compile(r"<a [^>]*hreflang=[^>]*>")
NEWCOMER = {
    **NAMES, "email": ADDRESS, "password": people.PASSWORD, "country": "MEX", "sex": "not_stated", "organization": "",
    "language": "es", "consent": "y",
}  # fmt: skip

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def names_her(text: str) -> bool:
    """Tell whether a text holds a word of hers, written in an address or not."""
    said = fold(unquote(html.unescape(text)))
    return any(fold(word) in said for word in WORDS)


@pytest.fixture
def canary(app: APIFlask) -> None:
    with app.app_context(), actor.acting("test"):
        make_canary()
        people.administrator(STAFF)
        db.session.remove()


def addresses_in(answer: TestResponse) -> set[str]:
    """Return every address that an answer leads to or links."""
    found = {answer.location} if answer.location else set()
    if answer.content_type.startswith("text/html"):
        found |= {html.unescape(address) for address in _ADDRESS.findall(answer.text)}
    return found


def walked(app: APIFlask, email: str) -> Iterator[tuple[str, TestResponse]]:
    """Open what somebody can open by following links from where they begin; yield each address with its answer."""
    browser, waiting, opened = app.test_client(), list(BEGINNINGS), Counter[str]()
    sign_in(browser, email)
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        view = view_of(app, address)
        if view is None or opened[view] >= EACH:
            continue
        opened[view] += 1
        with browser.get(address) as answer:
            yield address, answer
            ours = (found for found in addresses_in(answer) - seen if found.startswith("/"))
            new = sorted(found for found in ours if "lang=" not in found)
        seen.update(new)
        waiting += new


def view_of(app: APIFlask, address: str) -> str | None:
    """Return the view that a browser opens at an address, None where there is none or it is not a page of ours."""
    path = urlsplit(address).path
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return None if endpoint in ("static", "openapi.spec") or path.startswith("/api/") else str(endpoint)


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize("who", [ADDRESS, STAFF])
def test_trust_37_no_address_that_is_linked_or_led_to_names_the_canary(app: APIFlask, who: str) -> None:
    opened = dict(walked(app, who))
    made = {address for answer in opened.values() for address in addresses_in(answer)} | set(opened)
    assert sorted(filter(names_her, made)) == []
    assert len(opened) > (20 if who == ADDRESS else 60)
    assert any(names_her(answer.text) for answer in opened.values() if answer.mimetype == "text/html")


@pytest.mark.usefixtures("canary")
def test_trust_37_an_address_that_names_her_would_be_noticed(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a link that a page makes of her name."""
    monkeypatch.setitem(app.jinja_env.globals, "static_url", lambda name: f"/static/{name}?for={NAMES['given_names']}")
    app.jinja_env.cache.clear()
    browser = app.test_client()
    sign_in(browser, ADDRESS)
    try:
        assert any(map(names_her, addresses_in(browser.get("/my"))))
    finally:
        app.jinja_env.cache.clear()


def test_trust_37_whatever_she_sends_leads_to_no_address_that_names_her(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        webinar = make_activity("webinar").public_id
        people.person(ADDRESS, password=people.PASSWORD, **NAMES)
    register = f"/activities/{webinar}/register"
    answers = [
        form_post(client, "/sign-in", {"email": ADDRESS, "password": "wrong"}),
        form_post(client, "/reset", {"email": ADDRESS}),
        form_post(client, "/sign-up", {**NEWCOMER, "email": f"other.{ADDRESS}"}),
        form_post(client, register, {**NEWCOMER, "email": f"third.{ADDRESS}"}),
        form_post(client, register, {**NEWCOMER, "email": "nobody"}),
    ]
    sign_in(client, ADDRESS)
    answers += [
        form_post(client, "/my/profile", {**NEWCOMER, "version": "1", "zone": "America/Mexico_City"}),
        form_post(client, "/my/address", {"email": f"new.{ADDRESS}", "password": people.PASSWORD}),
        form_post(client, register),
    ]
    assert sum(bool(answer.location) for answer in answers) >= 5
    assert sorted(address for answer in answers for address in addresses_in(answer) if names_her(address)) == []


@pytest.mark.usefixtures("canary")
def test_trust_37_no_json_answer_names_her_in_an_address(app: APIFlask, client: FlaskClient) -> None:
    def within(value: Any) -> Iterator[str]:
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from within(one)
        elif isinstance(value, str) and value.startswith(("/", "http")):
            yield value

    headers, told = bearer(app, ADDRESS), set()
    paths = ("/me", "/my", "/me/certificates", "/me/messages", "/home", "/activities", "/me/data")
    for path in paths:
        answer = client.get(f"/api/v1{path}", headers=headers)
        told |= set(within(answer.json)) if answer.is_json else set()
        told |= {value for name, value in answer.headers if name in ("Location", "Link")}
    assert sorted(filter(names_her, told)) == []


class _Taken(Exception):
    """What a driver says of a value that is there already."""


def _happened(fact: type[DomainError]) -> DomainError:
    return fact(within=timedelta(minutes=5)) if issubclass(fact, TooMany) else fact()


# Every base fact in its own words, and faults whose own words name her; with the status of each.
FAULTS: list[tuple[Exception, int]] = [
    *((_happened(fact), status) for fact, status in STATUS.items()),
    (ValueError(FULL_NAME), 500),
    (OperationalError("SELECT :name", {"name": FULL_NAME}, _Taken(FULL_NAME)), 503),
    (IntegrityError("INSERT", {"email": ADDRESS}, _Taken(f"Key (address)=({ADDRESS}) already exists.")), 500),
    (MethodNotAllowed(description=FULL_NAME), 405),
]
PLACES = {"desks.help_page": "/help", "api_desks.home": "/api/v1/home"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault[0]).__name__)
@pytest.mark.parametrize("view", PLACES)
def test_trust_37_no_error_page_and_no_problem_document_names_her(
    app: APIFlask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, view: str, fault: tuple[Exception, int]
) -> None:
    error, status = fault

    def fails(**_: Any) -> Any:
        raise error

    monkeypatch.setitem(app.view_functions, view, access.public(fails))
    led_from = {"Referer": f"/{NAMES['second_surname']}"}
    answer = client.get(PLACES[view], query_string={"name": FULL_NAME}, headers=led_from)
    assert answer.status_code == status
    assert not names_her(without_language_links(answer.text))
    assert not any(names_her(value) for name, value in answer.headers if name != "Set-Cookie")


def test_trust_37_what_is_wrong_with_a_request_of_hers_is_said_without_her(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.person(ADDRESS, **NAMES)
        people.person("ana@example.org")
    # Somebody else, whose own name stands in the head of their pages.
    browser = app.test_client()
    sign_in(browser, "ana@example.org")
    headers = bearer(app, "ana@example.org")
    form = {"email": ADDRESS, **NAMES}
    answers = {
        404: [client.get(f"/no/{FULL_NAME}?name={FULL_NAME}"), client.get(f"/api/v1/activities/{FULL_NAME}"),
              client.get(f"/activities/{FULL_NAME}")],
        403: [browser.get(f"/admin/people?q={FULL_NAME}"), client.get("/api/v1/admin", headers=headers)],
        400: [client.post("/sign-up", data=form), client.get(f"/help?name={FULL_NAME}%00"),
              client.post("/api/v1/tokens", data=f'{{"email": "{ADDRESS}', content_type="application/json"),
              client.post("/api/v1/tokens", data=form)],
        401: [client.get(f"/api/v1/people?q={FULL_NAME}")],
        405: [client.post("/activities", data={**form, "csrf_token": csrf_token(client, "/sign-in")})],
        413: [client.post("/sign-up", data={**form, "x": "x" * (11 * 1024 * 1024)})],
        422: [client.post("/api/v1/tokens", json={"email": [ADDRESS], "password": {"name": FULL_NAME}}),
              client.post("/api/v1/accounts", json={"email": ADDRESS, **NAMES, "organization": [FULL_NAME]})],
    }  # fmt: skip
    assert {status: [answer.status_code for answer in found] for status, found in answers.items()} == {
        status: [status] * len(found) for status, found in answers.items()
    }
    for found in answers.values():
        for answer in found:
            assert not names_her(without_language_links(answer.text)), answer.request.path


def test_trust_37_an_error_page_that_repeats_what_went_wrong_would_be_noticed(
    app: APIFlask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""

    def fails() -> Any:
        raise Conflict(name=FULL_NAME)

    monkeypatch.setattr(Conflict, "message", "It is %(name)s already.")
    monkeypatch.setitem(app.view_functions, "desks.help_page", access.public(fails))
    answer = client.get("/help")
    assert (answer.status_code, names_her(without_language_links(answer.text))) == (409, True)


def without_language_links(page: str) -> str:
    """Return a page without the links to its own address in other languages: what stands there, its reader typed."""
    return _SAME_IN_OTHER_LANGUAGES.sub("", page)
