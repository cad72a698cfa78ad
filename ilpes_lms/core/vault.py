"""Secrets that have to be read again, sealed before they are stored: a copy of the database alone opens none."""

import base64
from typing import TYPE_CHECKING

from ilpes_lms.core.settings import settings

# A large library, which processes that open no sealed secret do without.
if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_SIZE = 32


class SealBroken(Exception):
    """No key of the settings opens what was sealed."""


def seal(text: str, purpose: str) -> str:
    """Return a text as it may be stored, for one purpose."""
    return _vault(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Return a text that was sealed for this purpose; raises SealBroken when no key of the settings opens it."""
    from cryptography.fernet import InvalidToken

    try:
        return _vault(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as refusal:
        raise SealBroken from refusal


def _vault(purpose: str) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    # The first key seals and all open, so that a key can be replaced while what it sealed is still there.
    keys = settings().vault_keys.split() or [settings().secret_key]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, purpose))) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    kdf = HKDF(algorithm=hashes.SHA256(), length=_SIZE, salt=None, info=f"ilpes.vault.{purpose}".encode())
    return kdf.derive(key.encode())
