"""A certificate as Open Badges 3.0 credential, and the list that says which are revoked; nothing is fetched.

Both are Verifiable Credentials 2.0 with a Data Integrity proof, `eddsa-rdfc-2022`. The JSON-LD contexts are those of
their specifications, kept beside this file: any other address is refused.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ilpes_lms.certificates import rules
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.wording import WORDINGS, earned_in_words, hours_in_words

_CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3.json",
}
_FOLDER = Path(__file__).resolve().parent / "contexts"
_MULTIKEY = "https://w3id.org/security/multikey/v1"
# What an issuer's keys are, which none of the contexts before it says of a profile.
_OF_KEYS = {
    name: {"@id": f"https://w3id.org/security#{name}", "@type": "@id", "@container": "@set"}
    for name in ("verificationMethod", "assertionMethod")
}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"
# The specification's least, so that no list tells by its length how many there are.
_LEAST_BITS = 131_072

Document = dict[str, Any]


def issue(content: CertificateContent, key: Ed25519PrivateKey, *, at: datetime) -> str:
    """Return the signed credential of a certificate as JSON text; the same content, key and moment give the same."""
    base = content.verify_url.removesuffix(f"/verify/{content.code}")
    return json.dumps(sign(_credential(content, base), base, key, at=at), ensure_ascii=False)


def status_list(base: str, year: int, ended: Iterable[int], key: Ed25519PrivateKey, *, at: datetime) -> Document:
    """Return the signed list of a year's certificates, with a bit set for each number that is not valid any more."""
    address = f"{base}/credentials/status/{year}"
    document = {
        "@context": list(_CONTEXTS)[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id(base),
        "validFrom": _moment(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _encoded(set(ended)),
        },
    }
    return sign(document, base, key, at=at)


def issuer(base: str, name: str, keys: Iterable[Ed25519PublicKey]) -> Document:
    """Return the issuer's profile with every key that may have signed for it."""
    methods = [method(base, key) for key in keys]
    return {
        "@context": [*_CONTEXTS, _MULTIKEY, _OF_KEYS],
        "id": issuer_id(base),
        "type": ["Profile"],
        "name": name,
        "url": base,
        "verificationMethod": methods,
        "assertionMethod": [found["id"] for found in methods],
    }


def method(base: str, key: Ed25519PublicKey) -> Document:
    """Return a key as whoever verifies a proof looks it up."""
    multibase = multikey(key)
    return {
        "@context": _MULTIKEY,
        "id": f"{base}/credentials/keys/{multibase}",
        "type": "Multikey",
        "controller": issuer_id(base),
        "publicKeyMultibase": multibase,
    }


def issuer_id(base: str) -> str:
    """Return the address that is the issuer."""
    return f"{base}/credentials/issuer"


def multikey(key: Ed25519PublicKey) -> str:
    """Return a public key in the form of Multikey: z6Mk…"""
    return _base58(_ED25519_PUBLIC + key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))


def sign(document: Document, base: str, key: Ed25519PrivateKey, *, at: datetime) -> Document:
    """Return a document with its proof (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": _moment(at),
        "verificationMethod": method(base, key.public_key())["id"],
        "proofPurpose": "assertionMethod",
    }
    signed = key.sign(_hash({"@context": document["@context"], **proof}) + _hash(document))
    return {**document, "proof": {**proof, "proofValue": _base58(signed)}}


def _credential(content: CertificateContent, base: str) -> Document:
    year, number = rules.place_of(content.serial)
    status = f"{base}/credentials/status/{year}"
    return {
        "@context": list(_CONTEXTS),
        "id": f"{base}/credentials/{content.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": content.title,
        "issuer": {"id": issuer_id(base), "type": ["Profile"], "name": content.organizations[0], "url": base},
        "validFrom": _moment(datetime.combine(content.issued_on, time(), UTC)),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_holder(content)],
            "achievement": _achievement(content),
            **_hours_earned(content),
        },
        "credentialStatus": {
            "id": f"{status}#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": status,
        },
    }


def _holder(content: CertificateContent) -> Document:
    return {"type": "IdentityObject", "identityType": "name", "identityHash": content.holder, "hashed": False}


def _achievement(content: CertificateContent) -> Document:
    words = WORDINGS[content.language]
    heading = words.heading[content.kind]
    facts = [fact for fact in (content.kind_label, content.dates, _duration(content), content.place) if fact]
    return {
        "id": f"{content.verify_url}#achievement",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion" if content.kind == "completion" else "Certificate",
        "name": content.title,
        "description": f"{heading}. {' · '.join(facts)}",
        "criteria": {"id": content.verify_url, "narrative": heading},
        **_hours_planned(content),
    }


def _hours_planned(content: CertificateContent) -> Document:
    """Return what can be earned, as a result that is described: credits of the vocabulary are those of universities."""
    if content.hours is None:
        return {}
    described = {
        "id": _hours_id(content), "type": ["ResultDescription"], "name": WORDINGS[content.language].earned,
        "resultType": "RawScore", "valueMin": "0", "valueMax": _number(content.hours),
    }  # fmt: skip
    return {"resultDescription": [described]}


def _hours_earned(content: CertificateContent) -> Document:
    if content.hours is None or content.hours_earned is None:
        return {}
    result = {
        "type": ["Result"], "resultDescription": _hours_id(content), "value": _number(content.hours_earned),
    }  # fmt: skip
    return {"result": [result]}


def _hours_id(content: CertificateContent) -> str:
    return f"{content.verify_url}#hours"


def _duration(content: CertificateContent) -> str:
    words = WORDINGS[content.language]
    if content.hours is None:
        return ""
    if content.hours_earned in (None, content.hours):
        return hours_in_words(content.hours, words)
    return earned_in_words(content.hours_earned or Decimal(), content.hours, words)


def _number(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _encoded(ended: set[int]) -> str:
    """Return the bits, from the left, compressed and in base64url without padding, `u` before it."""
    length = max(_LEAST_BITS, 8 * (max(ended, default=0) // 8 + 1))
    bits = bytearray(length // 8)
    for number in ended:
        bits[number // 8] |= 128 >> (number % 8)
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def _hash(document: Document) -> bytes:
    # A large library, for what is signed alone.
    from pyld import jsonld

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _pinned}
    return hashlib.sha256(jsonld.normalize(document, options).encode()).digest()


def _pinned(address: str, _options: object) -> Document:
    if address not in _CONTEXTS:
        raise LookupError(address)
    return {
        "contextUrl": None, "documentUrl": address, "contentType": "application/ld+json",
        "document": _context(address),
    }  # fmt: skip


@cache
def _context(address: str) -> Document:
    found: Document = json.loads((_FOLDER / _CONTEXTS[address]).read_text())
    return found


def _base58(content: bytes) -> str:
    """Return bytes in the alphabet of Bitcoin, as multibase writes it with a `z` before it."""
    number, text = int.from_bytes(content), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "z" + "1" * (len(content) - len(content.lstrip(b"\0"))) + text
