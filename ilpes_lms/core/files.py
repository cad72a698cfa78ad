"""Files that are kept as they are: stored under the hash of their bytes, outside the web root."""

import hashlib
import os
import re
from pathlib import Path

from flask import current_app

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import public_id

_KEY = re.compile(r"[0-9a-f]{64}")


def keep(content: bytes) -> str:
    """Store bytes and return their SHA-256 key; the same bytes are stored once."""
    key = hashlib.sha256(content).hexdigest()
    path = _path(key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_at_once(path, content)
    return key


def fetch(key: str) -> bytes:
    """Return the bytes kept under a key.

    Raises NotFound when there are none, or when they no longer match their key.
    """
    path = _path(key)
    if not path.exists():
        raise NotFound
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != key:
        raise NotFound
    return content


def _write_at_once(path: Path, content: bytes) -> None:
    # Two workers, or two threads of one, may keep the same bytes at once.
    partial = path.with_name(f"{path.name}.{public_id()}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise NotFound
    return Path(current_app.config["FILES_FOLDER"]) / key[:2] / key
