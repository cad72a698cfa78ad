"""Where kept files lie: a folder of this machine, or a bucket of a service that speaks S3.

Both know bytes by a key alone. What they give back is not trusted: `core.files` compares it with its key.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit

from ilpes_lms.core.errors import NotFound, Unavailable
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.text import N_

if TYPE_CHECKING:
    from minio import Minio

CHUNK = 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS, _RETRIES = 3.0, 30.0, 2
_IN_MEMORY = 8 * CHUNK
_PARTIAL = ".part"


class FilesUnavailable(Unavailable):
    """The store did not answer, or not as it should."""

    message = N_("Files can't be reached at the moment. Please try again in a few minutes.")


class Store(Protocol):
    """Bytes under keys."""

    def has(self, key: str) -> bool:
        """Tell whether something lies under a key."""

    def put(self, key: str, source: BinaryIO, size: int) -> None:
        """Put the bytes of a stream under a key: whole, or not at all."""

    def reading(self, key: str) -> Any:
        """Open what lies under a key, as a context; raises NotFound."""

    def listed(self) -> Iterator[str]:
        """Return the keys under which something lies."""

    def delete(self, key: str) -> None:
        """Delete what lies under a key, if anything does."""

    def answers(self) -> bool:
        """Tell whether files can be put here now."""


@dataclass(frozen=True)
class FolderStore:
    """A folder of this machine."""

    folder: Path

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def put(self, key: str, source: BinaryIO, size: int) -> None:  # noqa: ARG002 - a bucket wants to know it
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two workers, or two threads of one, may put the same bytes at once.
        partial = path.with_name(f"{path.name}.{public_id()}{_PARTIAL}")
        with partial.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        path = self._path(key)
        if not path.exists():
            raise NotFound
        with path.open("rb") as file:
            yield file

    def listed(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("??/*") if path.suffix != _PARTIAL)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def answers(self) -> bool:
        there = self.folder if self.folder.exists() else self.folder.parent
        return os.access(there, os.W_OK | os.X_OK)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


@dataclass(frozen=True)
class BucketStore:
    """A bucket: s3://KEY:SECRET@host:port/bucket/prefix?region=…&secure=0 (without TLS)."""

    url: str

    def has(self, key: str) -> bool:
        try:
            with _as_ours():
                self._client.stat_object(self._bucket, self._name(key))
        except NotFound:
            return False
        return True

    def put(self, key: str, source: BinaryIO, size: int) -> None:
        with _as_ours():
            self._client.put_object(self._bucket, self._name(key), source, size)

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        # Whoever reads may go back in it, as in a file.
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            with _as_ours():
                answer = self._client.get_object(self._bucket, self._name(key))
                try:
                    shutil.copyfileobj(answer, copy, CHUNK)
                finally:
                    answer.close()
                    answer.release_conn()
            copy.seek(0)
            yield cast("BinaryIO", copy)

    def listed(self) -> Iterator[str]:
        with _as_ours():
            for found in self._client.list_objects(self._bucket, self._prefix, recursive=True):
                key = str(found.object_name).rpartition("/")[2]
                # Without a prefix of ours, the bucket may hold somebody else's, ours of another copy among them.
                if found.object_name == self._name(key):
                    yield key

    def delete(self, key: str) -> None:
        with _as_ours():
            self._client.remove_object(self._bucket, self._name(key))

    def answers(self) -> bool:
        try:
            with _as_ours():
                return bool(self._client.bucket_exists(self._bucket))
        except (NotFound, Unavailable):
            return False

    @cached_property
    def _client(self) -> "Minio":
        # Read when it is needed: where files lie in a folder, nobody pays for it.
        from minio import Minio
        from urllib3 import PoolManager, Retry, Timeout

        parts = urlsplit(self.url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        pool = PoolManager(
            timeout=Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
            retries=Retry(total=_RETRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        )
        return Minio(
            parts.netloc.rpartition("@")[2], access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""), secure=asked.get("secure") != "0",
            region=asked.get("region", "us-east-1"), http_client=pool,
        )  # fmt: skip

    @property
    def _bucket(self) -> str:
        return urlsplit(self.url).path.strip("/").partition("/")[0]

    def _name(self, key: str) -> str:
        return f"{self._prefix}{key[:2]}/{key}"

    @property
    def _prefix(self) -> str:
        prefix = urlsplit(self.url).path.strip("/").partition("/")[2]
        return f"{prefix}/" if prefix else ""


@contextmanager
def _as_ours() -> Iterator[None]:
    """Say in our own words what a bucket refuses or how it fails; its own may name keys and addresses."""
    from minio.error import MinioException, S3Error
    from urllib3.exceptions import HTTPError

    try:
        yield
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchObject"):
            raise NotFound from None
        raise FilesUnavailable from error
    except (MinioException, HTTPError, OSError) as error:
        raise FilesUnavailable from error
