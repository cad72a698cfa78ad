"""Identifiers that leave the system: random, so that nothing can be counted or guessed (law 7)."""

import base64
import hashlib
import secrets


def public_id() -> str:
    """Return 26 lower-case letters and digits carrying 130 random bits."""
    return _letters(17)[:26]


def new_token() -> str:
    """Return a secret of 256 random bits that is safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a secret; the secret itself is random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _letters(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()
