"""The key that signs certificates: from a setting, or one for trials that is made on first use and says so.

A key is PEM text: an unencrypted P-256 private key, its certificate, the certificates above it if there are any, and an
Ed25519 private key for credentials; without that one, documents are signed and carry no credential.
"""

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from ilpes_lms.certificates.errors import SigningKeyUnusable
from ilpes_lms.config import Settings
from ilpes_lms.core import clock

# It stands in the certificate itself, so that a copied key stays what it is.
_FOR_TRIALS = "Development only: certifies nothing"
_PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_PUBLIC = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_DEVELOPMENT_NAME = "ILPES LMS development key"
_DEVELOPMENT_DAYS = 365 * 50
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its certificate, and those above it."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    for_credentials: Ed25519PrivateKey | None = None

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def text(self) -> str:
        """Return all of it as PEM text, as `read` takes it."""
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        private = [key.private_bytes(*form).decode() for key in (self.private, self.for_credentials) if key is not None]
        return "".join(private) + self.public_text

    @property
    def public_text(self) -> str:
        """Return its certificate, those above it and the public key of credentials as PEM text."""
        above = [one.public_bytes(serialization.Encoding.PEM).decode() for one in (self.certificate, *self.chain)]
        return "".join(above) + self.public_text_for_credentials

    @property
    def public_text_for_credentials(self) -> str:
        if self.for_credentials is None:
            return ""
        form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.for_credentials.public_key().public_bytes(*form).decode()

    @property
    def name(self) -> str:
        return name_of(self.certificate)

    @property
    def development(self) -> bool:
        return is_for_trials(self.certificate)


def current() -> SigningKey:
    """Return the key to sign with now; raises SigningKeyUnusable, which says why."""
    # Not above: the process that signs reads this file, too, and has no application.
    from ilpes_lms.core.settings import settings

    key = read(_text(settings()))
    if settings().production and key.development:
        raise SigningKeyUnusable(why="it is a development key")
    if not key.certificate.not_valid_before_utc <= clock.now() < key.certificate.not_valid_after_utc:
        raise SigningKeyUnusable(why="its certificate is not valid today")
    return key


def read(text: str) -> SigningKey:
    """Return the key that PEM text holds; raises SigningKeyUnusable when it can't sign."""
    try:
        private, for_credentials = _private_keys(text)
        certificate, *chain = x509.load_pem_x509_certificates(text.encode())
    except (ValueError, TypeError) as error:
        raise SigningKeyUnusable(why="it is not PEM text of an unencrypted key and its certificate") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise SigningKeyUnusable(why="it is not a key of the curve P-256")
    if private.public_key() != certificate.public_key():
        raise SigningKeyUnusable(why="its certificate belongs to another key")
    return SigningKey(private, certificate, tuple(chain), for_credentials)


def make(name: str, *, days: int, for_trials: bool = False) -> str:
    """Return a new key with a certificate that it signs itself, as PEM text."""
    private = ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if for_trials:
        names.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _FOR_TRIALS))
    certificate = _self_signed(
        private, x509.Name(names), since=_since(for_trials=for_trials), until=clock.now() + timedelta(days=days)
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    parts = private.private_bytes(*form), certificate.public_bytes(serialization.Encoding.PEM)
    return b"".join((*parts, Ed25519PrivateKey.generate().private_bytes(*form))).decode()


def public_keys_in(text: str) -> list[Ed25519PublicKey]:
    """Return the public keys of credentials in PEM text as `public_text` writes it."""
    found = [serialization.load_pem_public_key(block.encode()) for block in _PUBLIC.findall(text)]
    return [key for key in found if isinstance(key, Ed25519PublicKey)]


def write(text: str, path: Path) -> bool:
    """Write a key where none is, readable by its owner alone; tell whether this was done, not by another before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        # Two workers may come here at once: a link is made whole, and once.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    return True


def name_of(certificate: x509.Certificate) -> str:
    """Return who a certificate says that it belongs to."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := certificate.subject.get_attributes_for_oid(kind):
            return str(found[0].value)
    return certificate.subject.rfc4514_string()


def is_for_trials(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is that of a development key."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(unit.value == _FOR_TRIALS for unit in units)


def refusal() -> SigningKeyUnusable | None:
    """Return why nothing can be signed now, None if it can."""
    try:
        current()
    except SigningKeyUnusable as found:
        return found
    return None


def _private_keys(text: str) -> tuple[object, Ed25519PrivateKey | None]:
    """Return the key for documents, of whatever kind it is, and the one for credentials."""
    found = [serialization.load_pem_private_key(block.encode(), password=None) for block in _PRIVATE.findall(text)]
    credentials = [key for key in found if isinstance(key, Ed25519PrivateKey)]
    (first, *_others) = [key for key in found if not isinstance(key, Ed25519PrivateKey)]
    return first, credentials[0] if credentials else None


def _text(settings: Settings) -> str:
    if settings.certificate_key:
        return settings.certificate_key
    if settings.certificate_key_file:
        return _file_text(Path(settings.certificate_key_file))
    if settings.production:
        raise SigningKeyUnusable(why="neither CERTIFICATE_KEY_FILE nor CERTIFICATE_KEY is set")
    path = settings.var / "certificates" / "development-key.pem"
    if not path.exists():
        write(make(_DEVELOPMENT_NAME, days=_DEVELOPMENT_DAYS, for_trials=True), path)
    return _file_text(path)


def _file_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise SigningKeyUnusable(why="its file can't be read") from error


def _since(*, for_trials: bool) -> datetime:
    # Trials play at any time, also before the day on which their key was made.
    return datetime(2000, 1, 1, tzinfo=UTC) if for_trials else clock.now() - timedelta(days=1)


def _self_signed(
    private: ec.EllipticCurvePrivateKey, name: x509.Name, *, since: datetime, until: datetime
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
