"""Files that are kept as they are: stored under the hash of their bytes, outside the web root.

Where they lie is a setting (`core.stores`); whatever a store gives back is compared with its key.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from flask import Flask, current_app
from sqlalchemy import Select

from ilpes_lms.core.database import glance
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.stores import CHUNK, BucketStore, FolderStore, Store

_EXTENSION, _NAMED, _BUCKET = "ilpes-files-needed", "ilpes-files-named", "ilpes-files-bucket"
Needed = Callable[[str], bool]
_KEY = re.compile(r"[0-9a-f]{64}")


def open_files(app: Flask, folder: Path, url: str) -> None:
    """Keep the application's files in a folder, or in the bucket that an address names if one is given."""
    app.config["FILES_FOLDER"] = str(folder)
    app.extensions[_BUCKET] = BucketStore(url) if url else None


def key_of(content: bytes) -> str:
    """Return the key under which bytes are kept, or would be."""
    return hashlib.sha256(content).hexdigest()


def is_kept(key: str) -> bool:
    """Tell whether something is kept under a key."""
    return _store().has(_checked(key))


def when_forgetting(app: Flask, needed: Needed) -> None:
    """Ask a function of a room about a key before what is kept there is deleted: two rooms may keep the same bytes."""
    app.extensions.setdefault(_EXTENSION, []).append(needed)


def forget_unless_needed(key: str) -> bool:
    """Delete what is kept under a key unless a room needs it; tell whether it is gone."""
    if any(needed(key) for needed in current_app.extensions.get(_EXTENSION, ())):
        return False
    forget(key)
    return True


def name_by(app: Flask, *statements: Select[Any]) -> None:
    """Let a room say, by statements that select keys, which files its records name, so that one missing is noticed."""
    app.extensions.setdefault(_NAMED, []).extend(statements)


def named_keys() -> set[str]:
    """Return the keys that records of rooms name, as is committed now."""
    with glance() as connection:
        found = [connection.scalars(statement).all() for statement in current_app.extensions.get(_NAMED, ())]
    return {key for keys in found for key in keys if key}


def keep(content: bytes) -> str:
    """Store bytes and return their SHA-256 key; the same bytes are stored once."""
    return _kept(key_of(content), io.BytesIO(content), len(content))


def fetch(key: str) -> bytes:
    """Return the bytes kept under a key.

    Raises NotFound when there are none, or when they no longer match their key.
    """
    with _store().reading(_checked(key)) as file:
        content: bytes = file.read()
    if key_of(content) != key:
        raise NotFound
    return content


def key_of_stream(source: IO[bytes]) -> str:
    """Return the key under which the bytes of a stream that can seek are kept, or would be."""
    digest = hashlib.sha256()
    source.seek(0)
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def keep_stream(source: BinaryIO) -> str:
    """Store what a stream that can seek holds, without taking it into memory, and return its key."""
    key, size = key_of_stream(source), source.tell()
    source.seek(0)
    return _kept(key, source, size)


def bring_back(source: BinaryIO) -> None:
    """Store what a stream that can seek holds even where something lies already: that may be damaged."""
    key, size = key_of_stream(source), source.tell()
    source.seek(0)
    _store().put(key, source, size)


@contextmanager
def opened(key: str) -> Iterator[BinaryIO]:
    """Open the bytes kept under a key for reading; raises NotFound as `fetch` does."""
    with _store().reading(_checked(key)) as file:
        if key_of_stream(file) != key:
            raise NotFound
        file.seek(0)
        yield file


def is_whole(key: str) -> bool:
    """Tell whether what was kept under a key is there as it was."""
    try:
        with opened(key):
            return True
    except NotFound:
        return False


def all_keys() -> list[str]:
    """Return the keys of all that is kept, in their order."""
    return sorted(key for key in _store().listed() if _KEY.fullmatch(key))


def forget(key: str) -> None:
    """Delete what is kept under a key, if anything is; the caller knows that nobody else needs the same bytes."""
    _store().delete(_checked(key))


def store_answers() -> bool:
    """Tell whether files can be kept now."""
    return _store().answers()


def _kept(key: str, source: BinaryIO, size: int) -> str:
    store = _store()
    if not store.has(key):
        store.put(key, source, size)
    return key


def _store() -> Store:
    bucket: Store | None = current_app.extensions[_BUCKET]
    return bucket or FolderStore(Path(current_app.config["FILES_FOLDER"]))


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise NotFound
    return key
