"""Files that are kept as they are: stored under the hash of their bytes, outside the web root."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from flask import Flask, current_app

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import public_id

_EXTENSION = "ilpes-files-needed"
Needed = Callable[[str], bool]
_KEY = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


def key_of(content: bytes) -> str:
    """Return the key under which bytes are kept, or would be."""
    return hashlib.sha256(content).hexdigest()


def is_kept(key: str) -> bool:
    """Tell whether something is kept under a key."""
    return _path(key).exists()


def when_forgetting(app: Flask, needed: Needed) -> None:
    """Ask a function of a room about a key before what is kept there is deleted: two rooms may keep the same bytes."""
    app.extensions.setdefault(_EXTENSION, []).append(needed)


def forget_unless_needed(key: str) -> bool:
    """Delete what is kept under a key unless a room needs it; tell whether it is gone."""
    if any(needed(key) for needed in current_app.extensions.get(_EXTENSION, ())):
        return False
    forget(key)
    return True


def keep(content: bytes) -> str:
    """Store bytes and return their SHA-256 key; the same bytes are stored once."""
    key = key_of(content)
    path = _path(key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _at_once(path) as file:
            file.write(content)
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


def key_of_stream(source: IO[bytes]) -> str:
    """Return the key under which the bytes of a stream that can seek are kept, or would be."""
    digest = hashlib.sha256()
    source.seek(0)
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def keep_stream(source: BinaryIO) -> str:
    """Store what a stream that can seek holds, without taking it into memory, and return its key."""
    key = key_of_stream(source)
    path = _path(key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        source.seek(0)
        with _at_once(path) as file:
            shutil.copyfileobj(source, file, _CHUNK)
    return key


@contextmanager
def opened(key: str) -> Iterator[BinaryIO]:
    """Open the bytes kept under a key for reading; raises NotFound as `fetch` does."""
    path = _path(key)
    if not path.exists():
        raise NotFound
    with path.open("rb") as file:
        if key_of_stream(file) != key:
            raise NotFound
        file.seek(0)
        yield file


def forget(key: str) -> None:
    """Delete what is kept under a key, if anything is; the caller knows that nobody else needs the same bytes."""
    _path(key).unlink(missing_ok=True)


@contextmanager
def _at_once(path: Path) -> Iterator[BinaryIO]:
    # Two workers, or two threads of one, may keep the same bytes at once.
    partial = path.with_name(f"{path.name}.{public_id()}.part")
    with partial.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise NotFound
    return Path(current_app.config["FILES_FOLDER"]) / key[:2] / key
