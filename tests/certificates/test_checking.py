"""Whoever checks a certificate learns what it is, or that it can't be known now; and nobody tries codes for long."""

import io
import threading
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ilpes_lms.certificates import queries, rules, service
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import files
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import public_id
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people.models import Attempt
from tests.factories.certificates import make_issued
from tests.factories.people import form_post

API = "/api/v1/certificates/check"


@pytest.fixture
def issued(app) -> Any:
    with app.app_context():
        found = make_issued(given_names="Ana", first_surname="Pérez", second_surname="Soto").certificate
        return found, files.fetch(found.file_key)


def by_page(client, content: bytes | None) -> Any:
    sent = {} if content is None else {"file": (io.BytesIO(content), "whatever.txt")}
    return form_post(client, "/verify?lang=en", sent)


def by_json(client, content: bytes) -> Any:
    return client.post(API, data={"file": (io.BytesIO(content), "../../etc/passwd")})


def test_the_file_as_issued_is_found_whatever_its_name(client, issued) -> None:
    found, pdf = issued
    page = by_page(client, pdf)
    assert page.status_code == 200
    assert "This certificate is valid" in page.text
    assert "byte for byte" in page.text
    assert "Ana Pérez Soto" in page.text
    assert by_json(client, pdf).json["certificate"]["code"] == found.code


@pytest.mark.parametrize("place", [0, 40, -3])
def test_trust_36_one_bit_changed_makes_it_another_file(client, issued, place: int) -> None:
    altered = bytearray(issued[1])
    altered[place] ^= 1
    page, answer = by_page(client, bytes(altered)), by_json(client, bytes(altered))
    assert (page.status_code, answer.status_code) == (404, 404)
    assert answer.json["code"] == "unknown_certificate_file"
    for text in (page.text, answer.text):
        assert "certificate is valid" not in text
        assert "Pérez" not in text
    assert "as ILPES issued it" in page.text
    assert "The file is, byte for byte" not in page.text


def test_one_byte_more_or_less_makes_it_another_file(client, issued) -> None:
    for other in (issued[1] + b"\n", issued[1][:-1], issued[1] * 2, b""):
        assert by_json(client, other).status_code == 404


def test_the_file_of_a_revoked_certificate_is_revoked(app, client, issued) -> None:
    with app.app_context():
        service.revoke(code=issued[0].code, reason="By mistake")
    assert "This certificate was revoked" in by_page(client, issued[1]).text
    answer = by_json(client, issued[1]).json
    assert answer["state"] == "revoked"
    assert answer["since"]


def test_no_file_is_told_beside_its_field(client) -> None:
    page = by_page(client, None)
    assert page.status_code == 422
    assert "Choose the PDF file" in page.text
    answer = client.post(API, data={})
    assert (answer.status_code, answer.json["code"]) == (422, "certificate_file_missing")


def test_a_file_too_large_is_refused_by_its_length(client) -> None:
    claimed = {"CONTENT_LENGTH": str(rules.LARGEST_FILE + 1)}
    kind = "multipart/form-data; boundary=x"
    assert client.post(API, data=b"--x", content_type=kind, environ_overrides=claimed).status_code == 413


def test_a_checked_file_is_not_kept(app, client) -> None:
    by_json(client, b"%PDF-1.7 of somebody else")
    with app.app_context():
        assert not files.is_kept(files.key_of(b"%PDF-1.7 of somebody else"))


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("select", {}, Exception("connection refused")),
        InterfaceError("select", {}, Exception("closed")),
        PoolTimeout("no connection"),
    ],
)
def test_trust_36_a_check_that_can_not_be_made_says_so_and_never_valid(
    client, issued, monkeypatch, fault: Exception
) -> None:
    found, pdf = issued

    def away(*_arguments: object, **_options: object) -> None:
        raise fault

    monkeypatch.setattr(queries, "_checked", away)
    for answer in (
        client.get(f"/verify/{found.code}?lang=en"), by_page(client, pdf), by_json(client, pdf),
        client.get(f"/api/v1/certificates/{found.code}"),
    ):  # fmt: skip
        assert answer.status_code == 503
        assert "can't be checked at the moment" in answer.text.replace("&#39;", "'")
        assert '"valid"' not in answer.text
        assert "is valid</span>" not in answer.text


def test_codes_that_are_none_are_tried_a_while_and_found_ones_always(client, issued, monkeypatch) -> None:
    monkeypatch.setitem(people_rules.LIMITS, "verify.caller", people_rules.Limit(5, people_rules.LONGEST_MEMORY))
    answers = [client.get(f"/api/v1/certificates/{public_id()}").status_code for _ in range(7)]
    assert answers == [404] * 5 + [429] * 2
    assert client.get(f"/verify/{public_id()}?lang=en").status_code == 429
    assert client.get(f"/api/v1/certificates/{issued[0].code}").status_code == 200
    # What can be no code is looked up nowhere, and costs nobody a try.
    assert client.get("/verify/nothing").status_code == 404


def test_files_that_are_none_are_tried_a_while(app, client, issued, monkeypatch) -> None:
    monkeypatch.setitem(people_rules.LIMITS, "verify_file.caller", people_rules.Limit(3, people_rules.LONGEST_MEMORY))
    assert [by_json(client, issued[1]).status_code for _ in range(5)] == [200] * 5
    assert [by_json(client, bytes([n])).status_code for n in range(4)] == [404] * 3 + [429]
    with app.app_context():
        assert len(db.session.scalars(select(Attempt)).all()) == 6


def test_trust_36_many_who_guess_at_once_get_no_more_than_the_limit(app, monkeypatch) -> None:
    monkeypatch.setitem(people_rules.LIMITS, "verify.caller", people_rules.Limit(4, people_rules.LONGEST_MEMORY))
    barrier, answers = threading.Barrier(8), []

    def guess() -> None:
        with app.test_client() as client:
            barrier.wait()
            answers.append(client.get(f"/api/v1/certificates/{public_id()}").status_code)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(404) <= 4
    assert set(answers) <= {404, 429}


def test_nothing_else_about_the_person_stands_in_an_answer(app, client) -> None:
    with app.app_context():
        found = make_issued(
            email="canary@example.org", given_names="Ana", first_surname="Pérez", country="CHL"
        ).certificate
        ids = db.session.execute(select(Certificate.person_id, Certificate.enrolment_id)).one()
    assert ids
    for answer in (client.get(f"/verify/{found.code}?lang=en"), client.get(f"/api/v1/certificates/{found.code}")):
        assert "canary" not in answer.text
        assert "CHL" not in answer.text
        assert "Chile" not in answer.text
