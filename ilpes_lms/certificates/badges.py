"""What the world looks up about credentials: who issues them, with which keys, and which are revoked."""

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask_babel import gettext as _

from ilpes_lms.certificates import credential, keys, making, queries
from ilpes_lms.certificates.composition import ISSUERS
from ilpes_lms.certificates.credential import Document
from ilpes_lms.certificates.errors import CredentialForgotten, SigningKeyUnusable, UnknownCertificate
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock, files
from ilpes_lms.core.errors import NotFound
from ilpes_lms.notifications import links
from ilpes_lms.web.i18n import in_language

_YEAR = re.compile("2[0-9]{3}")


def of(certificate: Certificate) -> bytes:
    """Return the credential in a certificate's file, as issued.

    Raises CredentialForgotten where it went with its holder, UnknownCertificate where there never was one.
    """
    if certificate.forgotten_at is not None:
        raise CredentialForgotten
    found = making.credential_in(files.fetch(certificate.file_key or ""))
    if found is None:
        raise UnknownCertificate
    return found


def issuer() -> Document:
    """Return the issuer's profile."""
    with in_language("es"):
        return credential.issuer(_base(), _(ISSUERS[0]), _public_keys())


def method(multikey: str) -> Document:
    """Return one of the issuer's keys; raises NotFound."""
    for key in _public_keys():
        if credential.multikey(key) == multikey:
            return credential.method(_base(), key)
    raise NotFound


def status_list(year: str) -> Document:
    """Return which certificates of a year are not valid any more, signed now; raises SigningKeyUnusable."""
    if not _YEAR.fullmatch(year):
        raise NotFound
    key = keys.current().for_credentials
    if key is None:
        raise SigningKeyUnusable(why="it has no Ed25519 key for credentials")
    return credential.status_list(_base(), int(year), queries.ended_numbers(int(year)), key, at=clock.now())


def _public_keys() -> list[Ed25519PublicKey]:
    """Return the keys that have signed, and the one that signs now."""
    texts = [kept.pem for kept in queries.signing_certificates()]
    if keys.refusal() is None:
        texts.append(keys.current().public_text)
    found = {credential.multikey(key): key for text in texts for key in keys.public_keys_in(text)}
    return list(found.values())


def _base() -> str:
    return links.absolute("/").rstrip("/")
