"""The public answer is kept while the certificate stands as it does: never longer, in no other process either."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.certificates import pages, queries, service
from ilpes_lms.core.database import db, read_at_once
from tests.conftest import counted_statements
from tests.factories.certificates import make_issued
from tests.factories.people import coordinator, sign_in

VALID, REVOKED = "This certificate is valid", "This certificate was revoked"


@pytest.fixture
def code(app: APIFlask) -> str:
    with app.app_context():
        return make_issued(given_names="Ana", first_surname="Pérez").certificate.code


@pytest.fixture
def other(app: APIFlask) -> APIFlask:
    """A second application on the same database: another process of the web server."""
    settings = app.config["SETTINGS"]
    made: APIFlask = create_app(settings)
    return made


def answer(client: FlaskClient, code: str, language: str = "en") -> str:
    return client.get(f"/verify/{code}?lang={language}").text


def test_the_second_to_ask_costs_one_statement(
    app: APIFlask, code: str, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    asked = []
    monkeypatch.setattr(
        queries, "read_at_once", lambda *said, **values: asked.append(said) or read_at_once(*said, **values)
    )
    first = answer(app.test_client(), code)
    assert len(asked) == 1
    with counted_statements(app) as statements:
        assert answer(app.test_client(), code) == first
    assert len(asked) == 2
    # In PostgreSQL it goes past SQLAlchemy, so all that is seen there would be beside it.
    assert len(statements) == (1 if database_kind == "sqlite" else 0)
    assert VALID in first


def test_each_language_has_its_own_answer(client: FlaskClient, code: str) -> None:
    for language, words in (("en", VALID), ("es", "Este certificado es válido"), ("fr", "certificat est valable")):
        for _time in range(2):
            assert words in answer(client, code, language)


def test_trust_36_no_answer_outlives_a_revocation_by_another_process(app: APIFlask, other: APIFlask, code: str) -> None:
    here, there = app.test_client(), other.test_client()
    for client in (here, there, here, there):
        assert VALID in answer(client, code)
    with other.app_context():
        service.revoke(code=code, reason="By mistake")
    for client in (here, there):
        said = answer(client, code)
        assert REVOKED in said
        assert VALID not in said
    with other.app_context():
        db.engine.dispose()


def test_trust_36_a_key_without_the_state_would_outlive_it(
    app: APIFlask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same two requests, with a stamp that does not change."""
    unchanged = queries.Standing(code, "issued", None, None)
    monkeypatch.setattr(queries, "standing", lambda _text: unchanged)
    assert VALID in answer(app.test_client(), code)
    with app.app_context():
        service.revoke(code=code, reason="By mistake")
    assert VALID in answer(app.test_client(), code)


def test_a_process_of_its_own_that_revokes_is_seen_by_the_next_request(app: APIFlask, code: str) -> None:
    client = app.test_client()
    assert VALID in answer(client, code)
    settings = app.config["SETTINGS"]
    script = (
        "import sys; from ilpes_lms.app import create_app; from ilpes_lms.certificates import service\n"
        "with create_app().app_context(): service.revoke(code=sys.argv[1], reason='By mistake')"
    )
    environment = {
        "ILPES_ENV": "test", "DATABASE_URL": settings.database_url, "VAR_FOLDER": settings.var_folder,
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", script, code], check=True, env=environment, cwd=config.ROOT)
    assert REVOKED in answer(client, code)


def test_a_successor_ends_the_kept_answer_of_the_one_before(app: APIFlask, code: str) -> None:
    client = app.test_client()
    assert VALID in answer(client, code)
    with app.app_context():
        successor = service.reissue(code=code, reason="A surname was missing").code
        db.session.remove()
    assert VALID in answer(client, code)
    with app.app_context():
        service.render_queued()
    said = answer(client, code)
    assert "This certificate was replaced" in said
    assert f"/verify/{successor}" in said


def test_trust_36_with_the_database_away_a_kept_answer_is_not_given(
    app: APIFlask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    assert VALID in answer(client, code)

    def away(*_said: object, **_values: str) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    monkeypatch.setattr(queries, "read_at_once", away)
    response = client.get(f"/verify/{code}?lang=en")
    assert response.status_code == 503
    assert VALID not in response.text


def test_what_was_never_handed_out_is_not_kept(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    keep: Callable[..., str] = pages._shelf.page
    monkeypatch.setattr(pages._shelf, "page", lambda key, make: made.append(key) or keep(key, make))
    with app.app_context():
        issued = make_issued()
        service.reissue(code=issued.certificate.code, reason="A surname was missing")
        waiting = queries.successor(issued.certificate.id)
    assert waiting is not None
    assert app.test_client().get(f"/verify/{waiting.code}").status_code == 404
    assert app.test_client().get("/verify/nothing").status_code == 404
    assert made == []


def test_a_page_with_somebody_s_name_in_its_header_is_not_kept(app: APIFlask, client: FlaskClient, code: str) -> None:
    with app.app_context():
        coordinator(given_names="Marta", first_surname="Canales")
    sign_in(client, "coordinator@example.org")
    assert "Canales" in answer(client, code)
    assert "Canales" not in answer(app.test_client(), code)
