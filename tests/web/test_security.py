"""Headers, cookies and addresses that keep a page to itself."""

import pytest

from ilpes_lms.web.security import safe_way


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "\\\\evil",
     "/\tevil", "javascript:alert(1)", "", None, "my", "/%0d%0a\n"],
)  # fmt: skip
def test_a_way_out_of_the_site_is_refused(target):
    assert safe_way(target) is None


@pytest.mark.parametrize("target", ["/", "/my", "/activities?q=ordenamiento&when=past", "/activities/abc/título"])
def test_a_way_within_the_site_is_kept(target):
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


def test_links_are_built_from_the_base_address_and_not_from_the_host_header(client):
    page = client.get("/activities", headers={"Host": "evil.example"})
    assert "evil.example" not in page.text


@pytest.mark.parametrize("path", ["/activities?q=%00", "/activities/%00", "/verify/%00", "/activities?cursor=%00"])
def test_a_character_that_no_text_may_hold_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_the_caller_is_who_connects_unless_our_own_proxy_says_otherwise(client):
    with client.application.test_request_context(headers={"X-Forwarded-For": "203.0.113.9"}) as here:
        assert here.request.remote_addr != "203.0.113.9"
