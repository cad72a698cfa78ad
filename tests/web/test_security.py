"""Headers, cookies and addresses that keep a page to itself."""

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import structlog
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.core.database import db
from ilpes_lms.web.security import safe_way
from tests.factories import people


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "\\\\evil",
     "/\tevil", "javascript:alert(1)", "", None, "my", "/%0d%0a\n"],
)  # fmt: skip
def test_trust_25_a_way_out_of_the_site_is_refused(target):
    assert safe_way(target) is None


@pytest.mark.parametrize("target", ["/", "/my", "/activities?q=ordenamiento&when=past", "/activities/abc/título"])
def test_trust_25_a_way_within_the_site_is_kept(target):
    assert safe_way(target) == target


def test_every_page_carries_a_policy_without_inline_code(client):
    policy = client.get("/activities").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("header", ["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"])
def test_every_answer_carries_the_protecting_headers(client, header):
    assert header in client.get("/health/live").headers
    assert header in client.get("/no-such-page").headers


def test_pages_for_everyone_travel_compressed(client):
    with client.get("/static/app.css", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(response.data) < 20_000


def test_an_unknown_address_is_answered_in_the_form_its_caller_understands(client):
    page = client.get("/no-such-page?lang=es")
    assert page.status_code == 404
    assert "text/html" in page.content_type
    answer = client.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"null", b"[" * 20_000])
