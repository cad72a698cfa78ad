"""Passwords: kept as argon2id, compared in the same time whether or not there is an account."""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# RFC 9106's second choice shrunk to what the OWASP recommends for a busy server: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash(secrets.token_bytes(32))


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the one that was kept; takes as long when none was."""
    try:
        _hasher.verify(password_hash or _NOBODYS, _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def generated() -> str:
    """Return a password for someone who gets it from an administrator."""
    return secrets.token_urlsafe(15)


def _bytes(password: str) -> bytes:
    # The same characters typed on two systems may be composed differently.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
