"""People for tests: made as the application makes them, signed in without the detour over a form."""

import itertools
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ilpes_lms.people import queries, rules, service
from ilpes_lms.people.models import Account, Organization, Person

PASSWORD = "seven quiet rivers"
_numbers = itertools.count(1)
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def person(email: str | None = None, **values: Any) -> Person:
    """Add a person who can sign in once given a password; call it inside an application context."""
    number = next(_numbers)
    names = {"given_names": "Ana María", "first_surname": "Soto", "second_surname": f"Rojas {number}"}
    made = service.create_person(email=email or f"ana{number}@example.org", **{**names, **values})
    if "password" in values:
        service.give_consent(person_id=made.id, notice_version=rules.PRIVACY_NOTICE_VERSION)
    return made


def staff(role: str, email: str | None = None, division: str | None = None, **values: Any) -> Person:
    """Add a person with a granted role."""
    made = person(email or f"{role}{next(_numbers)}@example.org", **values)
    service.grant_role(person_id=made.id, role=role, division=division)
    return made


def administrator(email: str = "admin@example.org", **values: Any) -> Person:
    return staff("administrator", email, **values)


def coordinator(email: str = "coordinator@example.org", division: str | None = None, **values: Any) -> Person:
    return staff("coordinator", email, division, **values)


def organization(name: str = "Ministerio de Planificación", country: str = "CHL") -> Organization:
    return service.find_or_add_organization(name=name, country=country)


def account(email: str) -> Account:
    """Return the account behind an address."""
    found = queries.account_by_email(email)
    assert found is not None, f"nobody has the address {email}"
    return found


def sign_in(client: FlaskClient, email: str) -> str:
    """Give a test client the session of someone who signed in; return the sign-in's key."""
    with client.application.app_context():
        found = account(email)
        service.give_consent(person_id=found.person_id, notice_version=rules.PRIVACY_NOTICE_VERSION)
        key = service.open_sign_in(account_id=found.id)
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = key
        session["_fresh"] = True
    return key


def bearer(app: Flask, email: str) -> dict[str, str]:
    """Return the header of a program that has a token of this person's."""
    with app.app_context():
        key = service.open_sign_in(account_id=account(email).id, kind="token", label="test")
    return {"Authorization": f"Bearer {key}"}


def csrf_token(client: FlaskClient, page: str) -> str:
    """Return the proof that a form on a page was ours."""
    found = _TOKEN.search(client.get(page, follow_redirects=True).text)
    assert found is not None, f"{page} has no form"
    return found.group(1)


def form_post(
    client: FlaskClient, url: str, data: dict[str, Any] | None = None, *, page: str | None = None, **options: Any
) -> TestResponse:
    """Send a form as a browser does: open the page it stands on (`url` itself unless said), then post it."""
    proof = csrf_token(client, page or url)
    return client.post(url, data={**(data or {}), "csrf_token": proof}, **options)
