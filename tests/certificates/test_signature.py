"""A signature is checked with another program than the one that made it, and the document's claims still hold."""

import asyncio
import io
import re
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import select

from ilpes_lms.certificates import keys, making, queries, service, signature
from ilpes_lms.certificates.document import CertificateContent, render
from ilpes_lms.certificates.errors import SigningKeyUnusable
from ilpes_lms.certificates.models import SigningCertificate
from ilpes_lms.certificates.wording import WORDINGS
from ilpes_lms.core import clock, files
from tests.certificates.test_design import content_with
from tests.certificates.test_document import PLAIN, opened, structure, text_of
from tests.factories.certificates import certificates, make_completed, make_issued
from tests.factories.people import coordinator, sign_in

KEY = keys.read(keys.make("Instituto de Ejemplo", days=900))
ASKED = KEY.certificate.not_valid_before_utc + timedelta(hours=1)
needs_pdfsig = pytest.mark.skipif(
    shutil.which("pdfsig") is None,
    reason="NOT CHECKED: no other program than our own has looked at a signature; install poppler-utils",
)


def signed(content: CertificateContent = PLAIN) -> bytes:
    return making.make(content, KEY, asked_at=ASKED)


def seen_by_poppler(pdf: bytes, folder: Path) -> str:
    file = folder / "certificate.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], text=True, capture_output=True, check=False)
    return done.stdout + done.stderr


@needs_pdfsig
def test_another_program_accepts_the_signature(tmp_path: Path) -> None:
    seen = seen_by_poppler(signed(), tmp_path)
    assert "Signature is Valid" in seen
    assert "Total document signed" in seen
    assert "ETSI.CAdES.detached" in seen
    assert "Signer Certificate Common Name: Instituto de Ejemplo" in seen


@needs_pdfsig
def test_another_program_accepts_the_signature_of_a_document_with_logos_and_signatures(tmp_path: Path) -> None:
    pdf = signed(content_with(3, 2))
    assert "Signature is Valid" in seen_by_poppler(pdf, tmp_path)
    document = opened(pdf)
    figures = [str(element.Alt) for element in structure(document) if element.S == "/Figure"]
    assert len([alt for alt in figures if alt.startswith(("Logotipo", "Firma de"))]) == 5
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


