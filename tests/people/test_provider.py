"""Sign-in by a provider of OpenID Connect, with a real one on loopback."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from ilpes_lms import config
from ilpes_lms.core.database import db
from ilpes_lms.people import errors, queries, rules, service
from ilpes_lms.people.models import Account
from tests.factories import people as make

ANA = "ana@example.org"
PEOPLE = [
    {"sub": "ana", "email": ANA, "email_verified": True, "given_name": "Ana", "family_name": "Soto"},
    {"sub": "unproven", "email": ANA, "email_verified": False},
    {"sub": "strong", "email": ANA, "email_verified": True, "amr": ["pwd", "otp"]},
    {"sub": "elsewhere", "email": ANA, "email_verified": True, "aud": "another", "azp": "ilpes"},
    {"sub": "both", "email": ANA, "email_verified": True, "aud": ["another", "ilpes"], "azp": "ilpes"},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider in a process of its own; returns its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [text for one in PEOPLE for text in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-n", "true", *people]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        yield retrying(lambda: httpx.get(f"{address}/.well-known/openid-configuration").json()["issuer"])
        process.terminate()


def retrying(ask: Callable[[], str]) -> str:
    """Ask until there is an answer, for at most a minute."""
    until = time.monotonic() + 60
    while True:
        try:
            return ask()
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def named(app, monkeypatch, provider) -> Callable[..., None]:
    """A house that names the provider; called again, with other settings."""

    def name(**more: str) -> None:
        given = {"oidc_issuer": provider, "oidc_client_id": "ilpes", "oidc_client_secret": "secret", **more}
        settings = config.load({}, environment="test", var_folder=str(app.config["SETTINGS"].var), **given)
        monkeypatch.setitem(app.config, "SETTINGS", settings)

    name()
    return name


def at_provider(client, sub: str, way: str = "") -> str:
    """Go to the provider, sign in there, and return the address it sends the browser back to."""
    away = client.get("/sign-in/provider", query_string={"next": way})
    assert away.status_code == 302
    back = httpx.post(away.location, data={"sub": sub}, follow_redirects=False)
    return back.headers["location"].removeprefix("http://localhost")


def accounts(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Account)) or 0


@pytest.fixture
def ana(app) -> int:
    with app.app_context():
        return make.person(ANA, password=make.PASSWORD).id


def test_a_confirmed_account_is_matched_by_the_address_that_the_provider_confirmed(app, client, named, ana):
    assert client.get(at_provider(client, "ana", "/my/profile")).location == "/my/profile"
    assert ANA in client.get("/my/profile").text
    assert accounts(app) == 1


def test_who_was_matched_once_is_recognized_whatever_the_address_is_by_then(app, client, named, ana, letterbox):
    client.get(at_provider(client, "ana"))
    with app.app_context():
        found = {"account_id": make.account(ANA).id, "password": make.PASSWORD, "caller": None}
        service.request_address_change(**found, email="other@example.org")
        service.confirm_address(token=letterbox.token(0))
    again = app.test_client()
    again.get(at_provider(again, "ana"))
    assert "other@example.org" in again.get("/my/profile").text


def test_what_is_asked_of_the_provider_has_state_nonce_and_a_challenge_and_comes_back_to_our_own_address(client, named):
    away = client.get("/sign-in/provider", headers={"Host": "evil.example"})
    asked = {name: value[0] for name, value in parse_qs(urlsplit(away.location).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"]
    assert asked["nonce"]
    assert asked["redirect_uri"] == "http://localhost/sign-in/provider/back"


def test_trust_28_an_answer_of_the_provider_is_taken_once_and_only_by_the_browser_that_asked(app, client, named, ana):
    back = at_provider(client, "ana")
    stranger = app.test_client()
    assert stranger.get(back).location == "/sign-in"
    assert stranger.get("/my/profile").status_code == 303
    assert client.get(back).location != "/sign-in"
    assert client.get(back).location == "/sign-in"


def test_an_address_that_the_provider_did_not_confirm_opens_nothing(client, named, ana):
    assert client.get(at_provider(client, "unproven")).location == "/sign-in"
    assert client.get("/my/profile").status_code == 303


def test_an_account_whose_address_nobody_confirmed_here_is_never_taken_over(app, client, named):
    with app.app_context():
        make.person(ANA, password="known to a stranger", verified=False)
    assert client.get(at_provider(client, "ana")).location == "/sign-in"
    assert client.get("/my/profile").status_code == 303


def test_a_stranger_gets_an_account_only_where_the_settings_allow_it_and_agrees_to_the_notice(app, client, named):
    assert client.get(at_provider(client, "ana")).location == "/sign-in"
    assert accounts(app) == 0
    named(oidc_new_accounts="yes")
    client.get(at_provider(client, "ana"))
    assert client.get("/my/profile").location.startswith("/my/consent")
    with app.app_context():
        assert queries.person_by_email(ANA).full_name == "Ana Soto"


def test_a_disabled_account_stays_shut(app, client, named, ana):
    with app.app_context():
        service.disable_account(person_id=ana)
    assert client.get(at_provider(client, "ana")).location == "/sign-in"


def with_second_factor() -> None:
    import pyotp

    from ilpes_lms.core import clock

    found = make.account(ANA).id
    secret = service.begin_second_factor(account_id=found).secret
    code = pyotp.TOTP(secret).at(clock.now())
    service.confirm_second_factor(account_id=found, code=code, password=make.PASSWORD, caller=None, sign_in_key="")


@pytest.mark.parametrize(("accepted", "leads_to"), [("", "/sign-in/code?next=/my/profile"), ("otp", "/my/profile")])
def test_the_provider_s_second_factor_counts_if_the_settings_say_so(client, named, ana, accepted, leads_to):
    with client.application.app_context():
        with_second_factor()
    named(oidc_second_factor=accepted)
    assert client.get(at_provider(client, "strong", "/my/profile")).location == leads_to


def test_staff_who_came_with_the_provider_s_second_factor_need_none_of_ours(app, client, named):
    with app.app_context():
        make.administrator(ANA, password=make.PASSWORD)
    named(oidc_second_factor="otp", second_factor="staff")
    client.get(at_provider(client, "strong"))
    assert client.get("/admin/people").status_code == 200


@pytest.mark.parametrize(("sub", "leads_to"), [("elsewhere", "/sign-in"), ("both", "/my")])
def test_a_token_that_is_for_another_site_opens_nothing(client, named, ana, sub: str, leads_to: str):
    assert client.get(at_provider(client, sub)).location == leads_to


def test_a_provider_that_does_not_answer_leads_back_to_the_sign_in(client, named):
    named(oidc_issuer="http://localhost:9")
    assert client.get("/sign-in/provider").location == "/sign-in"
    assert "localhost:9" not in client.get("/sign-in").text


def test_without_a_provider_there_is_no_such_page_and_no_button(client):
    assert client.get("/sign-in/provider").status_code == 404
    assert client.get("/sign-in/provider/back").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


def test_the_button_names_the_provider(client, named):
    named(oidc_name="Cuenta única")
    assert "Cuenta única" in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("claims", "proves"),
    [({}, False), ({"acr": "mfa"}, True), ({"amr": ["otp"]}, True), ({"amr": "otp"}, False), ({"amr": ["pwd"]}, False)],
)
def test_what_stands_for_a_second_factor_is_named_in_the_settings(claims, proves):
    assert rules.proves_second_factor(claims, "mfa otp") is proves
    assert not rules.proves_second_factor(claims, "")


def test_a_provider_without_its_keys_or_in_the_open_is_refused_at_the_start():
    with pytest.raises(config.UnsafeSettings, match="OIDC_CLIENT_ID"):
        config.load({"OIDC_ISSUER": "https://id.example.org"})
    environ = {"ILPES_ENV": "production", "BASE_URL": "https://example.org", "SECRET_KEY": "k" * 40}
    keys = {"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}
    with pytest.raises(config.UnsafeSettings, match="OIDC_ISSUER"):
        config.load({**environ, **keys, "OIDC_ISSUER": "http://id.example.org"})


def test_a_name_that_is_none_is_read_from_the_address(context, named):
    named(oidc_new_accounts="yes")
    claims = {"sub": "x", "email": "eva.luna@example.org", "email_verified": True, "given_name": "evil.com"}
    assert service.enter_by_provider(issuer="https://id.example.org", claims=claims, language="es")
    assert queries.person_by_email("eva.luna@example.org").full_name == "Eva Luna"


def test_an_address_that_belongs_to_somebody_unconfirmed_is_told_apart(context, named):
    make.person(ANA, verified=False)
    with pytest.raises(errors.ProviderAddressUnconfirmed):
        service.enter_by_provider(
            issuer="https://id.example.org", claims={"sub": "x", "email": ANA, "email_verified": True}, language="es"
        )
