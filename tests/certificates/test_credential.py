"""A credential is checked by libraries that are not ours, without a network (tests/certificates/verifier)."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from ilpes_lms.certificates import badges, credential, keys, making, service
from ilpes_lms.certificates.errors import SigningKeyUnusable
from ilpes_lms.core import files
from tests.certificates.test_document import PLAIN, opened, text_of
from tests.factories.certificates import certificates, make_completed, make_issued

VERIFIER = Path(__file__).parent / "verifier"
BASE = "https://courses.example.org"
AT = datetime(2026, 6, 12, 15, 30, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Verify = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Check a credential with npm's @digitalbazaar/vc; `documents` are what it may look up."""
    folder = tmp_path_factory.mktemp("verifier")
    for file in VERIFIER.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("NOT CHECKED: no other program has looked at a credential; install node and npm")
    installed = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False
    )
    if installed.returncode:
        pytest.skip("NOT CHECKED: no other program has looked at a credential; npm could not install them")

    def check(document: dict[str, Any], *documents: dict[str, Any]) -> dict[str, Any]:
        sent = {"credential": document, "documents": {one["id"]: one for one in documents}}
        done = subprocess.run(
            ["node", "check.js"], cwd=folder, input=json.dumps(sent), text=True, capture_output=True, check=True
        )
        return json.loads(done.stdout)

    return check


def around(*ended: int, year: int = 2026) -> tuple[dict[str, Any], ...]:
    """What a verifier looks up: the issuer, the key, the status list."""
    public = KEY.public_key()
    listed = credential.status_list(BASE, year, ended, KEY, at=AT)
    return credential.issuer(BASE, "Instituto", [public]), credential.method(BASE, public), listed


def issued(content: Any = PLAIN) -> dict[str, Any]:
    return json.loads(credential.issue(content, KEY, at=AT))


def test_another_program_accepts_it_and_sees_that_it_is_not_revoked(verify: Verify) -> None:
    assert verify(issued(), *around(7, 122, 124)) == {"verified": True, "revoked": [False], "errors": []}


def test_another_program_sees_the_revocation(verify: Verify) -> None:
    assert verify(issued(), *around(123)) == {"verified": True, "revoked": [True], "errors": []}


@pytest.mark.parametrize(
    "path",
    [
        ("credentialSubject", "identifier", 0, "identityHash"), ("credentialSubject", "achievement", "name"),
        ("validFrom",), ("id",), ("credentialStatus", "statusListIndex"), ("issuer", "name"), ("proof", "created"),
    ],
)  # fmt: skip
def test_another_program_rejects_an_altered_one(verify: Verify, path: tuple[Any, ...]) -> None:
    document: Any = issued()
    place = document
    for step in path[:-1]:
        place = place[step]
    text = place[path[-1]]
    place[path[-1]] = "2026-06-13T00:00:00Z" if text.startswith("2026-") else f"{text}7"
    answer = verify(document, *around())
    assert not answer["verified"]
    assert answer["errors"] == ["Invalid signature."]


def test_another_program_rejects_an_altered_status_list(verify: Verify) -> None:
    profile, method, listed = around(123)
    listed["credentialSubject"]["encodedList"] = around()[2]["credentialSubject"]["encodedList"]
    assert not verify(issued(), profile, method, listed)["verified"]


def test_another_program_rejects_a_key_that_the_issuer_does_not_name(verify: Verify) -> None:
    other = Ed25519PrivateKey.generate()
    document = json.loads(credential.issue(PLAIN, other, at=AT))
    profile, _method, listed = around()
    assert not verify(document, profile, credential.method(BASE, other.public_key()), listed)["verified"]


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_every_language_and_what_is_unknown_is_accepted(verify: Verify, language: Any) -> None:
    content = replace(
        PLAIN, language=language, hours=None, place="", kind="completion", holder='Дмитрий "Δ" Ñandú\\<b>',
    )  # fmt: skip
    document = issued(content)
    assert verify(document, *around())["verified"]
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == content.holder


def test_it_says_what_the_certificate_says() -> None:
    document = issued(replace(PLAIN, hours=Decimal("12.50")))
    assert document["id"] == f"{BASE}/credentials/{PLAIN.code}"
    assert document["issuer"]["name"] == PLAIN.organizations[0]
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["name"] == PLAIN.title
    for expected in ("12,5 horas", PLAIN.dates, PLAIN.kind_label, PLAIN.place):
        assert expected in achievement["description"]