def test_a_body_that_is_no_object_is_a_problem_document_and_never_a_fault_of_ours(client, body):
    answer = client.post("/api/v1/tokens", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"


def test_trust_24_links_are_built_from_the_base_address_and_not_from_the_host_header(client):
    page = client.get("/activities", headers={"Host": "evil.example"})
    assert "evil.example" not in page.text


@pytest.mark.parametrize(
    "path", ["/activities?q=%00", "/activities?q=a&q=%00", "/activities/%00", "/verify/%00", "/activities?cursor=%00"]
)
def test_a_character_that_no_text_may_hold_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_the_caller_is_who_connects_unless_our_own_proxy_says_otherwise(client):
    with client.application.test_request_context(headers={"X-Forwarded-For": "203.0.113.9"}) as here:
        assert here.request.remote_addr != "203.0.113.9"


def test_a_form_with_a_character_that_no_text_may_hold_is_refused(client):
    assert client.post("/sign-in", data={"email": "a\x00@example.org"}).status_code == 400


def test_every_page_says_that_it_depends_on_who_asks_and_in_which_language(client):
    for path in ("/activities", "/verify/nothing", "/no-such-page"):
        assert {"Cookie", "Accept-Language"} <= set(client.get(path).vary)


def test_a_browser_gets_the_language_that_it_asks_for_most(client):
    asked = {"pt-BR,fr;q=0.3": "pt", "de, en;q=0.2, fr;q=0.5": "fr", "en;q=0, fr;q=0.1": "fr", "de, *": "es", "": "es"}
    for header, language in asked.items():
        assert f'<html lang="{language}">' in client.get("/verify", headers={"Accept-Language": header}).text


def cookies_of(app: APIFlask, **environ: str) -> dict[str, Any]:
    """Return the cookies that a form and a choice of language give a browser."""
    client = app.test_client()
    answers = [client.get(path, environ_overrides=environ) for path in ("/sign-in", "/help?lang=fr")]
    found = SimpleCookie()
    for answer in answers:
        for header in answer.headers.getlist("Set-Cookie"):
            found.load(header)
    return dict(found)


def test_in_production_cookies_are_bound_to_this_host_alone_and_to_tls(tmp_path: Path) -> None:
    app = create_app(
        config.load(
            {}, environment="production", secret_key="k" * 48, base_url="https://courses.example.org", proxies=1,
            database_url=f"sqlite:///{tmp_path / 'some.db'}", var_folder=str(tmp_path),
        )
    )  # fmt: skip
    found = cookies_of(app, **{"wsgi.url_scheme": "https"})
    assert set(found) == {"__Host-session", "__Host-language"}
    for cookie in found.values():
        # What browsers ask of such a name, or they take none of it.
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client = app.test_client()
    client.set_cookie("__Host-language", "pt", domain="localhost")
    assert '<html lang="pt">' in client.get("/help").text
    client.set_cookie("session", "kept from before", domain="localhost")
    assert client.get("/my").status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_without_tls_on_one_s_own_machine_cookies_have_plain_names(app: APIFlask) -> None:
    found = cookies_of(app)
    assert set(found) == {"session", "language"}
    assert not any(cookie["secure"] for cookie in found.values())


def test_who_is_kept_out_leaves_a_line_that_says_where_and_never_who(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.person("canaria@example.org")
    token = people.bearer(app, "canaria@example.org")
    with structlog.testing.capture_logs() as lines:
        client.get("/api/v1/people?q=Canaria")
        client.get("/api/v1/people/canaria", headers=token)
        client.post("/sign-up", data={"email": "canaria@example.org"})
        client.post("/api/v1/tokens", json={"email": "canaria@example.org", "password": "wrong password"})
    told = [line for line in lines if line["event"] not in ("request", "job")]
    assert [(line["event"], line.get("route"), line.get("status")) for line in told] == [
        ("access_refused", "/api/v1/people", 401),
        ("access_refused", "/api/v1/people/<person_ref>", 403),
        ("form_not_ours", "/sign-up", None),
        ("sign_in_refused", None, None),
    ]
    assert "canaria" not in str(lines).lower()


SIGN_UP = {"email": "canaria@example.org", "password": "x", "country": "CHL", "sex": "female", "language": "es"}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"canaria": "canaria"}, ["extra_forbidden", "missing"]),
        ({"email": ["canaria"], "password": "canaria"}, ["string_type"]),
        ({"email": "canaria\x00", "password": "canaria"}, ["value_error"]),
    ],
)
def test_a_body_that_a_schema_refuses_leaves_a_line_that_says_where_and_never_what(
    client: FlaskClient, body: dict[str, object], faults: list[str]
) -> None:
    with structlog.testing.capture_logs() as lines:
        assert client.post("/api/v1/tokens", json=body).status_code == 422
    assert [(line["event"], line["route"], line["faults"]) for line in lines if line["event"] != "request"] == [
        ("shape_refused", "/api/v1/tokens", faults)
    ]
    assert "canaria" not in str(lines).lower()


def test_a_choice_that_no_form_offers_leaves_a_line_and_what_a_hand_gets_wrong_leaves_none(client: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        assert people.form_post(client, "/sign-up", SIGN_UP | {"sex": "canaria"}).status_code == 422
    told = [line for line in lines if line["event"] == "shape_refused"]
    assert [(line["route"], line["faults"]) for line in told] == [("/sign-up", ["choice"])]
    assert "canaria" not in str(lines).lower()
    with structlog.testing.capture_logs() as lines:
        for by_hand in ({"email": "canaria"}, {"sex": ""}, {"country": ""}):
            assert people.form_post(client, "/sign-up", SIGN_UP | by_hand).status_code == 422
    assert [line for line in lines if line["event"] == "shape_refused"] == []


def test_signing_out_empties_the_browser_s_cache_and_leaves_marks_that_wait_for_a_connection(
    app: APIFlask, client: FlaskClient
) -> None:
    with app.app_context():
        people.person("ana@example.org")
    people.sign_in(client, "ana@example.org")
    assert people.form_post(client, "/sign-out", page="/my/profile").headers["Clear-Site-Data"] == '"cache"'


def test_who_finds_what_they_may_see_leaves_no_such_line(client: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/help")
        client.get("/my")
        client.get("/no-such-page")
    assert [line["event"] for line in lines if line["event"] != "request"] == []