@needs_pdfsig
def test_another_program_sees_an_altered_byte_wherever_it_is(tmp_path: Path) -> None:
    pdf = signed()
    start, length, after, rest = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf).groups())
    places = (12, length // 3, length // 2, length - 40, after + 2, after + rest - 30)
    for place in places:
        assert start <= place < length or after <= place < after + rest
        altered = bytearray(pdf)
        altered[place] ^= 1
        assert "Signature is Valid" not in seen_by_poppler(bytes(altered), tmp_path), place


@needs_pdfsig
def test_a_document_altered_behind_the_signature_is_not_wholly_signed(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(signed())) as document:
        document.docinfo["/Title"] = "Another"
        out = io.BytesIO()
        document.save(out)
    seen = seen_by_poppler(out.getvalue(), tmp_path)
    assert "Signature is Valid" not in seen


def test_not_a_byte_of_the_document_is_touched() -> None:
    carried = making.credential_in(signed())
    assert carried
    unsigned = render(PLAIN, attached=carried.decode())
    assert signed().startswith(unsigned)
    assert text_of(signed()) == text_of(unsigned)


def test_a_certificate_is_signed_also_where_an_event_loop_runs() -> None:
    async def in_a_loop() -> bytes:
        return signed()

    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(lambda: asyncio.run(in_a_loop())).result() == signed()


def test_the_same_certificate_made_again_is_the_same_to_the_byte() -> None:
    assert signed() == signed()
    assert signed() != making.make(PLAIN, KEY, asked_at=ASKED + timedelta(seconds=1))


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_the_claims_of_the_document_hold_with_its_signature(language: Any) -> None:
    document = pikepdf.open(io.BytesIO(signed(replace(PLAIN, language=language))))
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert document.pages[0].Tabs == "/S"
    assert str(document.Root.Lang).startswith(language)


def test_every_annotation_is_tagged_described_and_printed() -> None:
    document = pikepdf.open(io.BytesIO(signed()))
    parents = dict(zip(*[iter(document.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    kinds = []
    for annotation in document.pages[0].Annots:
        element = parents[annotation.StructParent]
        kinds.append(str(element.S))
        assert any(k.get("/Obj") == annotation for k in element.K if isinstance(k, pikepdf.Dictionary))
        assert str(annotation.Contents)
        # PDF/A: printed, and neither hidden nor invisible.
        assert int(annotation.F) & 0b100111 == 0b100
    assert sorted(kinds) == ["/Form", "/Link"]
    assert len(parents) == int(document.Root.StructTreeRoot.ParentTreeNextKey)
    (field,) = document.Root.AcroForm.Fields
    assert str(field.TU) == "Firma digital de Instituto de Ejemplo"
    (form,) = [element for element in structure(document) if element.S == "/Form"]
    assert document.Root.StructTreeRoot == form.P
    assert "/NeedAppearances" not in document.Root.AcroForm


def test_a_chain_of_certificates_comes_with_the_signature(tmp_path: Path) -> None:
    key = keys.read(issued_by_an_authority())
    pdf = making.make(PLAIN, key, asked_at=ASKED)
    assert key.chain[0].public_bytes(serialization.Encoding.DER).hex().encode() in pdf.lower()


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_a_development_key_is_told_on_the_document_in_its_language(language: Any) -> None:
    content = replace(PLAIN, language=language)
    for_trials = keys.read(keys.make("For trials", days=9, for_trials=True))
    said = " ".join(WORDINGS[language].for_trials.split())
    assert said in text_of(making.make(content, for_trials, asked_at=ASKED))
    assert said not in text_of(signed(content))


def issued_by_an_authority() -> str:
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority")])

    def certify(subject: x509.Name, public: Any, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder(name, subject, public, x509.random_serial_number())
            .not_valid_before(clock.now() - timedelta(days=2))
            .not_valid_after(clock.now() + timedelta(days=90))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(authority, hashes.SHA256())
        )

    leaf = certify(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Leaf")]), own.public_key(), ca=False)
    return pem(own) + "".join(
        c.public_bytes(serialization.Encoding.PEM).decode() for c in (leaf, certify(name, authority.public_key(), True))
    )


def pem(private: Any) -> str:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private.private_bytes(*form).decode()


def public_part(text: str) -> str:
    start, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----\n"
    return text[text.index(start) : text.index(end) + len(end)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "PEM"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "PEM"),
        (public_part(keys.make("x", days=1)), "PEM"),
        (pem(ec.generate_private_key(ec.SECP384R1())) + public_part(keys.make("x", days=1)), "P-256"),
        (pem(rsa.generate_private_key(65537, 2048)) + public_part(keys.make("x", days=1)), "P-256"),
        (pem(ec.generate_private_key(ec.SECP256R1())) + public_part(keys.make("x", days=1)), "another key"),
    ],
)
def test_a_key_that_can_not_sign_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(SigningKeyUnusable, match=why):
        keys.read(text)


@pytest.fixture
def setting(context):
    """Change settings for one test."""
    before = context.config["SETTINGS"]

    def change(**changes: Any) -> None:
        context.config["SETTINGS"] = replace(before, **changes)

    yield change
    context.config["SETTINGS"] = before


def test_the_development_key_is_made_once_for_its_owner_alone(context) -> None:
    first, second = keys.current(), keys.current()
    assert first.development
    assert first.certificate.not_valid_before_utc.year == 2000
    assert first.fingerprint == second.fingerprint
    file = context.config["SETTINGS"].var / "certificates" / "development-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_key_comes_from_a_file_or_from_the_environment(setting, tmp_path: Path) -> None:
    text = keys.make("In the environment", days=30)
    setting(certificate_key=text)
    assert keys.current().name == "In the environment"
    assert not keys.current().development
    file = tmp_path / "key.pem"
    assert keys.write(keys.make("In a file", days=30), file)
    assert not keys.write(text, file)
    setting(certificate_key_file=str(file))
    assert keys.current().name == "In a file"


def test_production_takes_no_development_key_and_none_that_is_past(setting) -> None:
    trials = keys.make("Copied", days=30, for_trials=True)
    past = keys.make("Past", days=0)
    for changes, why in (
        ({}, "is set"),
        ({"certificate_key": trials}, "development"),
        ({"certificate_key": past}, "today"),
    ):
        setting(environment="production", **changes)
        with pytest.raises(SigningKeyUnusable, match=why):
            keys.current()
    setting(environment="production", certificate_key_file="/nowhere")
    with pytest.raises(SigningKeyUnusable, match="can't be read"):
        keys.current()
    setting(environment="production", certificate_key=keys.make("Good", days=30))
    assert keys.refusal() is None


def test_what_nothing_can_sign_waits_and_is_made_later(setting) -> None:
    service.issue(activity_ref=make_completed(participants=2).activity.public_id)
    setting(environment="production")
    with pytest.raises(SigningKeyUnusable):
        service.render_queued()
    assert {c.state for c in certificates()} == {"queued"}
    setting(environment="production", certificate_key=keys.make("Set at last", days=30))
    assert service.render_queued() == 2
    assert {c.signer.name for c in certificates()} == {"Set at last"}


def test_what_an_earlier_key_signed_stays_checkable_by_it(setting, client) -> None:
    earlier, later = keys.make("Earlier", days=30), keys.make("Later", days=30)
    setting(certificate_key=earlier)
    first = make_issued().certificate
    setting(certificate_key=later)
    service.issue(activity_ref=make_completed(participants=2).activity.public_id)
    service.render_queued()
    kept = {one.name: one for one in queries.signing_certificates()}
    assert set(kept) == {"Earlier", "Later"}
    assert kept["Earlier"].pem == keys.read(earlier).public_text
    assert queries.check(first.code).certificate.signer.name == "Earlier"
    assert [c.signer.name for c in certificates()] == ["Earlier", "Later", "Later"]


def test_a_key_that_signs_three_times_has_its_public_half_kept_once(context) -> None:
    service.issue(activity_ref=make_completed(participants=3).activity.public_id)
    service.render_queued()
    assert len(context.extensions["sqlalchemy"].session.scalars(select(SigningCertificate)).all()) == 1


def test_the_kept_file_is_signed_and_bears_the_moment_it_was_asked_for(context) -> None:
    found = make_issued().certificate
    with pikepdf.open(io.BytesIO(files.fetch(found.file_key))) as document:
        (field,) = document.Root.AcroForm.Fields
        asked = max(found.requested_at, keys.current().certificate.not_valid_before_utc)
        assert str(field.V.M).startswith(f"D:{asked:%Y%m%d%H%M%S}")


def test_whose_signature_it_is_stands_in_the_answer_and_among_the_keys(app, client) -> None:
    with app.app_context():
        code = make_issued().certificate.code
        key = keys.current()
    text = client.get(f"/verify/{code}?lang=en").text
    assert key.name in text
    assert "certifies nothing" in text
    listed = client.get("/verify/keys?lang=en").text
    assert key.fingerprint in listed
    file = client.get(f"/verify/keys/{key.fingerprint}.pem")
    assert file.text == key.public_text
    assert "PRIVATE" not in file.text
    assert client.get(f"/verify/keys/{'0' * 64}.pem").status_code == 404
    (item,) = client.get("/api/v1/certificates/keys").json["items"]
    assert (item["fingerprint"], item["pem"], item["for_trials"]) == (key.fingerprint, key.public_text, True)
    assert client.get(f"/api/v1/certificates/{code}").json["signature"]["fingerprint"] == key.fingerprint


def test_without_a_key_the_coordinator_reads_why_certificates_wait(app, client) -> None:
    before = app.config["SETTINGS"]
    with app.app_context():
        coordinator()
        ref = make_completed(participants=1).activity.public_id
        service.issue(activity_ref=ref)
    sign_in(client, "coordinator@example.org")
    app.config["SETTINGS"] = replace(before, certificate_key_file="/nowhere")
    try:
        assert "nothing can sign them" in client.get(f"/coordinate/activities/{ref}/certificates?lang=en").text
    finally:
        app.config["SETTINGS"] = before
    assert "nothing can sign them" not in client.get(f"/coordinate/activities/{ref}/certificates?lang=en").text


def test_the_description_of_a_signature_may_be_of_any_script() -> None:
    assert signature.sign(render(PLAIN), KEY, at=ASKED, description="Подпись – Υπογραφή")