def test_it_tells_hours_earned_from_hours_planned_and_is_accepted(verify: Verify) -> None:
    document = issued(replace(PLAIN, hours=Decimal("60.00"), hours_earned=Decimal("48.00")))
    achievement = document["credentialSubject"]["achievement"]
    assert "48 de 60 horas de capacitación" in achievement["description"]
    (described,), (result,) = achievement["resultDescription"], document["credentialSubject"]["result"]
    assert (described["id"], described["valueMax"]) == (result["resultDescription"], "60")
    assert result["value"] == "48"
    assert verify(document, *around())["verified"]
    assert "result" not in issued(replace(PLAIN, hours_earned=None))["credentialSubject"]


def test_nothing_is_drawn_by_chance_and_nothing_is_fetched() -> None:
    assert credential.issue(PLAIN, KEY, at=AT) == credential.issue(PLAIN, KEY, at=AT)
    elsewhere = {"@context": ["https://elsewhere.example.org/context"], "id": "urn:x:y"}
    with pytest.raises(jsonld.JsonLdError):
        credential.sign(elsewhere, BASE, KEY, at=AT)


@given(st.binary(max_size=40))
def test_bytes_written_in_base58_are_the_same_bytes(content: bytes) -> None:
    text = credential._base58(content)
    number = 0
    for sign in text[1:]:
        number = number * 58 + credential._BASE58.index(sign)
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    length = (number.bit_length() + 7) // 8
    assert (text[0], b"\0" * zeros + number.to_bytes(length)) == ("z", content)


def test_the_document_carries_it_and_its_claims_hold() -> None:
    key = keys.read(keys.make("Instituto", days=30))
    asked = key.certificate.not_valid_before_utc + timedelta(hours=1)
    pdf = making.make(PLAIN, key, asked_at=asked)
    document = opened(pdf)
    (name,) = document.attachments
    assert (name, document.attachments[name].relationship) == ("credential.json", pikepdf.Name.Alternative)
    carried = document.attachments[name].get_file().read_bytes()
    assert carried == making.credential_in(pdf)
    assert json.loads(carried) == json.loads(credential.issue(PLAIN, key.for_credentials, at=asked))
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
    without = making.make(PLAIN, replace(key, for_credentials=None), asked_at=asked)
    assert making.credential_in(without) is None
    assert text_of(without) == text_of(pdf)


def test_what_the_site_answers_is_accepted_and_after_a_revocation_says_so(app, client, verify: Verify) -> None:
    with app.app_context():
        found = make_issued().certificate
    for revoked in (False, True):
        document = client.get(f"/credentials/{found.code}").get_json(force=True)
        base = app.config["BASE_URL"]
        looked_up = [
            client.get(address.removeprefix(base)).get_json(force=True)
            for address in (
                document["issuer"]["id"], document["proof"]["verificationMethod"],
                document["credentialStatus"]["statusListCredential"],
            )
        ]  # fmt: skip
        assert verify(document, *looked_up) == {"verified": True, "revoked": [revoked], "errors": []}
        if not revoked:
            with app.app_context():
                service.revoke(code=found.code, reason="why")


def test_the_credential_is_given_out_as_it_was_issued(app, client) -> None:
    with app.app_context():
        found = make_issued().certificate
        kept = making.credential_in(files.fetch(found.file_key))
    answer = client.get(f"/credentials/{found.code}")
    assert answer.data == kept
    assert answer.content_type == "application/vc"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/credentials/{'a' * 26}").status_code == 404
    for path in ("/credentials/keys/z6Mk", "/credentials/status/1", "/credentials/status/x"):
        assert client.get(path).status_code == 404


def test_a_key_of_earlier_stays_among_the_issuer_s_keys(app, client) -> None:
    before = app.config["SETTINGS"]
    with app.app_context():
        try:
            for name in ("Earlier", "Later"):
                app.config["SETTINGS"] = replace(before, certificate_key=keys.make(name, days=30))
                service.issue(activity_ref=make_completed(participants=1).activity.public_id)
                service.render_queued()
            methods = [json.loads(making.credential_in(files.fetch(c.file_key)))["proof"]["verificationMethod"]
                       for c in certificates()]  # fmt: skip
            assert len(set(methods)) == 2
            assert set(methods) <= set(badges.issuer()["assertionMethod"])
        finally:
            app.config["SETTINGS"] = before


def test_without_a_key_for_credentials_the_list_can_not_be_known_now(app, client) -> None:
    before = app.config["SETTINGS"]
    text = keys.make("Documents alone", days=30)
    app.config["SETTINGS"] = replace(before, certificate_key=text[: text.rindex("-----BEGIN PRIVATE")])
    try:
        with app.app_context(), pytest.raises(SigningKeyUnusable, match="Ed25519"):
            badges.status_list("2026")
        assert client.get("/credentials/status/2026").status_code == 503
        with app.app_context():
            found = make_issued().certificate
        assert client.get(f"/credentials/{found.code}").status_code == 404
    finally:
        app.config["SETTINGS"] = before
